/** `BOOTSTRAP.md` leads the first conversation, which has an end even if the agent does not find it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isThere } from "../../../shared/node/is-there.ts";
import { moveAside } from "../../../shared/node/set-aside.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { BOOTSTRAP, BOOTSTRAP_FILE } from "./templates.ts";

/** What is remembered of it, by directory; the store keeps it. */
export interface BootstrapRecord {
  /** When it was first seen, epoch ms. */
  sinceMs: number;
  /** Turns of the owner that saw it. */
  turns: number;
}

export interface BootstrapMemory {
  read(directory: string): Promise<BootstrapRecord | undefined>;
  write(directory: string, record: BootstrapRecord): Promise<void>;
}

/** Whichever comes first. */
const MOST_TURNS = 10;
const MOST_MS = 7 * 86_400_000;

/**
 * Counts a turn of the owner, before its files are read, and takes the file away when its time is over: one that somebody changed is
 * kept beside under another name. Returns whether it was taken away. Throws the system's error when that fails.
 */
export async function countBootstrapTurn(
  directory: string,
  memory: BootstrapMemory,
  nowMs: number,
): Promise<boolean> {
  const file = join(directory, BOOTSTRAP_FILE);
  if (!isThere(file)) return false;
  const { sinceMs, turns } = (await memory.read(directory)) ?? { sinceMs: nowMs, turns: 0 };
  if (turns < MOST_TURNS && nowMs - sinceMs < MOST_MS) {
    await memory.write(directory, { sinceMs, turns: turns + 1 });
    return false;
  }
  if (smallText(file) === BOOTSTRAP) rmSync(file);
  else moveAside(file);
  return true;
}
