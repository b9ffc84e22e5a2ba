import { expect, test } from "@playwright/test";
import { type GuardedCall, LoopGuard } from "../../../../../sidecar/assistant/turns/loop-guard.ts";

const call = (args: Record<string, unknown> = {}, more: Partial<GuardedCall> = {}): GuardedCall => ({
  name: "exec",
  arguments: args,
  isPoll: false,
  isKnown: true,
  ...more,
});

/** Makes the calls and returns what was decided of each: run, note, refuse or end. */
function decisions(
  calls: readonly GuardedCall[],
  result: (index: number) => { text: string; isError: boolean },
) {
  const guard = new LoopGuard();
  const made: string[] = [];
  for (const [index, each] of calls.entries()) {
    const judgement = guard.judge(each);
    if (judgement.kind !== "run") {
      made.push(judgement.kind);
      if (judgement.kind === "end") break;
      continue;
    }
    const { note, end } = guard.record(each, result(index));
    made.push(end !== undefined ? "end" : note === undefined ? "run" : "note");
    if (end !== undefined) break;
  }
  return made;
}

const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
const ok = () => ({ text: "nothing new", isError: false });

test("case 35: a repeated call is noted at the fourth time, refused after the eighth, ended at the twelfth", () => {
  expect(decisions(times(20, call({ command: "ls" })), ok)).toEqual([
    ...times(3, "run"),
    ...times(5, "note"),
    ...times(4, "refuse"),
    "end",
  ]);
});

test("case 35: an error ends the turn at the twelfth time, whatever small changes are made to the call", () => {
  const calls = Array.from({ length: 20 }, (_, index) => call({ command: `make -j${index}` }));
  const made = decisions(calls, (index) => ({ text: `make: no rule at ${index}:0${index}`, isError: true }));
  expect(made).toEqual([...times(11, "run"), "end"]);
});

test("case 35: two calls that alternate are ended after eight rounds", () => {
  const calls = Array.from({ length: 30 }, (_, index) => call({ command: index % 2 === 0 ? "a" : "b" }));
  expect(decisions(calls, ok).at(-1)).toBe("end");
  expect(decisions(calls, ok).length).toBeLessThanOrEqual(17);
});

test("the order of arguments makes no other call, and another argument does", () => {
  const guard = new LoopGuard();
  const results = [
    call({ a: 1, b: 2 }),
    call({ b: 2, a: 1 }),
    call({ a: 1, b: 2 }),
    call({ b: 2, a: 1 }),
  ].map((each) => guard.record(each, ok()));
  expect(results.at(-1)?.note).toContain("4 times");
  const other = Array.from({ length: 25 }, (_, index) => call({ offset: index }));
  expect(
    decisions(other, (index) => ({ text: `page ${String.fromCharCode(97 + index)}`, isError: false })),
  ).toEqual(times(25, "run"));
});

test("results that differ in more than numbers are news", () => {
  const names = "abcdefghijklmnopqrst".split("");
  const made = decisions(times(20, call({ command: "next" })), (index) => ({
    text: `file ${names[index]}`,
    isError: false,
  }));
  expect(made).toEqual(times(20, "run"));
});

test("a call that asks for news waits longer each time and is refused at the twelfth", () => {
  const guard = new LoopGuard();
  const poll = call({}, { name: "status", isPoll: true });
  const waits: (number | string)[] = [];
  for (let count = 0; count < 14; count += 1) {
    const judgement = guard.judge(poll);
    waits.push(judgement.kind === "run" ? judgement.waitMs : judgement.kind);
    if (judgement.kind === "run") guard.record(poll, ok());
  }
  expect(waits).toEqual([0, 1_000, 2_000, 5_000, ...times(8, 10_000), "refuse", "refuse"]);
});

test("a tool that does not exist ends the turn at the third call", () => {
  const unknown = Array.from({ length: 4 }, (_, index) =>
    call({}, { name: `made-up-${index}`, isKnown: false }),
  );
  expect(decisions(unknown, (index) => ({ text: `no tool ${"abcd"[index]}`, isError: true }))).toEqual([
    "run",
    "run",
    "end",
  ]);
});
