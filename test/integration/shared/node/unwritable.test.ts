import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { unwritable } from "../../../../shared/node/unwritable.ts";
import { test } from "../../../helpers/home/temp-home.ts";

test.describe("unwritable", () => {
  test("F12: tells a disk without inodes from a full one", ({ home }) => {
    test.skip(process.getuid?.() !== 0 || process.platform !== "linux", "mounting needs root and Linux");
    const disk = join(home.path, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "nr_inodes=2", "tmpfs", disk]);
    try {
      writeFileSync(join(disk, "one"), "");

      const write = () => writeFileSync(join(disk, "two"), "");

      expect(write).toThrow("ENOSPC");
      expect(
        unwritable(join(disk, "two"), Object.assign(new Error("boom"), { code: "ENOSPC" })),
      ).toMatchObject({
        message: expect.stringMatching(/all its inodes are used up \(ENOSPC\)$/),
        fix: expect.stringContaining("delete files that are not needed"),
      });
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
