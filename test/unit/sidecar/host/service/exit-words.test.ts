import { expect, test } from "@playwright/test";
import { exitWords } from "../../../../../sidecar/host/service/exit-words.ts";
import { printed } from "../../../../helpers/run/reads.ts";

test.describe("exitWords", () => {
  for (const [how, status, words] of [
    ["exited", 78, "exited with code 78"],
    ["killed", 9, "killed by signal 9"],
    ["dumped", 11, "dumped core on signal 11"],
  ] as const) {
    test(`says that it ${words}`, () => {
      expect(printed(exitWords({ how, status }))).toBe(words);
    });
  }
});
