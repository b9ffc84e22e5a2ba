/** `/approve`: answers a question that waits, such as whether a command may run. */
import { durationMs } from "../../../../shared/config/amounts.ts";
import { neutralLine } from "../../../../shared/foreign-text.ts";
import { type Command, oneOf } from "../command.ts";
import type { ApprovalAnswer, CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";

const ANSWERS: Readonly<Record<string, ApprovalAnswer>> = {
  once: "allow-once",
  "allow-once": "allow-once",
  turn: "allow-turn",
  "allow-turn": "allow-turn",
  always: "allow-always",
  "allow-always": "allow-always",
  deny: "deny",
};
const COMMAND_CHARS = 120;

export const approve: Command = {
  name: "approve",
  aliases: [],
  group: "gateway",
  who: "owner",
  text: { en: "answer what waits for your approval", de: "beantworten, was auf Ihre Erlaubnis wartet" },
  args: () => [
    { name: "id", isOptional: true, choices: [] },
    ...oneOf("answer", "once", "turn", "always", "deny")(),
  ],
  isAvailable: (context) => context.approvals !== undefined,
  run: async (args, context) => ({ text: await answer(args.toLowerCase(), context) }),
};

async function answer(args: string, { approvals, language, speaker }: CommandContext): Promise<string> {
  const texts = textsIn(language);
  if (approvals === undefined) return "";
  const open = await approvals.open();
  const [, written = "", word = "", more = ""] =
    /^(?:(\S+)\s+)??(once|turn|always|deny|allow-once|allow-turn|allow-always)(?:\s+(.*))?$/.exec(args) ?? [];
  const [, time, all] = /^(?:for\s+(\S+))?\s*(all)?$/.exec(more.trim()) ?? [];
  const forMs = time === undefined ? undefined : durationMs(time);
  const decided = ANSWERS[word];
  const isUnread = more.trim() !== "" && time === undefined && all === undefined;
  const isOdd = time !== undefined && (forMs === undefined || forMs <= 0 || word !== "always");
  if (decided === undefined || isUnread || isOdd) {
    const lines = open.map(({ id, command }) => `${id}  ${neutralLine(command, COMMAND_CHARS)}`);
    return [...lines, texts.approveUsage(open.length)].join("\n");
  }
  const [only] = open;
  if (written === "" && (only === undefined || open.length > 1)) return texts.approveWhich(open.length);
  const id = written === "" ? (only?.id ?? "") : written;
  if (!open.some((each) => each.id === id)) return texts.approveUnknown(neutralLine(id, 40));
  await approvals.decide(id, {
    answer: decided,
    by: `${speaker.channel}:${speaker.id}`,
    isForAll: all !== undefined,
    ...(forMs === undefined ? {} : { forMs }),
  });
  return decided === "deny" ? texts.approveDenied(id) : texts.approveDone(id);
}
