import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readSecretFile } from "../../../../../sidecar/base/config/secret-file.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

function fileWith(home: TempHome, content: string | Buffer): string {
  const path = join(home.path, "secret");
  writeFileSync(path, content);
  return path;
}

test.describe("readSecretFile", () => {
  for (const [what, content, secret] of [
    ["without a line break", "grüße", "grüße"],
    ["with the line break of an editor", "s3cr3t\n", "s3cr3t"],
    ["of Windows", "\uFEFFs3cr3t\r\nnotes\r\n", "s3cr3t"],
    ["with spaces around", " s3cr3t \n", " s3cr3t "],
    ["as long as one may be", "x".repeat(65_536), "x".repeat(65_536)],
  ] as const) {
    test(`reads a secret ${what}`, ({ home }) => {
      expect(readSecretFile("--password-file", fileWith(home, content))).toBe(secret);
    });
  }

  for (const [what, content, problem] of [
    ["no line", "", "is empty"],
    ["a blank line", " \ns3cr3t\n", "is empty"],
    ["too long a line", "x".repeat(65_537), "is longer than 64 KiB"],
    ["control characters", "s3\u0007cr3t\n", "is no text"],
    ["text of another encoding", Buffer.from([0x73, 0xe4, 0x0a]), "is no text"],
  ] as const) {
    test(`refuses a file with ${what} and does not repeat it`, ({ home }) => {
      const path = fileWith(home, content);

      expect(() => readSecretFile("--password-file", path)).toThrow(
        expect.objectContaining({
          code: "USAGE",
          message: `--password-file: the first line of ${path} ${problem}`,
        }),
      );
    });
  }

  test("names the option and the system's reason", ({ home }) => {
    mkdirSync(join(home.path, "folder"));

    expect(() => readSecretFile("--password-file", "/nowhere/x")).toThrow(
      "--password-file: cannot read /nowhere/x (ENOENT)",
    );
    expect(() => readSecretFile("--password-file", join(home.path, "folder"))).toThrow("(EISDIR)");
  });

  test("ends at a device that never does", () => {
    test.skip(process.platform === "win32", "devices in the file system are those of Unix");

    expect(() => readSecretFile("--password-file", "/dev/zero")).toThrow("is longer than 64 KiB");
  });
});
