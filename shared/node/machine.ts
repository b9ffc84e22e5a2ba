/**
 * What the system tells of this machine and its user. In sandboxes, on phones and in small containers it may refuse any of it: then
 * nothing is known, which keeps no program from doing what does not depend on it.
 */
import os, { type NetworkInterfaceInfo } from "node:os";
import { getSystemErrorName } from "node:util";
import { errorText, systemCode } from "../errors.ts";

/** By the name of the interface. */
export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** The network interfaces that are up; none where the system does not list them. */
export function interfaces(): Interfaces {
  return readInterfaces().interfaces;
}

/** The same, and why there is no list. */
export function readInterfaces(): { interfaces: Interfaces; problem?: string } {
  try {
    return { interfaces: os.networkInterfaces() };
  } catch (error) {
    return { interfaces: {}, problem: reasonOf(error) };
  }
}

/** The name of this machine; `localhost` where it has none. */
export function hostName(): string {
  try {
    return os.hostname() || NO_NAME;
  } catch {
    return NO_NAME; // A system without names is reached by its addresses.
  }
}

/** The account of this process; without a name where it has no entry. */
export function account(): { uid: number; username: string | undefined } {
  try {
    return os.userInfo();
  } catch {
    return { uid: process.getuid?.() ?? -1, username: undefined };
  }
}

/** A directory for temporary files. */
export function temporaryFolder(): string {
  try {
    return os.tmpdir();
  } catch {
    return process.platform === "win32" ? "C:\\Windows\\Temp" : "/tmp";
  }
}

/** The home directory of the account; undefined where it has no entry. */
export function accountHome(): string | undefined {
  try {
    return os.homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** The memory that this process may have in all: that of the machine, or of the container around it. */
export function memoryBytes(): number {
  const total = os.totalmem();
  // Without a limit it is 0, or more than there is.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, total) : total;
}

const NO_NAME = "localhost";

/** Node puts the failed system call into `info`, sometimes as a number that it takes for unknown, and a long sentence into the message. */
function reasonOf(error: unknown): string {
  const unknown = /Unknown system error (\d+)/.exec(errorText(error))?.[1];
  if (unknown !== undefined) return getSystemErrorName(-Number(unknown));
  const info = error instanceof Error && "info" in error ? error.info : undefined;
  const code =
    typeof info === "object" && info !== null && "code" in info ? String(info.code) : systemCode(error);
  return code ?? errorText(error);
}

/** pino asks for the name when it is loaded, and would not survive a system that has none. */
function mendForLibraries(): void {
  try {
    os.hostname();
  } catch {
    os.hostname = () => NO_NAME;
  }
}

mendForLibraries();
