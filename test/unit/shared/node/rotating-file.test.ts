import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { RotatingFile } from "../../../../shared/node/rotating-file.ts";
import { stage } from "../../../helpers/home/staged-log.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

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

  for (const [what, byMs] of [
    ["back", -259_200_000],
    ["forth", 259_200_000],
  ] as const) {
    test(`F10: tries a refused file again after ten seconds, also when the clock is set ${what} by days`, ({
      home,
    }) => {
      const { clock, file, fallen, content } = stage(home.path);
      writeFileSync(join(home.path, "logs"), "in the way");
      file.write("a\n");
      rmSync(join(home.path, "logs"));

      clock.set(clock.now() + byMs);
      file.write("b\n");
      clock.advance(10_000);
      file.write("c\n");

      expect(fallen).toEqual(["a\n", "b\n"]);
      expect(content()).toBe("c\n");
    });

    test(`F10: reports repetitions every ten seconds, also when the clock is set ${what} by days`, ({
      home,
    }) => {
      const { clock, file, content } = stage(home.path);
      file.write("1 a\n");
      clock.set(clock.now() + byMs);
      file.write("2 a\n");
      expect(content()).toBe("1 a\n");

      clock.advance(10_000);
      file.write("3 a\n");

      expect(content()).toBe("1 a\n3 a (2 times)\n");
    });
  }

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

test.describe("RotatingFile whose file somebody takes away", () => {
  /** One that has written "a" and found it well, and is due to look after its file again. */
  const opened = (home: TempHome) => {
    const it = stage(home.path, { maxBytes: 1_000 });
    it.file.write("a\n");
    it.file.look();
    it.clock.advance(1_000);
    return { ...it, folder: join(home.path, "logs") };
  };

  test("F4: opens a deleted file anew", ({ home }) => {
    const { file, path, clock, content, fallen } = opened(home);
    file.write("b\n");
    clock.advance(1_000);

    rmSync(path);
    file.write("c\n");

    expect(content()).toMatch(/c\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(fallen).toEqual([]);
  });

  test("F4: loses no line of the second in which the file was deleted", ({ home }) => {
    const { file, path, clock, content } = opened(home);
    file.write("b\n");
    clock.advance(400);

    rmSync(path);
    file.write("c\n");
    clock.advance(400);
    file.write("d\n");
    clock.advance(400);
    file.write("e\n");

    expect(content()).toBe("b\nc\nd\ne\n");
  });

  test("F4: goes on under the name when the file is moved, and writes no line twice", ({ home }) => {
    const { file, path, clock, content } = opened(home);
    file.write("b\n");

    renameSync(path, `${path}.moved`);
    file.write("c\n");
    clock.advance(1_000);
    file.write("d\n");

    expect(readFileSync(`${path}.moved`, "utf8")).toBe("a\nb\nc\n");
    expect(content()).toBe("d\n");
  });

  test("F4: goes on in a file that somebody put in the place of its own", ({ home }) => {
    const { file, path, content } = opened(home);
    writeFileSync(`${path}.new`, "theirs\n");

    renameSync(`${path}.new`, path);
    file.write("b\n");

    expect(content()).toBe("theirs\nb\n");
  });

  for (const [what, take] of [
    ["deleted", (folder: string) => rmSync(folder, { recursive: true })],
    ["moved", (folder: string) => renameSync(folder, `${folder}.moved`)],
  ] as const) {
    test(`F4: makes a directory that was ${what} again`, ({ home }) => {
      const { file, folder, content } = opened(home);

      take(folder);
      file.write("b\n");

      expect(content()).toMatch(/b\n$/);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    });
  }

  test("F4: makes nothing above its directory again, and comes back with it", ({ home }) => {
    const { file, clock, fallen, content } = opened(home);
    renameSync(home.path, `${home.path}.away`);

    file.write("b\n");
    expect([file.problem, fallen, existsSync(home.path)]).toEqual(["ENOENT", ["b\n"], false]);
    renameSync(`${home.path}.away`, home.path);
    file.look();
    expect(file.problem).toBeUndefined();
    clock.advance(10_000);
    file.write("c\n");

    expect(content()).toBe("a\nc\n");
  });

  for (const [what, put, problem] of [
    ["directory", (path: string) => mkdirSync(path), "EISDIR"],
    ["link", (path: string) => symlinkSync("/dev/null", path), "ELOOP"],
  ] as const) {
    test(`F4: writes into no ${what} in its place, says so, and goes on when that is gone`, ({ home }) => {
      test.skip(process.platform === "win32", "Windows has no such things");
      const { file, path, clock, fallen, content } = opened(home);
      rmSync(path);
      put(path);

      file.write("b\n");
      expect(file.problem).toContain(problem);
      expect(fallen).toEqual(["b\n"]);
      rmSync(path, { recursive: true });
      clock.advance(10_000);
      file.write("c\n");

      expect([file.problem, content()]).toEqual([undefined, "c\n"]);
    });
  }

  test("F4: gives the fallback also what went into the deleted file, when there is no new one", ({
    home,
  }) => {
    const { file, path, clock, fallen } = opened(home);
    file.write("b\n");
    rmSync(path);
    mkdirSync(path);
    file.write("c\n");
    clock.advance(1_000);

    file.write("d\n");

    expect(fallen).toEqual(["b\n", "c\n", "d\n"]);
  });

  test("F4: looks after its file once a second at most", ({ home }) => {
    const { file, path, clock } = opened(home);
    file.write("b\n");
    rmSync(path);

    clock.advance(999);
    file.write("c\n");
    expect(existsSync(path)).toBe(false);
    clock.advance(1);
    file.write("d\n");

    expect(existsSync(path)).toBe(true);
  });

  test("F4: finds the loss also while nothing is written", ({ home }) => {
    const { file, path } = opened(home);

    rmSync(path);
    file.look();

    expect(existsSync(path)).toBe(true);
  });

  test("F4: an emptied file is not renamed for what it held", ({ home }) => {
    const { file, path, clock, content } = stage(home.path);
    file.write(line(0));
    truncateSync(path);
    clock.advance(1_000);

    file.write(line(1));

    expect(content()).toBe(line(1));
  });

  test("never renames a device", ({ home }) => {
    test.skip(process.platform === "win32", "Windows has no such things");
    const file = new RotatingFile("/dev/null", new FakeClock(), {
      maxBytes: 10,
      keep: 1,
      sameness: (each) => each,
      repeated: (each) => each,
      fallback: () => {},
    });

    for (let index = 0; index < 5; index += 1) file.write(line(index));

    expect(existsSync("/dev/null.1")).toBe(false);
    expect([file.problem, home.path.length > 0]).toEqual([undefined, true]);
  });
});
