/** What of an answer is on its way already in blocks, for whoever sends the rest. */
import type { Fence } from "./format/chunk.ts";

export interface SaidInBlocks {
  /** The answer up to there. */
  text: string;
  blocks: number;
  /** The block of code in which the rest begins. */
  open: Fence | undefined;
  thoughts: readonly string[];
  /** How long the rest waits, in ms. */
  delayMs: number;
}
