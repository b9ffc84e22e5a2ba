/** Processes that live and yet do nothing: suspended, held by a debugger, frozen with their control group, or waiting for a disk. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { advice, type Remedy } from "../remedy.ts";

/** Why a process does nothing, and what ends that. */
export interface Standstill {
  /** `blocked` may be over in a moment: it counts only for a process that has not answered for a while. */
  kind: "suspended" | "traced" | "frozen" | "blocked";
  /** What it is, to follow its name: `is suspended and answers nobody`. */
  what: Remedy;
  /** A command or a sentence. */
  cure: Remedy;
}

/** Undefined for a process that runs, or is gone, and where the system does not tell (Windows). */
export function standstillOf(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Standstill | undefined {
  if (platform === "linux") return linuxStandstill(pid);
  return platform === "darwin" ? byState(macState(pid), pid) : undefined;
}

/** The command that ends the process politely, also while it is suspended; what it takes first where no command does. */
export function howToEnd(pid: number, platform: NodeJS.Platform): Remedy {
  if (platform === "win32") return `taskkill /PID ${pid}`;
  const standstill = standstillOf(pid, platform);
  switch (standstill?.kind) {
    case undefined:
    case "blocked":
      return `kill ${pid}`;
    case "suspended":
      // It takes the first signal as soon as it may go on.
      return `kill ${pid} && kill -CONT ${pid}`;
    case "traced":
    case "frozen":
      return advice`kill ${pid}, which it takes once it may go on: ${standstill.cure}`;
  }
}

function linuxStandstill(pid: number): Standstill | undefined {
  const status = procText(pid, "status");
  const state = /^State:\s+(\S)/m.exec(status)?.[1] ?? "";
  if (state === "t") return traced(Number(/^TracerPid:\s+(\d+)/m.exec(status)?.[1]));
  // A frozen process shows one of several states, none of which is its own.
  return byState(state === "T" ? state : "", pid) ?? frozen(pid) ?? byState(state, pid);
}

function byState(state: string, pid: number): Standstill | undefined {
  if (state.startsWith("T")) {
    return {
      kind: "suspended",
      what: "is suspended and answers nobody",
      cure: advice`let it go on: kill -CONT ${pid}`,
    };
  }
  if (state.startsWith("D") || state.startsWith("U")) {
    return {
      kind: "blocked",
      what: "waits for a disk or a network drive that does not answer",
      cure: "bring that drive back, or unmount it; until then no signal reaches the process",
    };
  }
  return undefined;
}

function traced(tracer: number): Standstill {
  const who = tracer > 0 ? advice`the debugger or tracer with PID ${tracer}` : advice`a debugger or tracer`;
  return {
    kind: "traced",
    what: advice`is held by ${who}`,
    cure: "let it go on from there, or end that program",
  };
}

/** See cgroups(7): version 2 tells it in `cgroup.events`, version 1 in a hierarchy of its own. */
function frozen(pid: number): Standstill | undefined {
  for (const line of procText(pid, "cgroup").split("\n")) {
    const [, controllers, path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const isOwn = controllers === "freezer";
    if (!isOwn && controllers !== "") continue;
    const folders = isOwn ? V1_ROOTS : V2_ROOTS;
    for (const folder of folders.map((root) => join(root, path))) {
      const isFrozen = isOwn
        ? /^FR/.test(text(join(folder, "freezer.state")))
        : /^frozen 1$/m.test(text(join(folder, "cgroup.events")));
      if (isFrozen) return frozenIn(folder, path, isOwn);
    }
  }
  return undefined;
}

const V1_ROOTS = ["/sys/fs/cgroup/freezer"];
const V2_ROOTS = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

function frozenIn(folder: string, path: string, isVersion1: boolean): Standstill {
  const unit = /([^/]+\.(?:service|scope|slice))$/.exec(path)?.[1];
  const byHand = isVersion1
    ? `echo THAWED | sudo tee ${join(folder, "freezer.state")}`
    : `echo 0 | sudo tee ${join(folder, "cgroup.freeze")}`;
  const systemctl = `systemctl ${/\/user@\d+\.service\//.test(path) ? "--user " : ""}thaw ${unit}`;
  return {
    kind: "frozen",
    what: advice`is frozen with its control group ${path}`,
    cure: advice`thaw it, such as by ${unit === undefined ? "docker unpause" : systemctl}, or: ${byHand}`,
  };
}

function procText(pid: number, name: string): string {
  return text(`/proc/${pid}/${name}`);
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Gone, hidden, or a system that has none.
  }
}

function macState(pid: number): string {
  try {
    const text = execFileSync("ps", ["-o", "state=", "-p", String(pid)], {
      encoding: "utf8",
      timeout: 3_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim();
  } catch {
    return ""; // No such process, or no way to ask.
  }
}
