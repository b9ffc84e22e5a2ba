import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { RotatingFile, type RotationOptions } from "../../../../../sidecar/base/log/rotating-file.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

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

const line = (index: number) => `line ${String(index).padStart(4, "0")} ${"x".repeat(39)}\n`; // 50 bytes

test.describe("RotatingFile", () => {
  test("creates folder and file for the owner alone", ({ home }) => {
    const { file, path } = stage(home.path);

    file.write("hello\n");

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(home.path, "logs")).mode & 0o777).toBe(0o700);
  });

  test("appends to what is there", ({ home }) => {
    const { file, path, content } = stage(home.path);
    mkdirSync(join(home.path, "logs"));
    writeFileSync(path, "old\n");

    file.write("new\n");

    expect(content()).toBe("old\nnew\n");
  });

  test("row 48: renames a full file and keeps the five before it", ({ home }) => {
    const { file, path } = stage(home.path);

    for (let index = 0; index < 15; index += 1) file.write(line(index));

    const names = readdirSync(join(home.path, "logs")).sort();
    expect(names).toEqual(["gateway.log", ...[1, 2, 3, 4, 5].map((number) => `gateway.log.${number}`)]);
    expect(readFileSync(path, "utf8")).toBe(line(14));
    expect(readFileSync(`${path}.1`, "utf8")).toBe(line(12) + line(13));
    expect(readFileSync(`${path}.5`, "utf8")).toBe(line(4) + line(5));
  });

  test("takes the size of an existing file into account", ({ home }) => {
    const { file, path } = stage(home.path);
    mkdirSync(join(home.path, "logs"));
    writeFileSync(path, line(0));

    file.write(line(1));

    expect(readFileSync(`${path}.1`, "utf8")).toBe(line(0) + line(1));
  });

  test("goes on in the same file when it cannot be renamed", ({ home }) => {
    const { file, path, fallen, content } = stage(home.path);
    mkdirSync(join(home.path, "logs", "gateway.log.5"), { recursive: true }); // A folder cannot be replaced by a file.

    for (let index = 0; index < 5; index += 1) file.write(line(index));

    expect(content()).toBe([0, 1, 2, 3, 4].map(line).join(""));
    expect(fallen).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  test("row 48: writes a line that repeats once, with a count when something else follows", ({ home }) => {
    const { file, content } = stage(home.path);

    for (const text of ["1 a\n", "2 a\n", "3 a\n", "4 a\n", "5 b\n"]) file.write(text);

    expect(content()).toBe("1 a\n4 a (3 times)\n5 b\n");
  });

  test("writes a single repetition as it is", ({ home }) => {
    const { file, content } = stage(home.path);

    for (const text of ["1 a\n", "2 a\n", "3 b\n"]) file.write(text);

    expect(content()).toBe("1 a\n2 a\n3 b\n");
  });

  test("reports a run of repetitions every ten seconds while it lasts, and its rest when it is closed", ({
    home,
  }) => {
    const { clock, file, content } = stage(home.path);

    for (let second = 0; second <= 12; second += 1) {
      file.write(`${second} a\n`);
      clock.advance(1_000);
    }
    file.close();

    expect(content()).toBe("0 a\n10 a (10 times)\n12 a (2 times)\n");
  });

  test("gives lines to the fallback while the file cannot be opened, and tries again after ten seconds", ({
    home,
  }) => {
    const { clock, file, fallen, content } = stage(home.path);
    writeFileSync(join(home.path, "logs"), "in the way");

    file.write("a\n");
    expect([file.problem, fallen]).toEqual(["EEXIST", ["a\n"]]);
    rmSync(join(home.path, "logs"));
    file.write("b\n");
    clock.advance(10_000);
    file.write("c\n");

    expect(fallen).toEqual(["a\n", "b\n"]);
    expect([file.problem, content()]).toEqual([undefined, "c\n"]);
  });
});
