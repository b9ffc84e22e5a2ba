import { expect, test } from "@playwright/test";
import { parseLogLine } from "../../../../sidecar/ui/log-line.ts";

test.describe("parseLogLine", () => {
  test("reads level, time and message and keeps every other field in order", () => {
    const line = parseLogLine(
      '{"level":40,"time":1795360365222,"ip":"127.0.0.1","count":3,"msg":"slow consumer"}',
    );

    expect(line).toEqual({
      level: "warn",
      timeMs: 1795360365222,
      message: "slow consumer",
      fields: [
        ["ip", "127.0.0.1"],
        ["count", "3"],
      ],
      repeated: 1,
    });
  });

  for (const [level, name] of [
    [10, "trace"],
    [20, "debug"],
    [30, "info"],
    [35, "info"],
    [40, "warn"],
    [50, "error"],
    [60, "fatal"],
    [90, "fatal"],
    ["ERROR", "error"],
    ["loud", "info"],
    [null, "info"],
  ] as const) {
    test(`calls level ${JSON.stringify(level)} ${name}`, () => {
      expect(parseLogLine(JSON.stringify({ level, msg: "x" })).level).toBe(name);
    });
  }

  test("understands a time in ISO form and leaves out one it cannot read", () => {
    expect(parseLogLine('{"time":"2026-11-22T10:00:00Z"}').timeMs).toBe(Date.UTC(2026, 10, 22, 10));
    expect(parseLogLine('{"time":"yesterday"}').timeMs).toBeUndefined();
  });

  test("tells how often a collapsed line stands for itself", () => {
    const line = parseLogLine('{"level":30,"msg":"tick","repeated":12}');

    expect(line.repeated).toBe(12);
    expect(line.fields).toEqual([]);
  });

  test("shows an error by its stack, or by its message without one", () => {
    const stack = "Error: no\n    at here";

    expect(parseLogLine(JSON.stringify({ err: { message: "no", stack } })).fields).toEqual([["err", stack]]);
    expect(parseLogLine(JSON.stringify({ err: { message: "no" } })).fields).toEqual([["err", "no"]]);
  });

  for (const text of ["Segmentation fault", '{"level":30,', "[1,2]", "null", ""]) {
    test(`keeps ${JSON.stringify(text)} as it is`, () => {
      expect(parseLogLine(text)).toEqual({
        level: "info",
        timeMs: undefined,
        message: text,
        fields: [],
        repeated: 1,
      });
    });
  }
});
