import { appendFileSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { LogFile } from "../../../../sidecar/cli/log-file.ts";
import { test } from "../../../helpers/home/temp-home.ts";

test.describe("LogFile", () => {
  test("reads the last lines and then only new ones", ({ home }) => {
    const path = join(home.path, "gateway.log");
    writeFileSync(path, "1\n2\n3\n");
    const log = new LogFile(path);

    expect(log.readTail(2)).toEqual(["2", "3"]);
    expect(log.readNew()).toEqual([]);
    appendFileSync(path, "4\n5\n");

    expect(log.readNew()).toEqual(["4", "5"]);
    log.close();
  });

  test("waits for the end of a line, also inside a character", ({ home }) => {
    const path = join(home.path, "gateway.log");
    const [first, second] = [Buffer.from("grü").subarray(0, 3), Buffer.from("grün\n").subarray(3)];
    writeFileSync(path, first);
    const log = new LogFile(path);

    expect(log.readTail(10)).toEqual([]);
    appendFileSync(path, second);

    expect(log.readNew()).toEqual(["grün"]);
    log.close();
  });

  test("loses no line when the file is rotated between two looks", ({ home }) => {
    const path = join(home.path, "gateway.log");
    writeFileSync(path, "1\n");
    const log = new LogFile(path);
    log.readTail(10);

    appendFileSync(path, "before\n");
    renameSync(path, `${path}.1`);
    expect(log.readNew()).toEqual(["before"]);
    appendFileSync(`${path}.1`, "late\n");
    writeFileSync(path, "after\n");

    expect(log.readNew()).toEqual(["late", "after"]);
    expect(log.readNew()).toEqual([]);
    log.close();
  });

  test("starts again when the file was cut", ({ home }) => {
    const path = join(home.path, "gateway.log");
    writeFileSync(path, "1\n2\n3\n");
    const log = new LogFile(path);
    log.readTail(10);

    truncateSync(path);
    appendFileSync(path, "4\n");

    expect(log.readNew()).toEqual(["4"]);
    log.close();
  });

  test("knows no file and finds it once it is there", ({ home }) => {
    const path = join(home.path, "gateway.log");
    const log = new LogFile(path);

    expect(log.readTail(10)).toBeUndefined();
    expect(log.readNew()).toEqual([]);
    writeFileSync(path, "1\n");

    expect(log.readNew()).toEqual(["1"]);
    log.close();
  });

  test("reads no more than the end of a large file, from the start of a line", ({ home }) => {
    const path = join(home.path, "gateway.log");
    const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index} ${"x".repeat(60)}`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    const log = new LogFile(path);

    const tail = log.readTail(100_000) ?? [];

    expect(tail.length).toBeLessThan(lines.length);
    expect(tail).toEqual(lines.slice(-tail.length));
    log.close();
  });

  test("says what stands in the place of a log, and what to do about it", ({ home }) => {
    mkdirSync(join(home.path, "folder.log"));
    symlinkSync("/dev/zero", join(home.path, "device.log"));
    writeFileSync(join(home.path, "file"), "");

    for (const [name, reason] of [
      ["folder.log", "it is a directory (EISDIR)"],
      ["device.log", "it is not a regular file"],
      ["file/inner.log", "a part of the path is a file (ENOTDIR)"],
    ] as const) {
      const path = join(home.path, name);

      expect(() => new LogFile(path).readTail(1)).toThrow(
        expect.objectContaining({
          code: "LOG_UNREADABLE",
          message: `Cannot read ${path}: ${reason}`,
          fix: expect.any(String),
        }),
      );
    }
  });
});
