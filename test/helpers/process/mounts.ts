/** Programs that see other mounts than the rest of the machine, which are gone with the last of them. */
import { spawnSync } from "node:child_process";
import { LAUNCHER } from "./clawdbot.ts";
import { type CliOptions, type CliProcess, startNode } from "./cli.ts";

/** Why none can be made here; undefined when they can. */
export function mountProblem(): string | undefined {
  if (process.platform !== "linux") return "mount namespaces are Linux's";
  const { status } = spawnSync("unshare", ["-m", "--propagation", "private", "true"]);
  return status === 0 ? undefined : "this user may not make a mount namespace";
}

/** Starts `clawdbot <args>` after these lines of shell, such as `mount --bind a b`, in a mount namespace of their own. */
export function startMounted(lines: readonly string[], args: string[], options: CliOptions): CliProcess {
  return startShell([...lines, 'exec "$@"'], [process.execPath, LAUNCHER, ...args], options);
}

/** Runs lines of shell in a mount namespace of their own; `$@` are `args`. The first one that fails ends it. */
export function startShell(lines: readonly string[], args: string[], options: CliOptions): CliProcess {
  const shell = ["-m", "--propagation", "private", "sh", "-ec", lines.join("\n"), "sh", ...args];
  return startNode(shell, options, "unshare");
}
