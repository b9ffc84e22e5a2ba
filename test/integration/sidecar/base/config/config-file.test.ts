import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { changeConfigFile } from "../../../../../sidecar/base/config/config-file.ts";
import type { TextEdit } from "../../../../../sidecar/base/config/edit-text.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { startNode } from "../../../../helpers/process/cli.ts";

const CONFIG_FILE = new URL("../../../../../sidecar/base/config/config-file.ts", import.meta.url).href;
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const setting = (values: Record<string, unknown>): TextEdit[] =>
  Object.entries(values).map(([key, value]) => ({ kind: "set", keys: [key], value }));
const writeConfigFile = (file: string, values: Record<string, unknown>, nowMs: number) =>
  changeConfigFile({ file, env: {} }, () => setting(values), nowMs);

test.describe("changeConfigFile beside other writers", () => {
  test("loses no change of eight processes that write at the same time", async ({ home }) => {
    const script = (index: number) => `
      import { changeConfigFile } from ${JSON.stringify(CONFIG_FILE)};
      const edit = { kind: "set", keys: ["k${index}"], value: ${index} };
      await changeConfigFile({ file: ${JSON.stringify(home.configFile)}, env: {} }, () => [edit], 0);
    `;
    const writers = Array.from({ length: 8 }, (_, index) =>
      startNode(["--input-type=module", "--eval", script(index)], { env: home.env() }),
    );

    const results = await Promise.all(writers.map(({ ended }) => ended));

    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      results.map(() => ({ code: 0, stderr: "" })),
    );
    expect(read(home.configFile)).toMatchObject(
      Object.fromEntries(writers.map((_, index) => [`k${index}`, index])),
    );
  });
});

test.describe("changeConfigFile on a full disk", () => {
  const isRoot = process.getuid?.() === 0 && process.platform === "linux";
  test.skip(!isRoot, "a tiny disk can be mounted by root on Linux only");

  test("leaves the file and every backup as they were, however often it fails", async ({ home }) => {
    mkdirSync(home.stateDir);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", home.stateDir]);
    try {
      for (let generation = 0; generation <= 5; generation += 1) {
        await writeConfigFile(home.configFile, { generation }, NOW_MS);
      }
      const names = readdirSync(home.stateDir).sort();
      const contents = () => names.map((name) => readFileSync(join(home.stateDir, name), "utf8"));
      const before = contents();
      const free = statfsSync(home.stateDir).bavail * statfsSync(home.stateDir).bsize;
      writeFileSync(join(home.stateDir, "ballast"), Buffer.alloc(free - 4_096));

      // The first size does not fit at all, the second leaves no room for the backup.
      for (const size of [60_000, 60_000, 60_000, 10, 10]) {
        await expect(
          writeConfigFile(home.configFile, { filler: "x".repeat(size) }, NOW_MS),
        ).rejects.toMatchObject({ code: "STATE_UNWRITABLE", message: expect.stringContaining("ENOSPC") });
      }

      expect(readdirSync(home.stateDir).sort()).toEqual([...names, "ballast"].sort());
      expect(contents()).toEqual(before);
    } finally {
      execFileSync("umount", [home.stateDir]);
    }
  });
});
