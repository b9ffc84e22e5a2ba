/**
 * What of an answer is seen in a chat: marks for the gateway are taken out and obeyed, and nothing is judged by the words in it. An
 * answer that speaks of errors is an answer.
 */
import { MEDIA_LINE, outsideCode } from "../assistant/media/media-lines.ts";

/** The word with which a model says that it says nothing. */
export const SILENT_TOKEN = "NO_REPLY";
/** The second one ends an exchange between conversations, of which people are told nothing. */
const SILENT_WORDS: readonly string[] = [SILENT_TOKEN, "ANNOUNCE_SKIP"];

export interface Shaped {
  text: string;
  /** What to point to: `current` is the message that is answered. */
  replyTo: { kind: "current" } | { kind: "id"; id: string } | undefined;
  media: readonly string[];
  asVoice: boolean;
}

/** What was said, with marks read. `mayAttach` says which files may be sent. */
export function shapeAnswer(text: string, mayAttach: (path: string) => boolean): Shaped {
  let replyTo: Shaped["replyTo"];
  let asVoice = false;
  const media: string[] = [];
  const shaped = outsideCode(text, (part) =>
    part
      .replace(REPLY_TAG, (tag, current: string | undefined, id: string | undefined) => {
        // The first one counts; the others are no words either.
        if (current !== undefined) replyTo ??= { kind: "current" };
        else if (id !== undefined) replyTo ??= { kind: "id", id: id.trim() };
        return tag === "" ? tag : "";
      })
      .replace(VOICE_TAG, () => {
        asVoice = true;
        return "";
      })
      .replace(MEDIA_LINE, (line, path: string) => {
        if (!mayAttach(path)) return line;
        media.push(path);
        return "";
      }),
  );
  return { text: shaped.replace(/\n{3,}/g, "\n\n").trim(), replyTo, media, asVoice };
}

/** Whether the text is nothing but the silent word, however it is dressed. */
export function isSilent(text: string): boolean {
  const bare = bareWords(text);
  return bare !== "" && bare.split(/\s+/).every((word) => SILENT_WORDS.includes(word));
}

/** Whether more text may still make it the silent word: such a beginning is not shown. */
export function mayBecomeSilent(text: string): boolean {
  const bare = bareWords(text);
  if (bare === "") return true;
  return bare
    .split(/\s+/)
    .every(
      (word, index, all) =>
        SILENT_WORDS.includes(word) ||
        (index === all.length - 1 && SILENT_WORDS.some((silent) => silent.startsWith(word))),
    );
}

const REPLY_TAG = /\[\[\s*(?:(reply_to_current)|reply_to\s*:\s*([^\]\n]{1,200}?))\s*\]\][ \t]?/gi;
const VOICE_TAG = /\[\[\s*audio_as_voice\s*\]\][ \t]?/gi;

function bareWords(text: string): string {
  return text
    .replace(/[*~`]/g, "")
    .replace(/^[_\s]+|(?<![_\s])[_\s]+$/g, "")
    .toUpperCase();
}
