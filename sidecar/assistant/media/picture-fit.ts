/** Pictures as a model takes them: as they came, or made smaller, which is kept beside the original and done once. */
import type { Clock } from "../../../shared/clock.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { imageSize } from "../../base/media/image-size.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import { MOST_PIXELS, pictureFlaw } from "../../base/media/picture-flaw.ts";
import type { MediaBlock } from "../../base/store/message.ts";
import type { ImageLimits } from "../models/image-limits.ts";
import type { ImageScaler, ScaleFailure } from "./scale/image-scaler.ts";
import { isScalable } from "./scale/job.ts";

/** Why a picture is not shown. */
export type LeftOut = ScaleFailure | "pixels" | "kind";

export type Fitted = { kind: "shown"; bytes: Uint8Array; mimeType: string } | { kind: "left"; why: LeftOut };

export interface FitPlace {
  store: Pick<MediaStore, "read" | "derived" | "keepDerived">;
  clock: Clock;
}

/** Where smaller ones of a picture are. */
interface MadeSmaller {
  kept(form: string): Promise<Uint8Array | undefined>;
  keep(form: string, bytes: Uint8Array): void;
}

/** What a scaled picture measures on its longer side, at most: no model sees more. */
const MOST_EDGE = 2_000;
/** As measured: in the codec, taken out of it, and again on both sides of what makes it smaller. */
const BYTES_PER_PIXEL = 24;

export class PictureFit {
  readonly #place: FitPlace;
  #scaler: Promise<ImageScaler> | undefined;

  constructor(place: FitPlace) {
    this.#place = place;
  }

  /** Undefined where the file is gone. Never fails for a picture. */
  async fit(picture: MediaBlock, limits: ImageLimits): Promise<Fitted | undefined> {
    const { mediaId, mimeType } = picture;
    const bytes = await this.#place.store.read(mediaId);
    if (bytes === undefined) return undefined;
    return await this.fitBytes({ bytes, mimeType }, limits, {
      kept: (form) => this.#place.store.derived(mediaId, form),
      keep: (form, made) => this.#place.store.keepDerived(mediaId, form, made),
    });
  }

  /** The same of a picture that is in no store. Without `made`, one that was made smaller is kept nowhere. */
  async fitBytes(
    { bytes, mimeType }: { bytes: Uint8Array; mimeType: string },
    limits: ImageLimits,
    made?: MadeSmaller,
  ): Promise<Fitted> {
    const flaw = await pictureFlaw(bytes, mimeType);
    if (flaw !== undefined) return left(flaw);
    const size = imageSize(bytes);
    const edge = size === undefined ? 0 : Math.max(size.width, size.height);
    const asItIs: Fitted = { kind: "shown", bytes, mimeType };
    if (bytes.length <= limits.mostBytes && edge <= limits.mostEdge) return asItIs;
    // What is no picture for a model, or has too many bytes for one of them, is named where that one is asked.
    if (!isScalable(mimeType)) return edge > limits.mostEdge ? left("kind") : asItIs;
    if (size === undefined) return left("broken");
    const pixels = size.width * size.height;
    if (pixels > MOST_PIXELS) return left("pixels");
    const mostEdge = Math.min(MOST_EDGE, limits.mostEdge);
    const form = `${mostEdge}-${limits.mostBytes}.jpg`;
    const kept = await made?.kept(form);
    if (kept !== undefined) return { kind: "shown", bytes: kept, mimeType: "image/jpeg" };
    if (pixels * BYTES_PER_PIXEL > process.availableMemory()) return left("memory");
    const job = { bytes, mimeType, mostEdge, mostBytes: limits.mostBytes };
    const scaled = await (await this.#loaded()).scale(job);
    if (scaled.kind === "failed") return left(scaled.why);
    made?.keep(form, scaled.bytes);
    return { kind: "shown", bytes: scaled.bytes, mimeType: "image/jpeg" };
  }

  #loaded(): Promise<ImageScaler> {
    const { clock } = this.#place;
    this.#scaler ??= loadPart(() => import("./scale/image-scaler.ts")).then(
      ({ ImageScaler }) => new ImageScaler(clock),
    );
    return this.#scaler;
  }
}

function left(why: LeftOut): Fitted {
  return { kind: "left", why };
}
