/**
 * The built package as npm leaves it in a folder, and what npm does to it in an upgrade: the old package is moved away
 * and removed, then the new one is written, whose parts have other names.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { APP_VERSION } from "../../../shared/version.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PARTS = ["dist", "assets", "package.json"];
/** The bundler puts a digest of the contents into the name of each part. */
const DIGEST = /-([0-9a-f]{8})(?=\.js\b)/g;
/** In code and in package.json, whichever quotes the bundler prefers. */
const VERSION = new RegExp(`(["'\`])${APP_VERSION.replaceAll(".", "\\.")}\\1`, "g");

export class InstalledCopy {
  readonly root: string;

  /** Installs what was built. `folder` is a directory of the test. */
  constructor(folder: string) {
    this.root = join(folder, "lib", "node_modules", "clawdbot-companion");
    this.install(APP_VERSION);
  }

  get launcher(): string {
    return join(this.root, "dist", "launch.cjs");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Another version differs from what was built by its number and by the names of all parts. */
  install(version: string): void {
    mkdirSync(this.root, { recursive: true });
    for (const part of PARTS) {
      const filter = (path: string) => !/\.types|\.compile-cache/.test(path);
      cpSync(join(ROOT, part), join(this.root, part), { recursive: true, filter });
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.root, "node_modules"));
    if (version !== APP_VERSION) this.#renumber(version);
  }

  #renumber(version: string): void {
    const other = (text: string) =>
      text
        .replace(DIGEST, (_, digest: string) => `-${[...digest].reverse().join("")}`)
        .replace(VERSION, (_, quote: string) => `${quote}${version}${quote}`);
    const dist = join(this.root, "dist");
    for (const name of readdirSync(dist).filter((file) => file.endsWith(".js"))) {
      const text = readFileSync(join(dist, name), "utf8");
      rmSync(join(dist, name));
      writeFileSync(join(dist, other(name)), other(text));
    }
    const manifest = join(this.root, "package.json");
    writeFileSync(manifest, other(readFileSync(manifest, "utf8")));
  }
}
