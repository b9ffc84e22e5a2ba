/** What is wrong with an installed launch agent, apart from what it runs. Nothing here touches the disk. */
import type { AuditIssue } from "../service-manager.ts";
import type { Agent } from "./agent.ts";

/** What is known of the installed agent. */
export interface AgentFacts {
  file: string;
  /** Undefined when the file cannot be understood. */
  agent: Agent | undefined;
  /** Permission bits of the file, and whether somebody else owns it. */
  mode: number;
  isForeign: boolean;
  isDisabled: boolean;
  /** What runs the same label for the whole machine. */
  systemDaemon: string | undefined;
}

/** Group and others may write it; launchd then refuses to load it. */
const WRITABLE_BY_OTHERS = 0o022;

export function auditAgent({
  file,
  agent,
  mode,
  isForeign,
  isDisabled,
  systemDaemon,
}: AgentFacts): AuditIssue[] {
  const issues: AuditIssue[] = [];
  const add = (code: string, message: string, detail?: string) =>
    issues.push({ code, message, level: "recommended", ...(detail === undefined ? {} : { detail }) });
  if (agent === undefined) {
    add("launchd-plist-unreadable", "the property list of the LaunchAgent cannot be understood", file);
  } else {
    if (!agent.runAtLoad) {
      add("launchd-run-at-load", "the LaunchAgent does not start at login (RunAtLoad is not true)", file);
    }
    if (!agent.isKeptAlive) {
      const detail = `${file}: KeepAlive should be { SuccessfulExit: false }`;
      add("launchd-keep-alive", "the LaunchAgent is not started again after a crash", detail);
    }
  }
  if (isDisabled) {
    add("launchd-disabled", "launchd is told not to start the LaunchAgent at login (launchctl disable)");
  }
  if (systemDaemon !== undefined) {
    const message =
      "a LaunchDaemon of the same label runs for the whole machine, and both would start a gateway";
    add("launchd-system-duplicate", message, systemDaemon);
  }
  if (isForeign || (mode & WRITABLE_BY_OTHERS) !== 0) {
    const problem = isForeign ? "belongs to another user" : "can be changed by other users";
    const detail = `mode ${(mode & 0o777).toString(8).padStart(4, "0")}`;
    add("unit-permissions", `${file} ${problem}, so launchd may refuse it`, detail);
  }
  return issues;
}
