import { expect, test } from "@playwright/test";
import type { Authority } from "../../../../../sidecar/assistant/authority.ts";
import { parseMessage } from "../../../../../sidecar/assistant/commands/parse.ts";
import { isStopWord } from "../../../../../sidecar/assistant/commands/stop-words.ts";
import { availableCommands, mayUse } from "../../../../../sidecar/assistant/commands/table.ts";
import { commandContext } from "../../../../helpers/assistant/command-context.ts";

/** In short: `/name args` of commands, the text for the model with what was taken out of it, or what was meant. */
function parsed(message: string, authority: Authority = "owner") {
  const context = commandContext({ speaker: { authority } });
  const found = parseMessage(message, availableCommands(context), context, (each) => mayUse(each, context));
  switch (found.kind) {
    case "commands":
      return found.invocations.map(({ command, args }) => `/${command.name} ${args}`.trim());
    case "text": {
      const taken = [
        ...found.directives.map(({ command, args }) => `/${command.name} ${args}`),
        ...found.inline.map(({ name }) => `/${name}`),
      ];
      return taken.length === 0 ? found.text : { text: found.text, taken };
    }
    case "unknown":
      return { meant: found.meant };
  }
}

test.describe("commands of a message", () => {
  for (const [message, expected] of [
    ["/status", ["/status"]],
    ["  /STATUS \n", ["/status"]],
    ["/id", ["/whoami"]],
    ["/t high", ["/think high"]],
    ["/new: opus hello", ["/new opus hello"]],
    ["/reset\nhello\nyou", ["/reset hello\nyou"]],
    ["/think", ["/think"]],
    ["/think: ultrathink", ["/think ultrathink"]],
    ["/think think hard", ["/think think hard"]],
    ["/think high /verbose on", ["/think high", "/verbose on"]],
    ["/think about", ["/think about"]],
    ["/model openai/gpt-6-sol", ["/model openai/gpt-6-sol"]],
    ["/model 2", ["/model 2"]],
    ["/help model", ["/help model"]],
    ["/help /nonsense", ["/help /nonsense"]],
  ] as const) {
    test(`are all of it in ${JSON.stringify(message)}`, () => {
      expect(parsed(message)).toEqual(expected);
    });
  }

  for (const [message, text, taken] of [
    ["/think high what is life?", "what is life?", ["/think high"]],
    ["what is life? /think: high", "what is life?", ["/think high"]],
    ["Why\n\nis it so /t think hard and now", "Why\n\nis it so and now", ["/think think hard"]],
    ["/model opus write a poem /reasoning on", "write a poem", ["/model opus", "/reasoning on"]],
    ["tell me /status of it", "tell me of it", ["/status"]],
    ["/help me out", "me out", ["/help"]],
  ] as const) {
    test(`are taken out of ${JSON.stringify(message)}`, () => {
      expect(parsed(message)).toEqual({ text, taken });
    });
  }

  for (const message of [
    "high five everyone",
    "case 37: think high, stop, and wait",
    "look into /usr/bin/model and /think-tank",
    "either/or /thinking about it",
    "use `/think high` in code, or ```\n/status\n```",
    "http://x/status /model of a ship",
    "/usr/bin is full",
    "/frobnicate",
    "/frobnicate the thing",
    "see /new and /stop",
    " two  spaces ",
  ]) {
    test(`case 37: are none in ${JSON.stringify(message)}, of which the model gets every letter`, () => {
      expect(parsed(message)).toBe(message);
    });
  }

  test("are guessed from a word alone that is two letters off at most", () => {
    expect(parsed("/statsu")).toEqual({ meant: "status" });
    expect(parsed("/modell")).toEqual({ meant: "model" });
    expect(parsed("/statsu of the thing")).toBe("/statsu of the thing");
    expect(parsed("/tmp")).toBe("/tmp");
    expect(parsed("/avtivate")).toBe("/avtivate");
  });

  test("in a sentence of somebody without the right are words; alone they are refused later", () => {
    expect(parsed("think /think high please", "guest")).toBe("think /think high please");
    expect(parsed("/think high", "guest")).toEqual(["/think high"]);
    expect(parsed("/sned", "guest")).toBe("/sned");
  });

  test("that lack what they need are unknown", () => {
    expect(parsed("/undo")).toBe("/undo");
    expect(parsed("/queue steer")).toBe("/queue steer");
    expect(parsed("/activation always")).toBe("/activation always");
  });
});

test("case 14: words that stop are told by the whole message", () => {
  const words = ["stop", "Wait!", " esc ", "ABORT", "exit.", "interrupt"];

  expect(words.filter(isStopWord)).toEqual(words);
  expect(["wait for me", "stop it", "", "/stop", "stopp"].filter(isStopWord)).toEqual([]);
});

test("directives that no turn goes by are words in a sentence, and set the conversation alone", () => {
  const context = { ...commandContext(), turnDirectives: ["think"] };
  const parse = (message: string) => parseMessage(message, availableCommands(context), context);

  expect(parse("/verbose on and go")).toMatchObject({
    kind: "text",
    text: "/verbose on and go",
    directives: [],
  });
  expect(parse("/verbose on /think high go")).toMatchObject({ text: "/verbose on go" });
  expect(parse("/verbose on /think high")).toMatchObject({ kind: "commands" });
});
