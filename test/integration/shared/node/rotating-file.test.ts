import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { stage } from "../../../helpers/home/staged-log.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

test.describe("RotatingFile on a full disk", () => {
  const isRoot = process.getuid?.() === 0 && process.platform === "linux";
  test.skip(!isRoot, "a tiny disk can be mounted by root on Linux only");

  const disk = (home: TempHome) => {
    const folder = join(home.path, "disk");
    mkdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
    return folder;
  };

  test("keeps whole lines only, goes to the fallback, and comes back when there is room", ({ home }) => {
    const folder = disk(home);
    const { clock, file, fallen, content } = stage(folder, { maxBytes: 1_000_000 });
    try {
      writeFileSync(join(folder, "ballast"), "x".repeat(40_000));
      const text = (index: number) => `${JSON.stringify({ index, pad: "y".repeat(1_000) })}\n`;

      let index = 0;
      for (; fallen.length === 0 && index < 100; index += 1) file.write(text(index));
      expect([file.problem, fallen]).toEqual(["ENOSPC", [text(index - 1)]]);
      rmSync(join(folder, "ballast"));
      clock.advance(10_000);
      file.write(text(index));

      const written = content().trimEnd().split("\n");
      expect(written.map((each) => JSON.parse(each).index)).toEqual([...Array(index - 1).keys(), index]);
      expect(file.problem).toBeUndefined();
    } finally {
      file.close();
      execFileSync("umount", [folder]);
    }
  });
});
