/** `session_status`: what the assistant can say of the conversation that it is in. */
import type { SessionFields } from "../../../base/store/session-store.ts";
import { ownerZone } from "../../prompt/settings.ts";
import { momentText } from "../../prompt/time.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

export function sessionStatus({ store, clock, config }: ToolPlace): Tool {
  return {
    name: "session_status",
    group: "sessions",
    description: "Facts about this conversation: the time, the model, levels, and what it used.",
    parameters: { type: "object", properties: {}, additionalProperties: false },
    hasSideEffect: false,
    isPoll: true,
    async run(_args, { turn }) {
      const zone = ownerZone(config());
      const fields = (await store.get(turn.sessionKey))?.fields ?? {};
      const spent = await store.spent({ sessionKey: turn.sessionKey });
      const lines = [
        `time: ${momentText(clock.now(), { zone, isTwelveHour: false })}`,
        `session: ${turn.sessionKey}`,
        ...shown(fields),
        `used: ${spent.calls} calls, ${spent.input} tokens in, ${spent.output} out, $${spent.usd.toFixed(4)}`,
      ];
      return textResult(lines.join("\n"));
    },
  };
}

function shown(fields: SessionFields): string[] {
  const { modelProvider, model } = fields;
  const answered = typeof model === "string" ? [`last answered by: ${String(modelProvider)}/${model}`] : [];
  const levels = ["thinkingLevel", "verboseLevel", "reasoningLevel"].flatMap((name) =>
    typeof fields[name] === "string" ? [`${name}: ${fields[name]}`] : [],
  );
  return [...answered, ...levels];
}
