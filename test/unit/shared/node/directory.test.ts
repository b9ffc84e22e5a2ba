import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { ensureDirectory } from "../../../../shared/node/directory.ts";
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
