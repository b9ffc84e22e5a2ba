/** `/status`: how things stand in this conversation. No part of a key is ever shown. */
import { uptimeText } from "../../../../shared/uptime.ts";
import type { SessionFields } from "../../../base/store/session-store.ts";
import { type Command, NO_ARGS } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { moneyIn, numberIn, percentOf } from "../texts/format.ts";
import { textsIn } from "../texts/index.ts";

export const status: Command = {
  name: "status",
  aliases: [],
  group: "info",
  who: "guest",
  text: { en: "how things stand", de: "wie es steht" },
  isInline: true,
  args: NO_ARGS,
  run: async (_args, context) => {
    const { gateway, language, session, speaker } = context;
    const texts = textsIn(language).status;
    const fields = await session.fields();
    const id = (await session.sessionId()) ?? "";
    const lines = [
      `Clawdbot Companion ${gateway.version}`,
      ...(await modelLines(fields, context)),
      ...(await usedToday(context)),
      ...(session.queue === undefined
        ? []
        : [texts.queue(await session.queue.settings(), await session.queue.waiting?.())]),
      texts.session(session.key, id.slice(0, 8)),
      ...(speaker.authority === "owner"
        ? [texts.heartbeat(gateway.heartbeat), texts.uptime(uptimeText(gateway.uptimeMs))]
        : []),
    ];
    return { text: lines.join("\n") };
  },
};

async function modelLines(fields: SessionFields, { language, models }: CommandContext): Promise<string[]> {
  const { status: texts, modelProblem } = textsIn(language);
  const inForce = await models.inForce(fields);
  if ("problem" in inForce) return [modelProblem(inForce.problem)];
  const { contextWindow, credential, ref, thinking } = inForce;
  const used = numberOf(fields.totalTokens);
  const number = (value: number) => numberIn(language, value);
  return [
    texts.model(ref, texts.credential[credential]),
    texts.context(
      number(used),
      number(contextWindow),
      percentOf(used, contextWindow),
      numberOf(fields.compactionCount),
    ),
    texts.levels(thinking, wordOf(fields.verboseLevel), wordOf(fields.reasoningLevel)),
  ];
}

/** What everybody together has used is the owner's to know. */
async function usedToday({ budget, language, speaker, usage }: CommandContext): Promise<string[]> {
  if (usage === undefined || speaker.authority !== "owner") return [];
  const { inputTokens, outputTokens, costUsd } = await usage.today();
  const limit = (await budget?.show())?.today.limitUsd;
  return [
    textsIn(language).status.today(
      numberIn(language, inputTokens + outputTokens),
      moneyIn(language, costUsd),
      limit === undefined ? undefined : moneyIn(language, limit),
    ),
  ];
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "off";
}
