/** Whether a message in a group speaks to the assistant. */
import { mentionPattern } from "../../../shared/config/mention-pattern.ts";
import type { InboundMessage } from "./message.ts";

/** As much of a message as is searched for a name. */
const SEARCHED_CHARS = 8_000;
/** Characters without width, which hide in names and break them. */
const WIDTHLESS = /[\u200b-\u200f\u2060-\u2064\ufeff]/g;

/** By the channel's own mention, by a reply to the assistant, or by a name in the text. */
export function isMentioned(message: InboundMessage, patterns: readonly RegExp[]): boolean {
  if (message.mentions?.bot === true || message.replyTo?.toBot === true) return true;
  const text = message.text.slice(0, SEARCHED_CHARS).replace(WIDTHLESS, "");
  return patterns.some((pattern) => pattern.test(text));
}

/** The configured patterns, or the names where none are, or none that can be read. */
export function mentionPatterns(
  configured: readonly string[] | undefined,
  names: readonly string[],
): readonly RegExp[] {
  if (configured === undefined) return names.flatMap(nameWithin);
  const readable = configured.flatMap((source) => mentionPattern(source) ?? []);
  return readable.length === 0 && configured.length > 0 ? names.flatMap(nameWithin) : readable;
}

/** The name as a word of its own, in any script. */
function nameWithin(name: string): RegExp[] {
  const plain = name.replace(WIDTHLESS, "").trim();
  if (plain === "") return [];
  const words = plain.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return [new RegExp(`(?<![\\p{L}\\p{N}])@?${words.join("\\s+")}(?![\\p{L}\\p{N}])`, "iu")];
}
