/** What the texts and the JSON of `gateway status` both say. Pure. */

import { describeListener, type Listener } from "../../../../shared/node/port-owner.ts";
import { advice, ours, type Remedy } from "../../../../shared/remedy.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { Findings, PortFindings } from "./findings.ts";

/** The configured mode; the addresses say what a running gateway really does. */
export function bindMode({ effective }: Findings): string {
  return (effective.state === "valid" ? effective.config.gateway?.bind : undefined) ?? "loopback";
}

/** What one should know about the configuration of a gateway that runs; undefined when it is the one in the file. */
export function configNote({ inForce, reading, facts, holder }: Findings): Remedy | undefined {
  if (inForce === "refused") {
    return advice`the gateway keeps an earlier configuration, as ${reading.path} cannot be used: ${ours`logs`} says why`;
  }
  if (inForce !== "unread") return undefined;
  const isKept = holder?.kind === "service";
  // In a terminal that signal is its end.
  const isTold = isKept && process.platform !== "win32";
  const remedy = isTold ? `kill -HUP ${facts?.pid} makes it read it now` : "a restart takes it over";
  return `${reading.path} has changed since the gateway read it: ${remedy}`;
}

/** Where the profile's state directory comes from. */
export function stateSource({ env, paths }: ProfileContext): string {
  if (env.CLAWDBOT_STATE_DIR) return "CLAWDBOT_STATE_DIR";
  return paths.profile === undefined ? "default" : `profile ${paths.profile}`;
}

/** Where the configuration file's place comes from. */
export function configSource(context: ProfileContext): string {
  return context.env.CLAWDBOT_CONFIG_PATH ? "CLAWDBOT_CONFIG_PATH" : stateSource(context);
}

/** The dashboard on this machine, without a secret; undefined while nothing serves it. */
export function dashboardUrl({ pid, local, effective }: Findings): string | undefined {
  const controlUi = effective.state === "valid" ? effective.config.gateway?.controlUi : undefined;
  if (pid === undefined || controlUi?.enabled === false) return undefined;
  const base = (controlUi?.basePath ?? "").replace(/^\/+|\/+$/g, "");
  return `${local.url.replace(/^ws/, "http")}/${base === "" ? "" : `${base}/`}`;
}

/** The configuration file of the gateway that answers, else of the service, when it is another one than ours. */
export function otherConfig(
  { probe, asksLocal, service }: Findings,
  { paths }: ProfileContext,
): string | undefined {
  if (service.reading !== undefined) return service.reading.path;
  const theirs = asksLocal && probe?.kind === "healthy" ? probe.hello.snapshot.configPath : undefined;
  return theirs === paths.configFile ? undefined : theirs;
}

/** What one should know about the address that was asked; undefined when it goes without saying. */
export function probeNote({ target, asksLocal, facts }: Findings): string | undefined {
  if (!asksLocal) return `asked ${target.url} (${target.source}) instead of the gateway of this machine`;
  const wide = facts?.hosts.filter((host) => host !== "::1" && !host.startsWith("127.")) ?? [];
  if (wide.length === 0) return undefined;
  return `asked on loopback; the gateway also listens on ${wide.join(", ")}`;
}

/** Processes other than our gateway that hold the port. */
export function strangers({ port, pid, service }: Findings): Listener[] {
  const ours = [pid, service.status?.pid];
  return port.listeners.filter((listener) => listener.pid === undefined || !ours.includes(listener.pid));
}

/** What to do about a port that somebody else holds. */
export function portHints(findings: Findings): Remedy[] {
  return strangers(findings).map((listener) =>
    findings.service.installed
      ? advice`end ${describeListener(listener)} or choose another port, then: ${ours`gateway start`}`
      : advice`end ${describeListener(listener)}, choose another port, or start the gateway with --force`,
  );
}

/** The listeners of a port as JSON; secrets in command lines are replaced already. */
export function portDocument(
  { port, status, listeners }: PortFindings,
  hints: string[],
): Record<string, unknown> {
  return {
    port,
    status,
    listeners: listeners.map(({ pid, command, commandLine, user, addresses }) => ({
      pid,
      command,
      commandLine,
      user,
      address: addresses[0],
      addresses,
    })),
    hints,
  };
}
