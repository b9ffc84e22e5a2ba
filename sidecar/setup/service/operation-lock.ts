/** One operation on the service at a time, across all programs that may ask for one. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SetupError } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { acquireLock } from "../../../shared/node/lock.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice } from "../../../shared/remedy.ts";

/** Longer than any operation lasts. */
const WAIT_MS = 90_000;
const RETRY_MS = 50;

/**
 * Runs `work` when nobody else changes the service. Fails with `SERVICE_FAILED` after `waitMs` of waiting, and with
 * `STATE_UNWRITABLE` where no lock can be made, unless `evenUnlocked`: what only ends a service must not depend on its disk.
 */
export async function exclusively<T>(
  paths: Paths,
  work: () => Promise<T>,
  { evenUnlocked = false, waitMs = WAIT_MS } = {},
): Promise<T> {
  const lock = await waitForLock(lockFile(paths), waitMs).catch((error: unknown) => {
    if (evenUnlocked && error instanceof SetupError && error.code === "STATE_UNWRITABLE") return undefined;
    throw error;
  });
  try {
    return await work();
  } finally {
    lock?.dispose();
  }
}

/** Takes the file of the lock away, after the service is gone. */
export function removeOperationLock(paths: Paths): void {
  try {
    rmSync(lockFile(paths), { force: true });
  } catch {
    // On a disk that takes no changes it stays.
  }
}

function lockFile({ runDir }: Paths): string {
  return join(runDir, "service.lock");
}

async function waitForLock(file: string, waitMs: number): Promise<Disposable> {
  const deadline = performance.now() + waitMs;
  while (performance.now() < deadline) {
    const lock = await tryLock(file);
    if (lock !== undefined) return lock;
    await delay(RETRY_MS);
  }
  throw new SetupError(
    "SERVICE_FAILED",
    advice`Another command has been changing the service for ${waitMs / 1_000} s.`,
    {
      fix: advice`end it, or try again; it holds ${file}`,
    },
  );
}

async function tryLock(file: string): Promise<Disposable | undefined> {
  try {
    return await acquireLock(file);
  } catch (error) {
    throw unwritable(file, error);
  }
}
