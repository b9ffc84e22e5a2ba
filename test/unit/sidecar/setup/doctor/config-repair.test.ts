import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { movedValue } from "../../../../../sidecar/base/config/dotted-path.ts";
import { locate, valueRepair } from "../../../../../sidecar/setup/doctor/config-repair.ts";
import { createCheckContext, SOUND } from "../../../../helpers/home/check-context.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../helpers/run/reads.ts";

test.describe("locate", () => {
  for (const [path, keys] of [
    ["a.b", ["a", "b"]],
    ["a.c.d", ["a", "c.d"]],
    ["list.1", ["list", "1"]],
    ["e.f.g", ["e.f", "g"]],
  ] as const) {
    test(`finds ${path} as ${JSON.stringify(keys)}`, () => {
      const values = { a: { b: 1, "c.d": 2 }, list: [1, 2], "e.f": { g: 3 } };

      expect(locate(values, path)).toEqual(keys);
    });
  }

  test("finds nothing where nothing is", () => {
    expect(locate({ a: 1 }, "a.b")).toBeUndefined();
    expect(locate({ a: 1 }, "toString")).toBeUndefined();
  });
});

test.describe("movedValue", () => {
  test("moves and makes room on the way", () => {
    expect(movedValue({ a: { x: 1 } }, ["a", "x"], ["a", "b", "c"])).toEqual({ a: { b: { c: 1 } } });
  });

  test("never overwrites, and moves nothing that is not there", () => {
    expect(movedValue({ a: 1, b: 2 }, ["a"], ["b"])).toBeUndefined();
    expect(movedValue({ b: 2 }, ["a"], ["c"])).toBeUndefined();
  });
});

test.describe("valueRepair", () => {
  const change = { kind: "change", describe: "add x", done: "added x" } as const;

  test("changes what the file says by then, keeps the previous one and the mode", async ({ home }) => {
    const context = createCheckContext(home, { config: SOUND });
    home.writeConfig({ ...SOUND, logging: { level: "debug" } });

    const { repair } = valueRepair(context, {
      ...change,
      edits: () => [{ kind: "set", keys: ["ui"], value: { x: 1 } }],
    });
    const done = await repair?.apply();

    expect(done).toBe("added x");
    expect(readConfig(home.configFile, {})).toMatchObject({
      parsed: { logging: { level: "debug" }, ui: { x: 1 } },
    });
    expect(JSON.parse(readFileSync(`${home.configFile}.bak`, "utf8"))).not.toHaveProperty("ui");
  });

  test("says so when nothing was left to do", async ({ home }) => {
    const { repair } = valueRepair(createCheckContext(home, { config: SOUND }), {
      ...change,
      edits: () => [],
    });

    expect(printed(await repair?.apply())).toBe("nothing was left to do: add x");
  });

  test("is not offered where the configuration is managed elsewhere", ({ home }) => {
    const context = createCheckContext(home, { config: SOUND, env: { CLAWDBOT_NIX_MODE: "1" } });

    expect(valueRepair(context, { ...change, edits: () => [] })).toEqual({});
  });
});
