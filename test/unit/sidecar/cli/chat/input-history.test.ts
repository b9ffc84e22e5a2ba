import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { InputHistory } from "../../../../../sidecar/cli/chat/input-history.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test("keeps inputs of any form for their owner alone, the same one in a row once", ({ home }) => {
  const history = new InputHistory(home.stateDir);
  for (const input of ["one", 'two\nlines "quoted"', 'two\nlines "quoted"', "日本"]) history.add(input);

  expect(new InputHistory(home.stateDir).read()).toEqual(["one", 'two\nlines "quoted"', "日本"]);
  expect(statSync(history.file).mode & 0o777).toBe(0o600);
});

test("keeps the newest 500, and no input as long as a file", ({ home }) => {
  const history = new InputHistory(home.stateDir);
  mkdirSync(home.stateDir, { recursive: true });
  const lines = Array.from({ length: 600 }, (_, index) => JSON.stringify(`input ${index}`));
  writeFileSync(history.file, `${lines.join("\n")}\nnot json\n{}\n`);

  history.add("the last");
  history.add("x".repeat(20_000));

  const kept = history.read();
  expect(kept).toHaveLength(500);
  expect(kept.at(-1)).toBe("the last");
  expect(kept[0]).toBe("input 101");
});

test("says why it cannot be kept, and leaves what stands there", ({ home }) => {
  mkdirSync(home.path, { recursive: true });
  writeFileSync(home.stateDir, "no directory");

  expect(new InputHistory(home.stateDir).add("hello")).toMatch(/EEXIST|ENOTDIR/);
  expect(readFileSync(home.stateDir, "utf8")).toBe("no directory");
});
