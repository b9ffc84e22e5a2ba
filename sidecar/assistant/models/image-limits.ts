/** What providers take of pictures. One that is larger is made smaller on its way, and named in words where that cannot be. */
import type { ModelFacts } from "./model.ts";

const MB = 1_048_576;

/** Kinds that every provider knows. */
export const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Most images of a request; the newest are kept. */
export const MOST_IMAGES = 20;

/** Of all images of a request, as base64: what fits into the smallest request (Google: 20 MB) with some words beside. */
export const MOST_CHARS_TOGETHER = 18 * MB;

/** Of one image: its bytes, and the pixels of its longer side. */
export interface ImageLimits {
  mostBytes: number;
  mostEdge: number;
}

/** What all of the models take. */
export function imageLimitsOf(models: readonly Pick<ModelFacts, "api" | "id">[]): ImageLimits {
  return {
    mostBytes: Math.min(...models.map((model) => imageLimitOf(model))),
    mostEdge: Math.min(...models.map((model) => (isAnthropic(model) ? ANTHROPIC_EDGE : OTHERS_EDGE))),
  };
}

/** Anthropic refuses what is larger; the others make it smaller themselves, as long as it is a picture for people. */
const ANTHROPIC_EDGE = 8_000;
const OTHERS_EDGE = 16_000;

/**
 * Of one image, in bytes. Anthropic counts 5 MB of base64, also behind OpenRouter and other doors; the others' limits are above what
 * is kept of any message.
 */
export function imageLimitOf(model: Pick<ModelFacts, "api" | "id">): number {
  // Three quarters of five, to a tenth, so that people can be told it exactly.
  return isAnthropic(model) ? Math.floor(3.7 * MB) : 12 * MB;
}

function isAnthropic({ api, id }: Pick<ModelFacts, "api" | "id">): boolean {
  return api === "anthropic-messages" || /(^|\/)claude/i.test(id);
}
