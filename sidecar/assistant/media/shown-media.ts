/** Pictures of a conversation on their way to a model: read from the media store, once for each turn, or named where that cannot be. */
import type { MediaStore } from "../../base/media/media-store.ts";
import type { Block, MediaBlock, Message } from "../../base/store/message.ts";
import { mediaLine } from "./media-line.ts";

export class ShownMedia {
  readonly #store: Pick<MediaStore, "read">;
  /** As base64; undefined where the file is gone. */
  readonly #read = new Map<string, string | undefined>();

  constructor(store: Pick<MediaStore, "read">) {
    this.#store = store;
  }

  /** The messages with their pictures as they are sent. Never fails for a picture. */
  async of(messages: readonly Message[]): Promise<Message[]> {
    return await Promise.all(
      messages.map(async (message) =>
        message.content.some(({ type }) => type === "media")
          ? { ...message, content: await Promise.all(message.content.map((block) => this.#shown(block))) }
          : message,
      ),
    );
  }

  async #shown(block: Block): Promise<Block> {
    if (block.type !== "media") return block;
    const data = await this.#dataOf(block);
    if (data !== undefined) return { type: "image", data, mimeType: block.mimeType };
    return { type: "text", text: `${mediaLine({ mimeType: block.mimeType })} (its file is gone)` };
  }

  async #dataOf({ mediaId }: MediaBlock): Promise<string | undefined> {
    if (!this.#read.has(mediaId))
      this.#read.set(mediaId, (await this.#store.read(mediaId))?.toString("base64"));
    return this.#read.get(mediaId);
  }
}
