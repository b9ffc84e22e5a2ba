/** Comparing secrets without telling how close a guess was. */
import { createHash, timingSafeEqual } from "node:crypto";

/** Whether both are equal, in time that depends on neither. Digests make the lengths equal first. */
export function secretsEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
