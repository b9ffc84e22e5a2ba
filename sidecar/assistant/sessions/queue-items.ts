/** What waits in a conversation as clients see it. */
import { shortened } from "../../../shared/foreign-text.ts";
import type { WaitingMessage } from "../../base/store/session-store.ts";

/** In the order they are answered; texts of more than `maxChars` characters are shortened and say so. */
export function queueItems(waiting: readonly WaitingMessage[], maxChars: number) {
  return waiting.map(({ key, text: whole }, index) => {
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
