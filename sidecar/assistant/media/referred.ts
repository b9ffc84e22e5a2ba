/** Which pictures of a conversation a turn is about: those that came with it, and those that its words go back to. */
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { MediaBlock, Message } from "../../base/store/message.ts";
import type { EntryRow } from "../../base/store/session-store.ts";
import { isPicture } from "./media-line.ts";

/** Words by which people speak of the picture before, in the languages of the product. */
const SPOKEN_OF =
  /\b(?:images?|pictures?|photos?|pics?|screenshots?|screen ?shots?)\b|(?<![\p{L}])(?:Bild(?:er|ern|es)?|Fotos?|Photos?|Aufnahmen?|Bildschirmfotos?|Screenshots?)(?![\p{L}])/iu;

/** Ids of the entries whose pictures are shown in the turn. */
export function entriesWithPictures(conversation: readonly EntryRow[], turnId: string): Set<string> {
  const withPictures = conversation.filter(({ message }) => picturesIn(message).length > 0);
  const [own, before] = [
    withPictures.filter((entry) => entry.turnId === turnId),
    withPictures.filter((entry) => entry.turnId !== turnId && entry.message.role === "user"),
  ];
  const asked = conversation.filter(
    ({ message, ...entry }) => entry.turnId === turnId && message.role === "user",
  );
  const words = asked.map(({ message }) => wordsIn(message)).join("\n");
  const quoted = new Set(asked.flatMap(({ message }) => quotedIn(message)));
  const named = before.filter(
    ({ message }) =>
      picturesIn(message).some(({ name }) => name !== undefined && words.includes(name)) ||
      idsIn(message).some((id) => quoted.has(id)),
  );
  // Whoever brings a picture speaks of that one.
  const newest = named.length === 0 && own.length === 0 && SPOKEN_OF.test(words) ? before.slice(-1) : [];
  return new Set([...own, ...named, ...newest].map(({ id }) => id));
}

export function picturesIn({ content }: Pick<Message, "content">): MediaBlock[] {
  return content.filter((block) => block.type === "media").filter(isPicture);
}

function wordsIn({ content }: Message): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}

/** As the channel names the message, or the messages that the entry is made of. */
function idsIn({ parts = [] }: Message): string[] {
  return parts.flatMap(({ messageId }) => (typeof messageId === "string" ? [messageId] : []));
}

function quotedIn({ parts = [] }: Message): string[] {
  return parts.flatMap(({ quoted }) =>
    isRecord(quoted) && typeof quoted.messageId === "string" ? [quoted.messageId] : [],
  );
}
