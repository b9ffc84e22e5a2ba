/**
 * Ends a program with everything that it started: its process group, and on Linux also what left the group and still has the mark in its
 * environment. What left the group and threw its environment away is not found; nor is it elsewhere, once it left.
 */
import { readdirSync, readFileSync } from "node:fs";
import { type Clock, sleep } from "../../../../shared/clock.ts";
import { runTool } from "../../../../shared/node/run-tool.ts";

/** The variable by which the programs of one command line are known. */
export const MARK = "CLAWDBOT_EXEC_ID";

/** How long a program has to end by itself, in ms. */
const PATIENCE_MS = 2_000;
const POLL_MS = 25;
/** Programs that start others while they are ended are looked for this often. */
const ROUNDS = 20;

export interface Tree {
  /** The leader of the group. */
  pid: number;
  mark: string;
}

/** Whether anything of it still runs. */
export function isTreeAlive(tree: Tree): boolean {
  return isGroupAlive(tree.pid) || marked(tree.mark).length > 0;
}

/** Asks all of it to end, and makes what does not. Resolves when nothing of it is left that can be found. */
export async function endTree(tree: Tree, clock: Clock, patienceMs = PATIENCE_MS): Promise<void> {
  if (process.platform === "win32") {
    await runTool("taskkill", ["/PID", String(tree.pid), "/T", "/F"]);
    return;
  }
  if (!isTreeAlive(tree)) return;
  if (patienceMs > 0) {
    signalTree(tree, "SIGTERM");
    // One that stands still takes the signal when it may go on.
    signalTree(tree, "SIGCONT");
    const deadline = clock.monotonicMs() + patienceMs;
    while (isTreeAlive(tree) && clock.monotonicMs() < deadline) await sleep(clock, POLL_MS);
  }
  for (let round = 0; round < ROUNDS && isTreeAlive(tree); round += 1) {
    signalTree(tree, "SIGKILL");
    await sleep(clock, POLL_MS);
  }
}

function signalTree({ pid, mark }: Tree, signal: NodeJS.Signals): void {
  signalOne(-pid, signal);
  for (const each of marked(mark)) signalOne(each, signal);
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or of another user, who alone may end it.
  }
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
  } catch {
    return false;
  }
  // What has ended and was not asked for its end counts as a member.
  return process.platform !== "linux" || groupOnLinux(pid).length > 0;
}

function groupOnLinux(group: number): number[] {
  return processes().filter((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[2]) === group && !/^[ZX]/.test(fields[0] ?? "Z");
  });
}

/** Those with the mark, on Linux. */
function marked(mark: string): number[] {
  if (process.platform !== "linux") return [];
  const variable = `${MARK}=${mark}`;
  return processes().filter(
    (pid) =>
      pid !== process.pid && read(`/proc/${pid}/environ`).split("\0").includes(variable) && !isZombie(pid),
  );
}

function isZombie(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

function processes(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return []; // A system that shows none.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // Gone meanwhile, or of somebody else.
  }
}
