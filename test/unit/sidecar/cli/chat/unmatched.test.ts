import { expect, test } from "@playwright/test";
import type { SaidMessage } from "../../../../../sidecar/cli/chat/said-message.ts";
import { Unmatched } from "../../../../../sidecar/cli/chat/unmatched.ts";

function message(role: SaidMessage["role"], text: string, error?: string): SaidMessage {
  return { role, text, key: text, ...(error === undefined ? {} : { error }) };
}

test("a message that stands on the screen is found once", () => {
  const unmatched = new Unmatched();
  unmatched.add("user", "hello ");

  expect(unmatched.match(message("user", "hello"))).toEqual({ isShown: true, rest: "" });
  expect(unmatched.match(message("user", "hello"))).toEqual({ isShown: false, rest: "" });
});

test("messages that became one in the history are found together", () => {
  const unmatched = new Unmatched();
  for (const text of ["first", "second", "third"]) unmatched.add("user", text);

  expect(unmatched.match(message("user", "second\nthird")).isShown).toBe(true);
  expect(unmatched.match(message("user", "first")).isShown).toBe(true);
  expect(unmatched.match(message("user", "third")).isShown).toBe(false);
});

test("of an answer that was cut off only the rest is new, and a shorter one has none", () => {
  const unmatched = new Unmatched();
  unmatched.addCut("Once upon");
  expect(unmatched.match(message("assistant", "Once upon a time"))).toEqual({
    isShown: true,
    rest: "a time",
  });

  unmatched.addCut("Once upon a");
  expect(unmatched.match(message("assistant", "Once"))).toEqual({ isShown: true, rest: "" });
  expect(unmatched.match(message("assistant", "Once"))).toEqual({ isShown: false, rest: "" });
});

test("a failure that was told is not told again, cut or whole", () => {
  const unmatched = new Unmatched();
  unmatched.addFailure("the provider sai…");

  expect(unmatched.match(message("assistant", "", "the provider said no")).isShown).toBe(true);
  expect(unmatched.match(message("assistant", "", "the provider said no")).isShown).toBe(false);
});

test("what was refused will never be found", () => {
  const unmatched = new Unmatched();
  unmatched.add("user", "again");
  unmatched.drop("user", "again");

  expect(unmatched.match(message("user", "again")).isShown).toBe(false);
});
