/** `/queue`: how messages wait while a run is under way. */

import { dropOf, QUEUE_MODES, queueModeOf } from "../../turns/queue-settings.ts";
import { type Command, type CommandReply, oneOf } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";

const CHOICES = [...QUEUE_MODES, "debounce:2s", "cap:20", "drop:old", "default"].join(", ");
const MAX_DEBOUNCE_MS = 600_000;
const MAX_CAP = 1_000;

export const queue: Command = {
  name: "queue",
  aliases: [],
  group: "session",
  who: "trusted",
  text: { en: "what messages do while something runs", de: "was Nachrichten tun, solange etwas läuft" },
  args: oneOf("mode", ...QUEUE_MODES, "default"),
  isAvailable: ({ session }) => session.queue !== undefined,
  takes: (words) => {
    const end = words.findIndex((word) => queueChange(word) === undefined);
    return end < 0 ? words.length : end;
  },
  run: setQueue,
};

/** What a word sets of a session; undefined for one that says nothing of the queue. */
export function queueChange(word: string): Readonly<Record<string, unknown>> | undefined {
  const written = word.toLowerCase();
  if (written === "default" || written === "reset")
    return { queueMode: null, queueDebounceMs: null, queueCap: null, queueDrop: null };
  const queueMode = queueModeOf(written);
  if (queueMode !== undefined) return { queueMode };
  const [, name = "", value = ""] = /^(debounce|cap|drop)[:=](.+)$/.exec(written) ?? [];
  const queueDrop = name === "drop" ? dropOf(value) : undefined;
  if (queueDrop !== undefined) return { queueDrop };
  if (name === "cap")
    return bounded("queueCap", /^\d+$/.test(value) ? Number(value) : Number.NaN, 1, MAX_CAP);
  return name === "debounce" ? bounded("queueDebounceMs", durationMs(value), 0, MAX_DEBOUNCE_MS) : undefined;
}

async function setQueue(args: string, { language, session }: CommandContext): Promise<CommandReply> {
  const texts = textsIn(language);
  if (session.queue === undefined) return { text: "" };
  const words = args.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return { text: texts.queue(await session.queue.settings(), CHOICES) };
  const unknown = words.find((word) => queueChange(word) === undefined);
  if (unknown !== undefined) return { text: texts.chooseOne("queue", unknown.slice(0, 40), CHOICES) };
  await session.patch(Object.assign({}, ...words.map(queueChange)));
  const isDefault = words.length === 1 && queueChange(words[0] ?? "")?.queueMode === null;
  return { text: isDefault ? texts.queueDefault : texts.queueSet(words.join(" ")) };
}

function bounded(field: string, value: number, least: number, most: number) {
  return value >= least && value <= most ? { [field]: value } : undefined;
}

/** `2s`, `500ms`, `1m`; a number alone is milliseconds. */
function durationMs(text: string): number {
  const [, number = "", unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  return number === ""
    ? Number.NaN
    : Math.round(Number(number) * { ms: 1, s: 1_000, m: 60_000 }[unit as "ms" | "s" | "m"]);
}
