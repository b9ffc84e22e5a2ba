/** Reads an agent from its file, and writes ours whole or not at all. */

import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { errorText, SetupError, systemCode } from "../../../../shared/errors.ts";
import { isOwnService } from "../../../../shared/lineage.ts";
import { ensureDirectory } from "../../../../shared/node/directory.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { copyAside } from "../../../../shared/node/set-aside.ts";
import { readSmallFile } from "../../../../shared/node/small-file.ts";
import { readTextFile } from "../../../../shared/node/text-file.ts";
import { advice } from "../../../../shared/remedy.ts";
import { run } from "../../process/run.ts";
import { type Agent, readAgent } from "./agent.ts";

/** Bytes; a property list of an agent has a few kilobytes. */
const MAX_BYTES = 1_048_576;
const PLUTIL_TIMEOUT_MS = 3_000;

/** The agent in the file, also in the binary form, which `plutil` of macOS translates. Undefined when there is none or it is damaged. */
export async function readAgentFile(file: string, env: Environment): Promise<Agent | undefined> {
  if (!existsSync(file)) return undefined;
  const content = readTextFile(file, MAX_BYTES);
  const agent = content.state === "text" ? readAgent(content.text) : undefined;
  // Nor does plutil get to read what would let it wait.
  if (agent !== undefined || readSmallFile(file, MAX_BYTES).state !== "bytes") return agent;
  const args = ["-convert", "xml1", "-o", "-", file];
  const { end, stdout } = await run("plutil", args, { env, timeoutMs: PLUTIL_TIMEOUT_MS });
  return end.kind === "exited" && end.code === 0 ? readAgent(stdout) : undefined;
}

/** Where the text that `writeAgentFile` replaced is kept; launchd reads only files that end in `.plist`. */
export function backupOf(file: string): string {
  return `${file}.bak`;
}

/** What the file holds, in whatever form; undefined when there is none. Fails with `SERVICE_FAILED`. */
export function agentFileBytes(file: string): Buffer | undefined {
  const content = readSmallFile(file, MAX_BYTES);
  if (content.state === "unreadable") throw fileFailure(file, "read", new Error(content.reason));
  return content.state === "bytes" ? content.bytes : undefined;
}

/**
 * Replaces the file, which then is 0644, and keeps what was there before: one of ours as the only copy, those of others for good, whose
 * copy is what it returns. launchd refuses property lists that others may write. Fails with `SERVICE_FAILED`; the file is then as it was.
 */
export async function writeAgentFile(
  file: string,
  text: string,
  env: Environment,
): Promise<string | undefined> {
  try {
    ensureDirectory(dirname(file), 0o755);
    const isThere = existsSync(file);
    const kept = isThere && !(await isOwnAgentFile(file, env)) ? copyAside(file) : undefined;
    if (isThere && kept === undefined && (await mayReplaceBackup(file, env)))
      copyFileSync(file, backupOf(file));
    replaceFile(file, text);
    return kept;
  } catch (error) {
    throw fileFailure(file, "written", error);
  }
}

/** Whether this program wrote the agent in the file. */
export async function isOwnAgentFile(file: string, env: Environment): Promise<boolean> {
  const agent = await readAgentFile(file, env);
  return agent !== undefined && isOwnService(agent);
}

/** The former text is none, or one of ours: others keep copies by this name too. */
export async function mayReplaceBackup(file: string, env: Environment): Promise<boolean> {
  return !existsSync(backupOf(file)) || (await isOwnAgentFile(backupOf(file), env));
}

/** Puts back what was there before `writeAgentFile`; `previous` is undefined when nothing was. */
export function restoreAgentFile(file: string, previous: Buffer | undefined): void {
  if (previous === undefined) rmSync(file, { force: true });
  else replaceFile(file, previous);
}

/** Makes an equal file what launchd accepts. A file that is not ours to change shows up in the audit. */
export function protectAgentFile(file: string): void {
  try {
    chmodSync(file, 0o644);
  } catch {
    // Another user's file: see `unit-permissions`.
  }
}

function replaceFile(file: string, content: string | Buffer): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o644, flush: true });
    chmodSync(temporary, 0o644);
    renameSync(temporary, file);
    syncDirectory(dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function fileFailure(file: string, verb: "read" | "written", error: unknown): SetupError {
  const reason = systemCode(error) ?? errorText(error);
  return new SetupError(
    "SERVICE_FAILED",
    verb === "read"
      ? advice`${file} cannot be read (${reason}).`
      : advice`${file} cannot be written (${reason}).`,
    {
      cause: error,
      fix: `make it and its folder readable and writable for this user`,
    },
  );
}

function syncDirectory(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
