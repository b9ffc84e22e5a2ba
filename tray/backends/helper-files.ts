/**
 * The helper program of systray2, made ready to run: a private copy with the run bit, since the package ships it
 * without one and may be read-only, and the library under the name the helper asks for.
 */
import { existsSync } from "node:fs";
import { chmod, copyFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ensureDirectory } from "../../shared/node/directory.ts";
import { type AppIndicatorLibrary, WANTED_LIBRARY } from "./tray-host.ts";

/** How to start the helper. */
export interface HelperProgram {
  /** Absolute. */
  readonly path: string;
  /** A folder that only we write to; the helper's working directory. */
  readonly folder: string;
  /** Put in front of the helper's own `LD_LIBRARY_PATH`, where it needs that. */
  readonly libraryFolder?: string;
}

const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: "tray_linux_release",
  darwin: "tray_darwin_release",
  win32: "tray_windows_release.exe",
};

/**
 * Makes the packaged helper runnable in `folder` and returns how to start it; `library` is the one found on the
 * machine. Copies afresh each time, so that a damaged copy lasts no longer than one start. Fails when the package has
 * no helper for the platform or the folder cannot be written.
 */
export async function prepareHelper(
  folder: string,
  platform: NodeJS.Platform,
  library?: AppIndicatorLibrary,
): Promise<HelperProgram> {
  const name = PROGRAMS[platform];
  if (name === undefined) throw new Error(`systray2 has no helper for ${platform}`);
  ensureDirectory(folder);
  const packaged = findPackaged(name);
  // Windows knows no run bit and does not replace a program that runs.
  if (platform === "win32") return { path: packaged ?? missing(), folder };
  await chmod(folder, 0o700);
  const path = join(folder, name);
  // In the middle of an upgrade the copy that is there serves.
  if (packaged !== undefined || !existsSync(path)) await copyProgram(packaged ?? missing(), path);
  if (library === undefined || !library.isCompatible) return { path, folder };
  const libraryFolder = join(folder, "lib");
  await linkLibrary(library.path, libraryFolder);
  return { path, folder, libraryFolder };
}

/** The program in the package; undefined while the package is not there. */
function findPackaged(name: string): string | undefined {
  try {
    const file = join(
      dirname(createRequire(import.meta.url).resolve("systray2/package.json")),
      "traybin",
      name,
    );
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined; // Not installed, or just being replaced.
  }
}

function missing(): never {
  throw new Error("the package systray2 is missing: install Clawdbot again");
}

/** Never writes over a copy that may be running. */
async function copyProgram(source: string, target: string): Promise<void> {
  const fresh = `${target}.${process.pid}`;
  await copyFile(source, fresh);
  await chmod(fresh, 0o755);
  await rename(fresh, target);
}

async function linkLibrary(library: string, folder: string): Promise<void> {
  ensureDirectory(folder);
  const link = join(folder, WANTED_LIBRARY);
  if ((await readlink(link).catch(() => undefined)) === library) return;
  await rm(link, { force: true });
  await symlink(library, link);
}
