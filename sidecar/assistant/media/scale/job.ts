/** What the worker that makes pictures smaller is given, and what it answers. */

export interface ScaleJob {
  bytes: Uint8Array;
  mimeType: ScalableType;
  /** The longer side of the result in pixels, at most. */
  mostEdge: number;
  /** Its size, at most. */
  mostBytes: number;
}

/** A JPEG; undefined where even a small one would not fit. A picture that cannot be read ends the worker with an error. */
export type ScaleAnswer = Uint8Array | undefined;

export const SCALABLE_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;
export type ScalableType = (typeof SCALABLE_TYPES)[number];

export function isScalable(mimeType: string): mimeType is ScalableType {
  return SCALABLE_TYPES.some((each) => each === mimeType);
}
