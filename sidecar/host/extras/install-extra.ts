/**
 * Brings an extra with npm: one archive, whose hash is known beforehand, and no script of it is run. It is put together beside its place
 * and takes that only when it is whole.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetupError, UnavailableError } from "../../../shared/errors.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import type { Extra } from "../../base/extras/extra.ts";
import { extraFolder, installedIn, MARK } from "../../base/extras/find-extra.ts";
import { installerEnv } from "../process/installer-env.ts";
import { programOnPath } from "../process/program-on-path.ts";
import { type RunResult, run } from "../process/run.ts";

/** Where it is installed, and with what. */
export interface ExtraPlace {
  stateDir: string;
  env: Environment;
  platform: NodeJS.Platform;
  /** The Node that runs, beside which there may be an npm. */
  nodePath: string;
  signal?: AbortSignal | undefined;
}

/**
 * Resolves with the folder, in which the extra is whole. Fails with `RUNTIME_MISSING` where there is no npm, with `EXTRA_NOT_INSTALLED`
 * where it brings nothing, and with `STATE_UNWRITABLE`; what was there before is then still there.
 */
export async function installExtra(extra: Extra, place: ExtraPlace, timeoutMs: number): Promise<string> {
  const { stateDir, env, platform, nodePath, signal } = place;
  const npm = npmFor({ env, platform, nodePath });
  if (npm === undefined)
    throw new SetupError(
      "RUNTIME_MISSING",
      advice`npm is not installed, which brings ${extra.package}: install Node.js from your system or from https://nodejs.org`,
    );
  const target = extraFolder(extra, stateDir);
  removeLeft(target);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    write(fresh, extra);
    const [file, ...words] = npm;
    const ended = await run(file, [...words, ...NPM_WORDS], {
      timeoutMs,
      env: installerEnv(env),
      cwd: fresh,
      signal,
    });
    const failure = failureOf(ended);
    if (failure !== undefined) throw notInstalled(extra, failure);
    writeFileSync(join(fresh, MARK), JSON.stringify({ version: extra.version, integrity: extra.integrity }));
    if (installedIn(extra, fresh).state !== "ready")
      throw notInstalled(extra, advice`npm brought something else than was asked for`);
    exchange(fresh, target);
    return target;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** A package without scripts, of exactly the lock file. By itself npm waits for a minute before it says that what came is something else. */
const NPM_WORDS = [
  "ci",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--no-bin-links",
  "--no-update-notifier",
  "--loglevel=error",
  "--fetch-retry-mintimeout=500",
  "--fetch-retry-maxtimeout=2000",
] as const;

function write(folder: string, { package: name, version, integrity }: Extra): void {
  const manifest = {
    name: "clawdbot-extra",
    version: "0.0.0",
    private: true,
    dependencies: { [name]: version },
  };
  const resolved = `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`;
  const lock = {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: manifest.name, version: manifest.version, dependencies: manifest.dependencies },
      [`node_modules/${name}`]: { version, resolved, integrity },
    },
  };
  try {
    ensureDirectory(dirname(folder));
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** The npm that came with this Node, else the one of the PATH, with the words that start it. */
export function npmFor({
  env,
  platform,
  nodePath,
}: Pick<ExtraPlace, "env" | "platform" | "nodePath">): [string, ...string[]] | undefined {
  const beside = ["../lib/node_modules", "node_modules"]
    .map((each) => join(dirname(nodePath), each, "npm/bin/npm-cli.js"))
    .find((each) => existsSync(each));
  if (beside !== undefined) return [nodePath, beside];
  const file = programOnPath("npm", { env, platform });
  return file === undefined ? undefined : [file];
}

function exchange(fresh: string, target: string): void {
  const old = `${target}.${process.pid}.new`;
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) renameSync(old, target);
    throw unwritable(target, error);
  }
  rmSync(old, { recursive: true, force: true });
}

/** What an installation left behind that was ended halfway. */
function removeLeft(target: string): void {
  const folder = dirname(target);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const pid = path.startsWith(`${target}.`)
      ? /^\.(\d+)\.(?:tmp|new)$/.exec(path.slice(target.length))
      : null;
    if (pid !== null && !isAlive(Number(pid[1]))) rmSync(path, { recursive: true, force: true });
  }
}

function failureOf({ end, stderr, stdout }: RunResult): Remedy | undefined {
  switch (end.kind) {
    case "exited":
      return end.code === 0 ? undefined : saidBy(`${stderr}\n${stdout}`, end.code);
    case "timed-out":
      return advice`it took too long; a slow network may need a larger --timeout`;
    case "aborted":
      return advice`it was broken off`;
    case "not-started":
      return advice`npm cannot be started (${end.code})`;
    default:
      return advice`npm was ended`;
  }
}

/** npm's own codes stand in the first lines of what it prints. */
function saidBy(printed: string, code: number): Remedy {
  if (/\bEINTEGRITY\b/.test(printed))
    return advice`what the registry sends is not what this release was made for (EINTEGRITY)`;
  const network =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTCACHED)\b/;
  const reason = network.exec(printed)?.[1];
  if (reason !== undefined)
    return advice`npm's registry cannot be reached (${reason}); look at the network, and at registry and proxy in your .npmrc`;
  const line = printed.split("\n").find((each) => /^npm (?:err|error)/i.test(each) && !/ code /i.test(each));
  const said = neutralLine((line ?? "").replace(/^npm \S+\s*/, ""), 300);
  return said === "" ? advice`npm ended with exit code ${code}` : advice`npm says: ${said}`;
}

function notInstalled({ package: name }: Extra, why: Remedy): UnavailableError {
  return new UnavailableError("EXTRA_NOT_INSTALLED", advice`${name} was not installed: ${why}`);
}
