import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readTextFile } from "../../../../shared/node/text-file.ts";
import { test } from "../../../helpers/home/temp-home.ts";

test.describe("readTextFile", () => {
  test("explains a pipe that nobody writes into", ({ home }) => {
    test.skip(process.platform === "win32", "pipes in the file system are those of Unix");
    const path = join(home.path, "file");
    execFileSync("mkfifo", [path]);

    expect(readTextFile(path, 1024 * 1024)).toEqual({
      state: "unreadable",
      reason: "it is not a regular file",
      fix: "put a regular file in its place",
    });
  });
});
