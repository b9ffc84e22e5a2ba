import { expect, test } from "@playwright/test";
import { complete } from "../../../../../sidecar/cli/chat/completion.ts";

const COMMANDS = ["/compact", "/context", "/exit", "/help"].map((name) => ({ name, help: "" }));

for (const [typed, word, names] of [
  ["/e", "/exit ", ["/exit"]],
  ["/c", "/co", ["/compact", "/context"]],
  ["/co", "/co", ["/compact", "/context"]],
  ["/EX", "/exit ", ["/exit"]],
  ["/nothing", "/nothing", []],
] as const) {
  test(`Tab makes ${word} of ${typed}`, () => {
    const completion = complete(typed, COMMANDS);

    expect(completion?.word).toBe(word);
    expect(completion?.choices.map(({ name }) => name)).toEqual(names);
  });
}

test("Tab leaves everything else alone", () => {
  expect(complete("tell me /e", COMMANDS)).toBeUndefined();
  expect(complete("/help me", COMMANDS)).toBeUndefined();
});
