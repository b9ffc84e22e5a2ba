/** The files of the service on the disk: the batch file, the script that runs it hidden, and what only exists for a while. */

import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorText, SetupError, systemCode } from "../../../../shared/errors.ts";
import { isOwnService } from "../../../../shared/lineage.ts";
import { ensureDirectory } from "../../../../shared/node/directory.ts";
import { copyAside, moveAside } from "../../../../shared/node/set-aside.ts";
import { MAX_STATE_BYTES, readSmallFile } from "../../../../shared/node/small-file.ts";
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import { encodeHostScript, HIDDEN_LAUNCHER } from "./hidden-launcher.ts";
import { readLaunchScript } from "./launch-script.ts";

export class LauncherFiles {
  /** `gateway.cmd`. */
  readonly script: string;
  /** `gateway.vbs`, which works on the batch file of its own name. */
  readonly launcher: string;
  /** While it is there, the launcher does not start the gateway again. */
  readonly stopFile: string;
  /** Restarts the service from outside; deletes itself. */
  readonly restartScript: string;
  /** In the Startup folder, where a task is not allowed. */
  readonly startupEntry: string;

  constructor(script: string, startupEntry: string) {
    const base = script.replace(/\.(cmd|bat)$/i, "");
    this.script = script;
    this.launcher = `${base}.vbs`;
    this.stopFile = `${base}.stop`;
    this.restartScript = `${base}.restart.cmd`;
    this.startupEntry = startupEntry;
  }

  get backup(): string {
    return `${this.script}.bak`;
  }

  /** The bytes of the batch file; undefined when there is none. Fails with `SERVICE_FAILED` when it cannot be read. */
  readScript(): Buffer | undefined {
    const content = readSmallFile(this.script, MAX_STATE_BYTES);
    if (content.state === "unreadable") throw fileFailure(this.script, "read", new Error(content.reason));
    return content.state === "bytes" ? content.bytes : undefined;
  }

  /** The batch file is this one, and the launcher beside it is ours of today. */
  areCurrent(script: Buffer): boolean {
    return holds(this.script, script) && holds(this.launcher, encodeHostScript(HIDDEN_LAUNCHER));
  }

  /**
   * Puts both in place, each whole or not at all, and keeps the former batch file: one of ours as the only copy, those of others for good,
   * whose copy is what it returns. Fails with `SERVICE_FAILED`.
   */
  write(script: Buffer): string | undefined {
    const isThere = existsSync(this.script);
    const isOwn = isThere && isOwnScript(this.script);
    let kept: string | undefined;
    attempt(this.backup, () => {
      if (isThere && !isOwn) kept = copyAside(this.script);
      else if (isThere && this.#mayReplaceBackup()) copyFileSync(this.script, this.backup);
    });
    if (existsSync(this.launcher) && !this.#isOwnLauncher()) {
      attempt(this.launcher, () => copyAside(this.launcher));
    }
    replaceFile(this.launcher, encodeHostScript(HIDDEN_LAUNCHER));
    replaceFile(this.script, script);
    return kept;
  }

  /** Undoes `write`. */
  restore(previous: Buffer | undefined): void {
    if (previous === undefined) this.remove();
    else replaceFile(this.script, previous);
  }

  writeStopFile(): void {
    replaceFile(this.stopFile, Buffer.alloc(0));
  }

  /** The launcher takes it away when it obeys. */
  hasStopFile(): boolean {
    return existsSync(this.stopFile);
  }

  removeStopFile(): void {
    rmSync(this.stopFile, { force: true });
  }

  writeRestartScript(script: Buffer): void {
    replaceFile(this.restartScript, script);
  }

  writeStartupEntry(text: string): void {
    replaceFile(this.startupEntry, encodeHostScript(text));
  }

  hasStartupEntry(): boolean {
    return existsSync(this.startupEntry);
  }

  removeStartupEntry(): void {
    attempt(this.startupEntry, () => rmSync(this.startupEntry, { force: true }));
  }

  /** Deletes everything that an installation made, keeps a batch file of others under another name, and tells so. Fails with `SERVICE_FAILED`. */
  remove(): Remedy[] {
    const told: Remedy[] = [];
    if (existsSync(this.script) && !isOwnScript(this.script)) {
      attempt(this.script, () => {
        const place = moveAside(this.script);
        told.push(advice`${this.script} was not made by the installation: it is kept as ${place}`);
      });
    }
    const backup = this.#mayReplaceBackup() ? [this.backup] : [];
    const launcher = this.#isOwnLauncher() ? [this.launcher] : [];
    const removed = [this.script, ...launcher, this.startupEntry].filter((file) => existsSync(file));
    for (const file of [...removed, ...backup, this.stopFile, this.restartScript]) {
      attempt(file, () => rmSync(file, { force: true }));
    }
    return [...told, ...removed.map((file) => advice`${file} was deleted`)];
  }

  #isOwnLauncher(): boolean {
    const content = readSmallFile(this.launcher, MAX_STATE_BYTES);
    return content.state === "bytes" && encodings(LAUNCHER_MARK).some((mark) => content.bytes.includes(mark));
  }

  /** There is none, or it is one of ours: others keep copies by this name too. */
  #mayReplaceBackup(): boolean {
    return !existsSync(this.backup) || isOwnScript(this.backup);
  }
}

/** Stands in every launcher of ours, whatever version wrote it. */
const LAUNCHER_MARK = "Made by: clawdbot gateway install";

function encodings(text: string): Buffer[] {
  return [Buffer.from(text), Buffer.from(text, "utf16le")];
}

function isOwnScript(file: string): boolean {
  const content = readSmallFile(file, MAX_STATE_BYTES);
  // What runs is told from how the script sets its variables; where the account lives does not matter for that.
  const script = content.state === "bytes" ? readLaunchScript(content.bytes, undefined) : undefined;
  return script !== undefined && isOwnService(script);
}

function holds(file: string, wanted: Buffer): boolean {
  const content = readSmallFile(file, MAX_STATE_BYTES);
  // What is not there or not ours to read has to be written.
  return content.state === "bytes" && content.bytes.equals(wanted);
}

function replaceFile(file: string, bytes: Buffer): void {
  const temporary = `${file}.${process.pid}.tmp`;
  attempt(file, () => {
    ensureDirectory(dirname(file));
    try {
      writeFileSync(temporary, bytes, { mode: 0o600, flush: true });
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

function attempt(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw fileFailure(file, "written", error);
  }
}

function fileFailure(file: string, what: "read" | "written", cause: unknown): SetupError {
  const reason = systemCode(cause) ?? errorText(cause);
  return new SetupError(
    "SERVICE_FAILED",
    what === "read"
      ? advice`${file} cannot be read (${reason}).`
      : advice`${file} cannot be written (${reason}).`,
    { cause, fix: "check who owns it and its directory, and the space on the disk" },
  );
}
