/** What is wrong with an installed launch agent, apart from what it runs. Nothing here touches the disk. */
import { modeText } from "../../../../shared/node/mode-text.ts";
import { advice, ours, type Remedy } from "../../../../shared/remedy.ts";
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
  const add = (code: string, message: Remedy, more: Pick<AuditIssue, "detail" | "remedy">) =>
    issues.push({ code, message, ...more, level: "recommended" });
  const rewrite = advice`${ours`gateway install --force`} writes ${file} anew`;
  if (agent === undefined) {
    add("launchd-plist-unreadable", "the property list of the LaunchAgent cannot be understood", {
      remedy: rewrite,
    });
  } else {
    if (!agent.runAtLoad) {
      const message = "the LaunchAgent does not start at login (RunAtLoad is not true)";
      add("launchd-run-at-load", message, { remedy: rewrite });
    }
    if (!agent.isKeptAlive) {
      const message =
        "the LaunchAgent is not started again after a crash (KeepAlive is not { SuccessfulExit: false })";
      add("launchd-keep-alive", message, { remedy: rewrite });
    }
  }
  if (isDisabled) {
    const message = "launchd is told not to start the LaunchAgent at login (launchctl disable)";
    add("launchd-disabled", message, { remedy: advice`${ours`gateway install --force`} allows it again` });
  }
  if (systemDaemon !== undefined) {
    const message =
      "a LaunchDaemon of the same label runs for the whole machine, and both would start a gateway";
    add("launchd-system-duplicate", message, { detail: systemDaemon });
  }
  if (isForeign || (mode & WRITABLE_BY_OTHERS) !== 0) {
    const problem = isForeign ? advice`belongs to another user` : advice`can be changed by other users`;
    const detail = advice`mode ${modeText(mode & 0o777)}`;
    add("unit-permissions", advice`${file} ${problem}, so launchd may refuse it`, { detail });
  }
  return issues;
}
