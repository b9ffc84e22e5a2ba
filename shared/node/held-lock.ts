/** A lock for as long as a program runs, also when somebody takes its file or the directory of that away. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "../errors.ts";
import type { Disposable } from "../lifecycle.ts";
import { acquireLock, type Lock } from "./lock.ts";
import { unwritable } from "./unwritable.ts";

/** How often a program looks after its lock, in ms. */
export const LOCK_LOOK_MS = 2_000;

/**
 * `held`: by its path, as it should be. `remade`: it had lost its path and has it again. `hidden`: it has lost its path, and cannot
 * have it at the moment. `taken`: another process has it, and keeps it.
 */
export type LockState =
  | { kind: "held" }
  | { kind: "remade" }
  | { kind: "hidden"; reason: string }
  | { kind: "taken" };

/** Whoever only tries whether it is free holds it for a moment. */
const TAKEN_AFTER_LOOKS = 3;

export class HeldLock implements Disposable {
  readonly #file: string;
  /** The directory above that of the file: where it is gone, the program's whole place is, which is for others to bring back. */
  readonly #above: string;
  #lock: Lock;
  #looksWithoutIt = 0;
  #isDisposed = false;

  constructor(file: string, lock: Lock) {
    this.#file = file;
    this.#above = dirname(dirname(file));
    this.#lock = lock;
  }

  /** Looks whether others can still see the lock, and makes its file anew where they cannot. Never rejects. */
  async look(): Promise<LockState> {
    if (this.#lock.isInPlace()) return { kind: "held" };
    try {
      if (!isDirectory(this.#above)) return { kind: "hidden", reason: `${this.#above} is gone` };
      const lock = await acquireLock(this.#file, { parents: false });
      if (lock === undefined) return this.#missed();
      this.#looksWithoutIt = 0;
      this.#lock.dispose();
      this.#lock = lock;
      if (this.#isDisposed) lock.dispose();
      return { kind: "remade" };
    } catch (error) {
      return { kind: "hidden", reason: unwritable(this.#file, error).message };
    }
  }

  #missed(): LockState {
    this.#looksWithoutIt += 1;
    if (this.#looksWithoutIt >= TAKEN_AFTER_LOOKS) return { kind: "taken" };
    return { kind: "hidden", reason: `another process holds ${this.#file}` };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#lock.dispose();
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return false;
    throw error;
  }
}
