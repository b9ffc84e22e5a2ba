/** What waits in a conversation as clients see it. */
import { shortened } from "../../../shared/foreign-text.ts";
import type { WaitingMessage } from "../../base/store/session-store.ts";
import { mediaLine } from "../media/media-line.ts";

/** In the order they are answered; texts of more than `maxChars` characters are shortened and say so. */
export function queueItems(waiting: readonly WaitingMessage[], maxChars: number) {
  return waiting.map(({ key, text: said, media = [] }, index) => {
    // Files without a word are named in its place.
    const whole = said.trim() === "" ? media.map(mediaLine).join("\n") : said;
    const text = shortened(whole, maxChars);
    const isCut = text !== whole;
    return {
      key,
      text,
      position: index + 1,
      ...(isCut && { truncated: true as const, bytes: Buffer.byteLength(whole) }),
    };
  });
}
