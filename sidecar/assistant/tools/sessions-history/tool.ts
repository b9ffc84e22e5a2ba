/** `sessions_history`: what was said in a conversation that the turn may know of. */

import { type Message, textOf } from "../../../base/store/message.ts";
import type { EntryRow } from "../../../base/store/session-store.ts";
import { headAndTail } from "../../prompt/cut.ts";
import { ownerZone } from "../../prompt/settings.ts";
import { momentText } from "../../prompt/time.ts";
import { countArgument, optionalText } from "../arguments.ts";
import { mayUseSessions, viewOfSessions } from "../session-view.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

const MOST = 100;
const USUAL = 20;
const KEPT = { head: 1_500, tail: 500 } as const;

export function sessionsHistory(place: ToolPlace): Tool {
  return {
    name: "sessions_history",
    group: "sessions",
    description: "Read the last messages of a conversation, such as that of a sub-agent.",
    parameters: {
      type: "object",
      properties: {
        sessionKey: { type: "string" },
        limit: { type: "integer", minimum: 1, maximum: MOST },
        includeTools: { type: "boolean", description: "Also calls of tools and what they gave" },
      },
      required: ["sessionKey"],
      additionalProperties: false,
    },
    hasSideEffect: false,
    isPoll: true,
    readsForeign: true,
    isFor: mayUseSessions,
    async run(args, { turn }) {
      const { sessionId } = await viewOfSessions(place, turn).find(sessionArgument(args));
      const limit = Math.min(countArgument(args, "limit") ?? USUAL, MOST);
      const entries = await place.store.history(sessionId, {
        limit: args.includeTools === true ? limit : 5 * limit,
      });
      const zone = ownerZone(place.config());
      const lines = entries.flatMap((entry) => lineOf(entry, args.includeTools === true, zone)).slice(-limit);
      return textResult(lines.length === 0 ? "Nothing was said there yet." : lines.join("\n\n"));
    },
  };
}

/** Missing, it is missed in the words of the original. */
function sessionArgument(args: Readonly<Record<string, unknown>>): string {
  const key = optionalText(args, "sessionKey");
  if (key === undefined) throw new Error("sessionKey required");
  return key;
}

function lineOf({ message, createdAtMs }: EntryRow, withTools: boolean, zone: string): string[] {
  const said = saidIn(message, withTools);
  if (said === "") return [];
  const gap = (missing: number) => `[… ${missing} characters left out …]`;
  const when = momentText(createdAtMs, { zone, isTwelveHour: false });
  return [`[${when}] ${message.role}: ${headAndTail(said, KEPT, gap)}`];
}

function saidIn(message: Message, withTools: boolean): string {
  if (message.role === "toolResult") return withTools ? `${message.toolName} gave: ${textOf(message)}` : "";
  const calls = message.content.flatMap((block) =>
    withTools && block.type === "toolCall" ? [`calls ${block.name} ${JSON.stringify(block.arguments)}`] : [],
  );
  return [textOf(message), ...calls].filter((each) => each.trim() !== "").join("\n");
}
