/** Why the user's systemd cannot be reached, and what helps. */

import { existsSync, readFileSync } from "node:fs";
import { SetupError } from "../../../../shared/errors.ts";
import { foreignLine } from "../../../../shared/foreign-text.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { advice, ours } from "../../../../shared/remedy.ts";
import type { RunResult } from "../../process/run.ts";

/** What the machine is like, as far as it explains a missing manager. */
export interface Machine {
  /** Its init system is systemd. */
  booted: boolean;
  wsl: boolean;
  container: boolean;
  /** Where programs find the user's manager; empty after `su` and `sudo`. */
  runtimeDir: string | undefined;
  user: string;
}

/** Looks at the machine this process runs on. */
export function readMachine(env: Environment, user: string): Machine {
  return {
    booted: existsSync("/run/systemd/system"),
    wsl: /microsoft|wsl/i.test(textOf("/proc/sys/kernel/osrelease")),
    container:
      ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"].some((file) => existsSync(file)) ||
      env.container !== undefined ||
      /docker|kubepods|containerd|libpod|lxc/.test(textOf("/proc/1/cgroup")),
    runtimeDir: env.XDG_RUNTIME_DIR || undefined,
    user,
  };
}

/** The error for a last attempt that ended like this. */
export function explainUnreachable(attempt: RunResult | undefined, machine: Machine): SetupError {
  const { message, fix } = explanation(attempt, machine);
  const details = { machine, end: attempt?.end, stderr: attempt && foreignLine(attempt.stderr) };
  return new SetupError("SERVICE_UNAVAILABLE", message, { fix, details });
}

function explanation(attempt: RunResult | undefined, { booted, wsl, container, runtimeDir, user }: Machine) {
  // Whoever lets us wait is there, whatever the machine looks like.
  if (attempt?.end.kind === "timed-out") {
    return {
      message: "The systemd of this user does not answer.",
      fix: "try again, or log out and in; loginctl user-status shows what it does",
    };
  }
  const missing = attempt?.end.kind === "not-started";
  if (missing || !booted) {
    const what = missing ? advice`there is no systemctl` : advice`systemd is not the init system`;
    if (wsl) {
      return {
        message: advice`No service can be kept in this WSL distribution: ${what}.`,
        fix: "put the lines [boot] and systemd=true into /etc/wsl.conf, then run wsl --shutdown in Windows",
      };
    }
    if (container) {
      return {
        message: advice`No service can be kept in this container: ${what}.`,
        fix: advice`run ${ours`gateway`} as the main process of the container and let the container restart it`,
      };
    }
    return {
      message: advice`No service can be kept on this machine: ${what}.`,
      fix: advice`run ${ours`gateway`} in the foreground, or under the supervisor that this system has`,
    };
  }
  const where =
    runtimeDir === undefined
      ? advice`XDG_RUNTIME_DIR is not set, as after su or sudo`
      : advice`there is no manager at ${runtimeDir}`;
  const shell = advice`log in as ${user} itself (ssh, or sudo machinectl shell ${user}@)`;
  return {
    message: advice`The systemd of this user cannot be reached: ${where}.`,
    fix: advice`${shell}, or let its services run without a login: sudo loginctl enable-linger ${user}`,
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // Not Linux, or not ours to read: no evidence either way.
  }
}
