import { expect, test } from "@playwright/test";
import { secretsEqual } from "../../../../sidecar/base/secrets-equal.ts";

test.describe("secretsEqual", () => {
  test("accepts the same secret, umlauts included", () => {
    expect(secretsEqual("Grüße-42", "Grüße-42")).toBe(true);
  });

  for (const [what, guess] of [
    ["of another length", "Grüße-4"],
    ["of the same length in characters", "Grüsse4!"],
    ["of the same length in bytes", "Gr??ss-42"],
    ["that is empty", ""],
    ["with the umlaut in another Unicode form", "Grüße-42".normalize("NFD")],
  ] as const) {
    test(`refuses a guess ${what} without an exception`, () => {
      expect(secretsEqual(guess, "Grüße-42")).toBe(false);
    });
  }
});
