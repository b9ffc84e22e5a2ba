/** Decides which listeners may be ended to free a port, and says why not and what to do instead. Pure. */
import { advice, type Remedy, whole } from "../remedy.ts";
import type { Listener } from "./port-owner.ts";

/** The process that wants the port: neither it nor what keeps it running may be ended. */
export interface Caller {
  pid: number;
  ancestors: ReadonlySet<number>;
  env: Record<string, string | undefined>;
}

/** Why a listener is spared. Both are whole clauses for one line of text. */
export interface Refusal {
  reason: Remedy;
  remedy: Remedy;
}

/** The listeners that stand in the way of binding one of `hosts`. */
export function inTheWay(listeners: readonly Listener[], hosts: readonly string[]): Listener[] {
  return listeners.filter(({ addresses }) => addresses.some((address) => hosts.some(overlaps(address))));
}

/** Why `listener` must not be signalled, or undefined when it may. */
export function refusalFor(listener: Listener, port: number, caller: Caller): Refusal | undefined {
  const { pid, command, user } = listener;
  if (pid === undefined) {
    return {
      reason: advice`port ${port} is held by a process of user ${user}`,
      remedy: advice`stop it with sudo (sudo ss -ltnp 'sport = :${port}' names it) or use --port`,
    };
  }
  const spare = (what: Remedy, remedy: Remedy): Refusal => ({
    reason: advice`pid ${pid} (${command}) ${whole(what)}`,
    remedy,
  });
  if (pid === caller.pid) return spare("is this very process", "use --port");
  if (pid <= 1) return spare("keeps the system running", "use --port");
  if (caller.ancestors.has(pid) || servicePids(caller.env).has(pid)) {
    return spare("started this command", "run it from another shell or use --port");
  }
  const spared = SPARED.find(({ names }) => names.includes(programName(command)));
  return spared && spare(spared.what, spared.remedy(port));
}

/** The line for a listener that we are not allowed to signal. */
export function notPermitted({ pid, command, user }: Listener): Remedy {
  return advice`pid ${pid ?? ""} (${command}) belongs to user ${user}: stop it with sudo kill ${pid ?? ""} or use --port`;
}

interface Spared {
  names: readonly string[];
  what: string;
  remedy: (port: number) => Remedy;
}

/** Programs that hold a port for somebody else: ending them hurts more than it frees. Exact names. */
const SPARED: readonly Spared[] = [
  {
    names: ["systemd"],
    what: "holds the port for a socket unit",
    remedy: () => "find it with systemctl list-sockets (also --user) and stop that .socket unit",
  },
  {
    names: ["launchd"],
    what: "holds the port for a launchd job",
    remedy: () => "unload the job with launchctl bootout or use --port",
  },
  {
    names: ["docker-proxy", "com.docker.backend", "vpnkit", "rootlesskit", "rootlessport"],
    what: "publishes the port of a container",
    remedy: (port) => advice`find it with docker ps --filter publish=${port} and stop that container`,
  },
  {
    names: ["wslrelay"],
    what: "forwards the port to WSL",
    remedy: (port) => advice`stop the program inside WSL that listens on ${port}, or use --port`,
  },
  {
    names: ["svchost", "iphlpsvc"],
    what: "is a Windows service, such as a port forwarding",
    remedy: () => "see netsh interface portproxy show all, or use --port",
  },
  {
    names: ["system", "kernel_task"],
    what: "is the operating system",
    remedy: (port) => advice`see netsh http show servicestate for port ${port}, or use --port`,
  },
  {
    names: ["sshd", "sshd-session"],
    what: "forwards the port for a remote ssh session",
    remedy: () => "end that ssh session (the one with -R) or use --port",
  },
  {
    names: ["ssh", "autossh"],
    what: "is an ssh tunnel",
    remedy: () => "close the tunnel (the ssh with -L) or use --port",
  },
  {
    names: ["tailscaled", "tailscale"],
    what: "serves the port to the tailnet",
    remedy: () => "see tailscale serve status and switch that rule off, or use --port",
  },
];

function overlaps(address: string): (host: string) => boolean {
  return (host) =>
    host === address ||
    // A wildcard of IPv6 usually serves IPv4 as well; the system's list does not say.
    address === "::" ||
    host === "::" ||
    (address === "0.0.0.0" && !host.includes(":")) ||
    (host === "0.0.0.0" && !address.includes(":"));
}

/** A gateway hands its pid to the programs it starts as `…_SERVICE_PID`. */
function servicePids(env: Caller["env"]): Set<number> {
  const names = Object.keys(env).filter((name) => name.endsWith("_SERVICE_PID"));
  return new Set(names.map((name) => Number(env[name])));
}

function programName(command: string): string {
  return command.toLowerCase().replace(/\.exe$/, "");
}
