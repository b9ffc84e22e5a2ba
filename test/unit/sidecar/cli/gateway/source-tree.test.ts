import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { SourceTree, sourceRoot } from "../../../../../sidecar/cli/gateway/source-tree.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test.describe("sourceRoot", () => {
  test("is the folder above a source file, and nothing for an installed or bundled one", () => {
    expect(sourceRoot("file:///src/clawdbot/sidecar/cli/gateway/source-tree.ts")).toBe("/src/clawdbot/");
    expect(sourceRoot("file:///src/clawdbot/dist/sidecar.js")).toBeUndefined();
    expect(sourceRoot("file:///x/node_modules/clawdbot/sidecar/cli/gateway/source-tree.ts")).toBeUndefined();
  });
});

test.describe("SourceTree", () => {
  test("knows what was written, added, replaced and removed, of source files alone", ({ home }) => {
    const path = (name: string) => join(home.path, name);
    for (const folder of ["a/b", "node_modules/x", "dist", "test", ".git"]) {
      mkdirSync(path(folder), { recursive: true });
    }
    for (const name of ["a/one.ts", "a/b/two.js", "a/three.ts", "a/same.ts"]) writeFileSync(path(name), "1");
    const tree = new SourceTree(home.path, () => {});
    try {
      expect(tree.takeChanges()).toEqual([]);

      writeFileSync(path("a/one.ts"), "22");
      writeFileSync(path("a/new"), "1");
      renameSync(path("a/new"), path("a/b/two.js"));
      rmSync(path("a/three.ts"));
      mkdirSync(path("c"));
      writeFileSync(path("c/four.ts"), "1");
      for (const name of [
        "a/x.d.ts",
        "a/x.md",
        "node_modules/x/i.js",
        "dist/x.js",
        "test/x.ts",
        ".git/x.ts",
      ]) {
        writeFileSync(path(name), "1");
      }

      expect(tree.takeChanges().sort()).toEqual(
        ["a/b/two.js", "a/one.ts", "a/three.ts", "c/four.ts"].map(path),
      );
      expect(tree.takeChanges()).toEqual([]);
    } finally {
      tree.dispose();
    }
  });

  test("tells of changes in a directory that was replaced", async ({ home }) => {
    const folder = join(home.path, "a");
    mkdirSync(folder);
    const events: (() => void)[] = [];
    const next = () => new Promise<void>((resolve) => events.push(resolve));
    const tree = new SourceTree(home.path, () => {
      for (const resolve of events.splice(0)) resolve();
    });
    try {
      const replaced = next();
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      await replaced;
      tree.takeChanges();

      const written = next();
      writeFileSync(join(folder, "one.ts"), "1");
      await written;

      expect(tree.takeChanges()).toEqual([join(folder, "one.ts")]);
    } finally {
      tree.dispose();
    }
  });
});
