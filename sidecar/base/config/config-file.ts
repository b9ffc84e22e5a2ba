/**
 * Writes `clawdbot.json`: whole and durably or not at all, readable by the owner only, with the previous files kept. Values are
 * checked by the caller; keys nobody knows are written back as they were read.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { APP_VERSION } from "../../../shared/version.ts";

/** How many numbered backups stand behind `.bak`. */
const NUMBERED_BACKUPS = 4;

/**
 * Replaces the file with `value`, stamped with version and time, after moving the previous one to `.bak`. Creates the
 * directory with mode 0700. Fails with `STATE_UNWRITABLE`; the file is then as it was.
 */
export async function writeConfigFile(
  path: string,
  value: Record<string, unknown>,
  nowMs: number,
): Promise<void> {
  const [{ default: Conf }, { default: JSON5 }] = await Promise.all([import("conf"), import("json5")]);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rotateBackups(path);
    const file = new Conf<Record<string, unknown>>({
      cwd: dirname(path),
      configName: basename(path),
      fileExtension: "",
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      serialize: (store) => `${JSON.stringify(store, null, 2)}\n`,
      deserialize: (text) => JSON5.parse(text.replace(/^\uFEFF/, "")),
    });
    file.store = stamped(value, nowMs);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The configuration with all the copies that are kept of it; they may be absent. */
export function configFiles({ configFile, lastGoodConfigFile }: Paths): string[] {
  const numbers = Array.from({ length: NUMBERED_BACKUPS }, (_, index) => `.${index + 1}`);
  return [configFile, lastGoodConfigFile, ...["", ...numbers].map((number) => `${configFile}.bak${number}`)];
}

/** Keeps a copy of a configuration that a gateway started with, unless the copy there is equals it. Fails with `STATE_UNWRITABLE`. */
export function keepLastGood(path: string, raw: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    if (existsSync(path) && readFileSync(path, "utf8") === raw) return;
    writeFileSync(temporary, raw, { mode: 0o600, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(path, error);
  }
}

/** The error for a place that cannot be written, with the system's reason. */
export function unwritable(path: string, error: unknown): SetupError {
  const code = systemCode(error);
  const reason = (code && REASONS[code]) ?? errorText(error);
  return new SetupError("STATE_UNWRITABLE", `Cannot write ${path}: ${reason}`, {
    cause: error,
    fix:
      code === "ENOSPC" || code === "EDQUOT"
        ? "free some space, or set CLAWDBOT_STATE_DIR to another disk"
        : "make the directory writable for this user, or set CLAWDBOT_STATE_DIR to one that is",
    details: { path },
  });
}

const REASONS: Record<string, string> = {
  EACCES: "permission denied (EACCES)",
  EPERM: "permission denied (EPERM)",
  EROFS: "the file system is read-only (EROFS)",
  ENOSPC: "the disk is full (ENOSPC)",
  EDQUOT: "the disk quota is used up (EDQUOT)",
  ENOTDIR: "a part of the path is a file (ENOTDIR)",
  EEXIST: "a part of the path is a file (EEXIST)",
};

/** `.bak.3` becomes `.bak.4` and so on; the file itself is copied, so that there is one at every moment. */
function rotateBackups(path: string): void {
  if (!existsSync(path)) return;
  for (let number = NUMBERED_BACKUPS; number >= 1; number -= 1) {
    const from = number === 1 ? `${path}.bak` : `${path}.bak.${number - 1}`;
    if (existsSync(from)) renameSync(from, `${path}.bak.${number}`);
  }
  copyFileSync(path, `${path}.bak`);
  chmodSync(`${path}.bak`, 0o600);
}

function stamped(value: Record<string, unknown>, nowMs: number): Record<string, unknown> {
  const meta = isRecord(value.meta) ? value.meta : {};
  return {
    ...value,
    meta: { ...meta, lastTouchedVersion: APP_VERSION, lastTouchedAt: new Date(nowMs).toISOString() },
  };
}
