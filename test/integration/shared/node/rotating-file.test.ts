import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { RotatingFile, type RotationOptions } from "../../../../shared/node/rotating-file.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

function stage(folder: string, options: Partial<RotationOptions> = {}) {
  const clock = new FakeClock();
  const path = join(folder, "logs", "gateway.log");
  const fallen: string[] = [];
  const file = new RotatingFile(path, clock, {
    maxBytes: 100,
    keep: 5,
    sameness: (line) => line.replace(/^\d+ /, ""),
    repeated: (line, count) => `${line.trimEnd()} (${count} times)\n`,
    fallback: (line) => fallen.push(line),
    ...options,
  });
  return { clock, path, fallen, file, content: () => readFileSync(path, "utf8") };
}

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
