/** `expect` for loops of hundreds. The runner records every call as a step, and each one makes the next slower. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "@playwright/test";

/** As `expect(actual, message).toEqual(expected)`, which is called only where they differ. */
export function expectEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, message).toEqual(expected);
}
