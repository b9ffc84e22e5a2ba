import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readSecretFile } from "../../../../../sidecar/base/config/secret-file.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test.describe("readSecretFile", () => {
  test("takes the line of a pipe that stays open", ({ home }) => {
    test.skip(process.platform === "win32", "pipes in the file system are those of Unix");
    const path = join(home.path, "pipe");
    execFileSync("mkfifo", [path]);
    const writer = openSync(path, "r+");
    writeSync(writer, "s3cr3t\n");

    expect(readSecretFile("--password-file", path)).toBe("s3cr3t");
    closeSync(writer);
  });
});
