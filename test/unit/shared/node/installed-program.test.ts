import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "@playwright/test";
import { InstalledProgram } from "../../../../shared/node/installed-program.ts";
import { test } from "../../../helpers/home/temp-home.ts";

/** A package as npm leaves it, and the program that was started from it. */
function install(folder: string) {
  const root = join(folder, "clawdbot");
  const write = (version: string, text: string) => {
    mkdirSync(join(root, "dist"), { recursive: true });
    writeFileSync(join(root, "package.json"), JSON.stringify({ version }));
    writeFileSync(join(root, "dist", "tray.js"), text);
  };
  write("0.1.0", "import './chunk-AAAA.js';");
  const module = pathToFileURL(join(root, "dist", "chunk-AAAA.js")).href;
  return { root, write, program: new InstalledProgram(module, "tray.js") };
}

test.describe("InstalledProgram", () => {
  test("F3: tells the version that has taken its place", ({ home }) => {
    const { write, program } = install(home.path);
    expect(program.replacement()).toBeUndefined();

    write("0.2.0", "import './chunk-BBBB.js';");

    expect(program.replacement()).toEqual({ version: "0.2.0" });
  });

  test("F3: tells a build of the same version from itself", ({ home }) => {
    const { write, program } = install(home.path);

    write("0.1.0", "import './chunk-BBBB.js';");

    expect(program.replacement()).toEqual({ version: "0.1.0" });
  });

  test("F3: has no version to name while the package is away, and is itself again when it comes back", ({
    home,
  }) => {
    const { root, program } = install(home.path);

    renameSync(root, `${root}-old`);
    expect(program.replacement()).toEqual({ version: null });
    renameSync(`${root}-old`, root);

    expect(program.replacement()).toBeUndefined();
  });

  test("F3: is itself when the same files were installed once more", ({ home }) => {
    const { root, write, program } = install(home.path);

    rmSync(root, { recursive: true });
    write("0.1.0", "import './chunk-AAAA.js';");
    utimesSync(join(root, "dist", "tray.js"), 1, 1);

    expect(program.replacement()).toBeUndefined();
  });

  test("F3: is never replaced where it runs from its source", ({ home }) => {
    const module = pathToFileURL(join(home.path, "tray", "main.ts")).href;

    expect(new InstalledProgram(module, "tray.js").replacement()).toBeUndefined();
  });
});
