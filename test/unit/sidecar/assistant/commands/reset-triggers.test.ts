import { expect, test } from "@playwright/test";
import { withResetTriggers } from "../../../../../sidecar/assistant/commands/reset-triggers.ts";

const config = {
  session: {
    resetTriggers: ["Neu", "neu anfangen", "/frisch", "zurücksetzen", "c++ (1)?", "/new", "/reset"],
  },
};

test.describe("own words for a new conversation", () => {
  for (const [message, alone, inGroup = alone] of [
    ["NEU", "/new"],
    ["  neu  ", "/new"],
    ["neu anfangen", "/new", "/new"],
    ["neu   ANFANGEN bitte", "/new bitte", "neu   ANFANGEN bitte"],
    ["neu und anders", "/new und anders", "neu und anders"],
    ["neu\nanders", "/new anders", "neu\nanders"],
    ["/Frisch und los", "/new und los"],
    ["Zuru\u0308cksetzen", "/new"],
    ["C++ (1)?", "/new"],
    ["c+ 1", "c+ 1"],
    ["neues", "neues"],
    ["etwas neu", "etwas neu"],
    ["/reset bitte", "/reset bitte"],
    ["/new gpt hallo", "/new gpt hallo"],
    ["", ""],
  ] as const) {
    test(`${JSON.stringify(message)} is ${JSON.stringify(alone)}, in a group ${JSON.stringify(inGroup)}`, () => {
      expect(withResetTriggers(message, config, false)).toBe(alone);
      expect(withResetTriggers(message, config, true)).toBe(inGroup);
    });
  }

  test("there are none where the configuration names none", () => {
    expect(withResetTriggers("neu", {}, false)).toBe("neu");
  });
});
