import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readFailure } from "../../../../shared/node/small-file.ts";
import { readTextFile } from "../../../../shared/node/text-file.ts";
import { test } from "../../../helpers/home/temp-home.ts";

const LIMIT = 1024 * 1024;

test.describe("readTextFile", () => {
  test("returns the text as it stands, byte order mark included, also behind a link", ({ home }) => {
    const path = join(home.path, "file");
    writeFileSync(path, "\uFEFFgrüße\r\n");
    symlinkSync(path, join(home.path, "link"));

    expect(readTextFile(path, LIMIT)).toEqual({ state: "text", text: "\uFEFFgrüße\r\n" });
    expect(readTextFile(join(home.path, "link"), LIMIT)).toMatchObject({ state: "text" });
  });

  test("tells a missing file and a link to nowhere from a broken path", ({ home }) => {
    symlinkSync(join(home.path, "nowhere"), join(home.path, "dangling"));

    expect(readTextFile(join(home.path, "none"), LIMIT)).toEqual({ state: "missing" });
    expect(readTextFile(join(home.path, "dangling"), LIMIT)).toEqual({ state: "missing" });
  });

  const CASES: [what: string, make: (path: string, home: string) => void, reason: string, fix: string][] = [
    ["a directory", (path) => mkdirSync(path), "it is a directory (EISDIR)", "put a file in its place"],
    [
      "a link to a device without an end",
      (path) => symlinkSync("/dev/zero", path),
      "it is not a regular file",
      "put a regular file in its place",
    ],
    [
      "a file beyond the limit",
      (path) => {
        writeFileSync(path, "");
        truncateSync(path, LIMIT + 1);
      },
      "it is larger than 1 MiB",
      "check whether this is the right file",
    ],
    [
      "a link to itself",
      (path) => symlinkSync(path, path),
      "its symbolic links lead in a circle (ELOOP)",
      "repair the symbolic link",
    ],
    [
      "text of another encoding",
      (path) => writeFileSync(path, Buffer.from([0x2f, 0x2f, 0xe4, 0x0a])),
      "it is not valid UTF-8 text",
      "save it as UTF-8",
    ],
  ];
  for (const [what, make, reason, fix] of CASES) {
    test(`explains ${what}`, ({ home }) => {
      test.skip(process.platform === "win32", "pipes, devices and links of this kind are those of Unix");
      const path = join(home.path, "file");
      make(path, home.path);

      expect(readTextFile(path, LIMIT)).toEqual({ state: "unreadable", reason, fix });
    });
  }

  test("explains a file in the place of a directory", ({ home }) => {
    writeFileSync(join(home.path, "file"), "");

    expect(readTextFile(join(home.path, "file", "inner"), LIMIT)).toEqual({
      state: "unreadable",
      reason: "a part of the path is a file (ENOTDIR)",
      fix: "move that file away, or choose another path",
    });
  });
});

test.describe("readFailure", () => {
  test("points to owner and mode where permission is missing, and repeats what it does not know", () => {
    const failure = (code: string) => readFailure(Object.assign(new Error(`${code}: x`), { code }));

    expect(failure("EACCES")).toEqual({
      reason: "permission denied (EACCES)",
      fix: expect.stringContaining("owner and mode"),
    });
    expect(failure("EIO")).toEqual({ reason: "EIO: x", fix: "check the disk and the path" });
  });
});
