/** What providers take of pictures. One that is larger is named in words: making it smaller takes a library that reads every kind. */
import type { ModelFacts } from "./model.ts";

const MB = 1_048_576;

/** Kinds that every provider knows. */
export const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Most images of a request; the newest are kept. */
export const MOST_IMAGES = 20;

/** Of all images of a request, as base64: what fits into the smallest request (Google: 20 MB) with some words beside. */
export const MOST_CHARS_TOGETHER = 18 * MB;

/**
 * Of one image, in bytes. Anthropic counts 5 MB of base64, also behind OpenRouter and other doors; the others' limits are above what
 * is kept of any message.
 */
export function imageLimitOf({ api, id }: Pick<ModelFacts, "api" | "id">): number {
  const isAnthropic = api === "anthropic-messages" || /(^|\/)claude/i.test(id);
  // Three quarters of five, to a tenth, so that people can be told it exactly.
  return isAnthropic ? Math.floor(3.7 * MB) : 12 * MB;
}
