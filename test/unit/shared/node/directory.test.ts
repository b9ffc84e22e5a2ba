import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { ensureDirectory, ensureLastDirectory } from "../../../../shared/node/directory.ts";
import { HeldLock } from "../../../../shared/node/held-lock.ts";
import { acquireLock } from "../../../../shared/node/lock.ts";
import { writePrivateFile } from "../../../../shared/node/private-file.ts";
import { test } from "../../../helpers/home/temp-home.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

test.describe("ensureDirectory", () => {
  test("creates every missing level for the owner only", ({ home }) => {
    ensureDirectory(join(home.path, "a", "mit ä", "c"));

    for (const level of ["a", "a/mit ä", "a/mit ä/c"]) expect(modeOf(join(home.path, level))).toBe(0o700);
  });

  test("leaves a directory that exists as it is, also behind a link", ({ home }) => {
    const real = join(home.path, "real");
    mkdirSync(real);
    chmodSync(real, 0o750);
    symlinkSync(real, join(home.path, "link"));

    ensureDirectory(join(home.path, "link"));
    ensureDirectory(join(home.path, "link", "inner"), 0o755);

    expect(modeOf(real)).toBe(0o750);
    expect(modeOf(join(real, "inner"))).toBe(0o755);
  });

  test("refuses a file on the way and a link to nowhere with the system's error", ({ home }) => {
    writeFileSync(join(home.path, "file"), "");
    symlinkSync(join(home.path, "nowhere"), join(home.path, "dangling"));

    expect(() => ensureDirectory(join(home.path, "file"))).toThrow("EEXIST");
    expect(() => ensureDirectory(join(home.path, "file", "inner"))).toThrow(/EEXIST|ENOTDIR/);
    expect(() => ensureDirectory(join(home.path, "dangling"))).toThrow("EEXIST");
    expect(readdirSync(home.path).sort()).toEqual(["dangling", "file"]);
  });
});

test.describe("F17: a place that somebody took away", () => {
  test("is not made again, however late its absence is seen", async ({ home }) => {
    const place = join(home.path, "place");
    const file = join(place, "run", "file");
    mkdirSync(place);
    writePrivateFile(file, "1", { parents: false });
    const lockFile = join(place, "run", "lock");
    const lock = await acquireLock(lockFile, { parents: false });
    if (lock === undefined) throw new Error("the lock is held by somebody else");
    const held = new HeldLock(lockFile, lock);
    rmSync(place, { recursive: true });

    expect(() => ensureLastDirectory(join(place, "run"))).toThrow("ENOENT");
    expect(() => writePrivateFile(file, "2", { parents: false })).toThrow("ENOENT");
    await expect(acquireLock(lockFile, { parents: false })).rejects.toThrow("ENOENT");
    expect(await held.look()).toMatchObject({ kind: "hidden" });
    expect(existsSync(place)).toBe(false);
    held.dispose();
  });
});
