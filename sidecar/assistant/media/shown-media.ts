/** Pictures of a conversation on their way to a model: read from the media store, once for each turn, or named where that cannot be. */
import type { Block, MediaBlock, Message } from "../../base/store/message.ts";
import type { ImageLimits } from "../models/image-limits.ts";
import { mediaLine } from "./media-line.ts";
import type { Fitted, LeftOut, PictureFit } from "./picture-fit.ts";

export class ShownMedia {
  readonly #fit: Pick<PictureFit, "fit">;
  readonly #limits: ImageLimits;
  /** As base64 where they are shown; undefined where the file is gone. */
  readonly #shown = new Map<string, Promise<Shown | undefined>>();

  /** `limits` are those of all models that may be asked. */
  constructor(fit: Pick<PictureFit, "fit">, limits: ImageLimits) {
    this.#fit = fit;
    this.#limits = limits;
  }

  /** The messages with their pictures as they are sent. Never fails for a picture. */
  async of(messages: readonly Message[]): Promise<Message[]> {
    return await Promise.all(
      messages.map(async (message) =>
        message.content.some(({ type }) => type === "media")
          ? { ...message, content: await Promise.all(message.content.map((block) => this.#block(block))) }
          : message,
      ),
    );
  }

  /** Why the picture is not shown; undefined where it is, or is gone. */
  async whyLeftOut(picture: MediaBlock): Promise<LeftOut | undefined> {
    const shown = await this.#of(picture);
    return shown !== undefined && "why" in shown ? shown.why : undefined;
  }

  async #block(block: Block): Promise<Block> {
    if (block.type !== "media") return block;
    const shown = await this.#of(block);
    const named = (why: string): Block => ({
      type: "text",
      text: `${mediaLine({ mimeType: block.mimeType })} (${why})`,
    });
    if (shown === undefined) return named("its file is gone");
    return "why" in shown ? named(`it is not shown: ${TOLD_OF[shown.why]}`) : { type: "image", ...shown };
  }

  #of(picture: MediaBlock): Promise<Shown | undefined> {
    const known = this.#shown.get(picture.mediaId);
    if (known !== undefined) return known;
    const shown = this.#fit.fit(picture, this.#limits).then(shownAs);
    this.#shown.set(picture.mediaId, shown);
    return shown;
  }
}

type Shown = { data: string; mimeType: string } | { why: LeftOut };

function shownAs(fitted: Fitted | undefined): Shown | undefined {
  if (fitted === undefined) return undefined;
  if (fitted.kind === "left") return { why: fitted.why };
  const { bytes, mimeType } = fitted;
  return { data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64"), mimeType };
}

/** For the model. */
const TOLD_OF: Readonly<Record<LeftOut, string>> = {
  kind: "it is too large for you",
  large: "it is too large for you",
  pixels: "it has too many pixels",
  memory: "there was too little memory to make it smaller",
  time: "making it smaller took too long",
  broken: "it cannot be read",
  unavailable: "it could not be made smaller here",
};
