/** What the texts and the JSON of `gateway status` say about the service. Pure. */

import { describeListener } from "../../../../shared/node/port-owner.ts";
import { howToEnd } from "../../../../shared/node/standstill.ts";
import { advice, english, ours, type Remedy } from "../../../../shared/remedy.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";
import { safeEnvironment } from "../../../setup/service/installed.ts";
import { exitText } from "./exit-text.ts";
import { strangers } from "./facts.ts";
import type { Findings } from "./findings.ts";
import type { ServiceFindings } from "./service.ts";

/** The words of each system for a service that is in its list, and for one that is not. */
const WORDS = {
  systemd: { yes: "enabled", no: "disabled", absent: "not installed" },
  launchd: { yes: "loaded", no: "not loaded", absent: "not installed" },
  schtasks: { yes: "registered", no: "missing", absent: "missing" },
} as const;

/** Both words, as `loadedText` and `notLoadedText`. */
export function loadedWords({ identity, installed }: ServiceFindings): { yes: string; no: string } {
  const { yes, no, absent } = WORDS[identity.kind];
  return { yes, no: installed ? no : absent };
}

/** Whether it starts by itself, which for systemd is more than being in its list. */
export function isLoaded({ identity, status }: ServiceFindings): boolean {
  return (identity.kind === "systemd" ? status?.enabled : status?.loaded) ?? false;
}

/** `enabled`, `not loaded`, `missing`; `installed` when only its file is known. */
export function loadedText(service: ServiceFindings): string {
  const { yes, no } = loadedWords(service);
  if (service.installed && service.status === undefined) return "installed";
  return isLoaded(service) ? yes : no;
}

/** What the gateway does, by whomever it is kept: `running (PID 12)`, `crash-looping (restarts 3, last exit 1)`, `stopped`. */
export function runtimeText(findings: Findings): string {
  const { facts, pid, holder, service, standstill } = findings;
  if (pid === undefined || holder === undefined || holder.kind === "orphan") {
    return service.status === undefined ? "stopped" : serviceRuntimeText(service.status, findings);
  }
  const phase =
    standstill?.kind ??
    (facts?.phase === "starting" || facts?.phase === "stopping" ? facts.phase : "running");
  switch (holder.kind) {
    case "service":
      return `${phase} (PID ${pid})`;
    case "tray":
      return `${phase} (PID ${pid}), kept by the tray (PID ${holder.pid})`;
    case "foreground":
      return `${phase} in foreground (PID ${pid})`;
    case "other":
      return `${phase} as ${otherName(holder)} (PID ${pid})`;
  }
}

/** Undefined while the service is what runs, or rests while something else does. */
export function troubleText(findings: Findings): string | undefined {
  const { status } = findings.service;
  const isShown = findings.holder === undefined || findings.holder.kind === "orphan";
  if (status === undefined || isShown || findings.holder?.kind === "service") return undefined;
  if (status.runtime !== "blocked" && status.runtime !== "crash-looping") return undefined;
  return serviceRuntimeText(status, findings);
}

/** `port 18789 held by orphan pid 12 …`; undefined when the service has lost nobody. */
export function orphanText({ holder, pid, port, service }: Findings): Remedy | undefined {
  if (holder?.kind !== "orphan" || pid === undefined) return undefined;
  const listener = port.listeners.find((each) => each.pid === pid);
  const user = listener === undefined ? "" : ` (${listener.command}, user ${listener.user})`;
  const kill =
    service.identity.kind === "schtasks" ? `taskkill /F /PID ${pid}` : howToEnd(pid, process.platform);
  return advice`port ${port.port} held by orphan pid ${pid}${user}, which the service started and has lost; ${kill}, then: ${ours`gateway restart`}`;
}

/** `the gateway (PID 12) is suspended and answers nobody; let it go on: kill -CONT 12`; undefined while it runs. */
export function standstillText({ pid, standstill }: Findings): string | undefined {
  if (standstill === undefined) return undefined;
  return `the gateway (PID ${pid}) ${english(standstill.what)}; ${english(standstill.cure)}`;
}

/** Both who would run a gateway on this state directory, with what keeps one; undefined when there is one at most. */
export function rivalText({ holder, service, pid }: Findings): string | undefined {
  if (!service.installed || holder?.kind !== "other") return undefined;
  return `two services for one state directory: ${service.identity.name} of this user, and ${otherName(holder)}, which runs the gateway (PID ${pid}); keep one of them`;
}

/** `NAME=value` of what is safe to show and worth knowing. */
export function environmentText({ definition }: ServiceFindings): string {
  const safe = safeEnvironment(definition?.environment ?? {});
  return Object.entries(safe)
    .filter(([name]) => /^CLAWDBOT_(PROFILE|STATE_DIR|CONFIG_PATH|GATEWAY_PORT|NIX_MODE)$/.test(name))
    .map(([name, value]) => `${name}=${shellWord(value)}`)
    .join(" ");
}

function serviceRuntimeText(status: ServiceStatus, findings: Findings): string {
  const pid = status.pid === undefined ? "" : ` (PID ${status.pid})`;
  switch (status.runtime) {
    case "running":
    case "starting":
    case "stopping":
      return `${status.runtime}${pid}`;
    case "crash-looping":
      // The first crash is none of a loop yet.
      if (status.restarts === 0)
        return `crashed, restarting${status.lastExit ? ` (${exitText(status.lastExit)})` : ""}`;
      return `crash-looping (${crashText(status)})`;
    case "blocked":
      return `blocked: ${blockedText(status, findings)}`;
    case "stopped":
      return "stopped";
    case "unknown":
      return `unknown (${status.state})`;
  }
}

function crashText({ restarts, lastExit }: ServiceStatus): string {
  const count = restarts === undefined ? [] : [`restarts ${restarts}`];
  return [...count, ...(lastExit === undefined ? [] : [exitText(lastExit)])].join(", ");
}

/** Why it does not start again, in one line. */
function blockedText(status: ServiceStatus, findings: Findings): string {
  const { blocked, lastError, port } = findings;
  if (blocked?.code === "PORT_IN_USE") {
    const [holder] = strangers(findings);
    if (holder !== undefined) return `port ${port.port} held by ${english(describeListener(holder))}`;
    const then = /^Port (\d+ is held by .*)$/m.exec(blocked.message)?.[1];
    if (then !== undefined) return `port ${then.replace("is held", "was held")}; nobody holds it now`;
  }
  const reason = lastError?.split("\n")[0];
  const crashes = crashText(status);
  return (
    reason ??
    [status.detail && english(status.detail), crashes === "" ? undefined : crashes].filter(Boolean).join(", ")
  );
}

function otherName({ name, scope }: { name: string; scope: "user" | "system" | undefined }): string {
  return scope === undefined ? name : `${name} (${scope})`;
}
