/** What `launchctl print` says of a job. Its text is meant for people, so only the plain lines at its top level are believed. */
import type { ServiceRuntime, ServiceStatus } from "../service-manager.ts";

/** The facts of a loaded job. */
export interface JobFacts {
  /** In launchd's words, such as `running` or `spawn scheduled`. */
  state: string;
  pid: number | undefined;
  /** How often it was started since it was loaded. */
  runs: number | undefined;
  lastExit: ServiceStatus["lastExit"];
  /** Why the system ended it, where newer systems say so, such as `OS_REASON_JETSAM`. */
  exitReason: string | undefined;
  /** The property list it was loaded from. */
  path: string | undefined;
}

/** Reads the answer of `launchctl print <domain>/<label>`. */
export function readJobFacts(text: string): JobFacts {
  const lines = topLines(text);
  const pid = wholeNumber(lines.get("pid"));
  return {
    state: lines.get("state") ?? "unknown",
    pid: pid === 0 ? undefined : pid,
    runs: wholeNumber(lines.get("runs")),
    lastExit: lastExitOf(lines),
    exitReason: lines.get("last exit reason"),
    path: lines.get("path"),
  };
}

/** Whether the answer of `launchctl print-disabled <domain>` says that launchd must not start this label; two spellings are in use. */
export function isDisabled(text: string, label: string): boolean {
  const line = text.split("\n").find((each) => each.trim().startsWith(`"${label}" =>`));
  return line !== undefined && /=>\s*(true|disabled)\b/.test(line);
}

/** What the job does. `refused`: the gateway left the reason of a refused start. */
export function runtimeOf({ state, pid, lastExit }: JobFacts, refused: boolean): ServiceRuntime {
  if (/sigterm|sigkill|stopping|exiting/i.test(state)) return "stopping";
  if (/spawn scheduled|spawn failed/i.test(state))
    return lastExit === undefined ? "starting" : "crash-looping";
  if (/spawning|xpcproxy/i.test(state)) return "starting";
  if (pid !== undefined || state === "running") return "running";
  if (state === "unknown") return "unknown";
  if (lastExit === undefined) return "stopped";
  if (lastExit.how === "exited" && lastExit.status === 0) return refused ? "blocked" : "stopped";
  // Older systems say `waiting` of everything that does not run; a job that failed is due to start again.
  return "crash-looping";
}

/** `key = value` behind exactly one tab; a job has nested lists with keys of the same names. The first of a name counts. */
function topLines(text: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, value] = /^\t([^\t=][^=]*?) = (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && value !== "{" && !lines.has(key)) lines.set(key, value);
  }
  return lines;
}

/** `last exit code = 78: EX_CONFIG`, `last exit status = 1`, `last terminating signal = Killed: 9`. */
function lastExitOf(lines: ReadonlyMap<string, string>): ServiceStatus["lastExit"] {
  const signal = lines.get("last terminating signal");
  if (signal !== undefined) {
    const status = wholeNumber(/(\d+)\s*$/.exec(signal)?.[1]);
    if (status !== undefined) return { how: "killed", status };
  }
  const code = lines.get("last exit code") ?? lines.get("last exit status");
  const status = wholeNumber(/^-?\d+/.exec(code ?? "")?.[0]);
  return status === undefined ? undefined : { how: "exited", status };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
