/** What the texts and the JSON of `gateway status` say about the service. Pure. */

import { describeListener } from "../../../../shared/node/port-owner.ts";
import { howToEnd } from "../../../../shared/node/standstill.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import { exitText } from "../../../host/service/exit-words.ts";
import { LIST_WORDS } from "../../../host/service/list-words.ts";
import type { ServiceStatus } from "../../../host/service/service-manager.ts";
import { safeEnvironment } from "../../../setup/service/installed.ts";
import { strangers } from "./facts.ts";
import type { Findings } from "./findings.ts";
import type { ServiceFindings } from "./service.ts";

/** Both words, as `loadedText` and `notLoadedText`. */
export function loadedWords({ identity, installed }: ServiceFindings): { yes: Remedy; no: Remedy } {
  const { yes, no, absent } = LIST_WORDS[identity.kind];
  return { yes, no: installed ? no : absent };
}

/** Whether it starts by itself, which for systemd is more than being in its list. */
export function isLoaded({ identity, status }: ServiceFindings): boolean {
  return (identity.kind === "systemd" ? status?.enabled : status?.loaded) ?? false;
}

/** `enabled`, `not loaded`, `missing`; `installed` when only its file is known. */
export function loadedText(service: ServiceFindings): Remedy {
  const { yes, no } = loadedWords(service);
  if (service.installed && service.status === undefined) return advice`installed`;
  return isLoaded(service) ? yes : no;
}

/** What the gateway does, by whomever it is kept: `running (PID 12)`, `crash-looping (restarts 3, last exit 1)`, `stopped`. */
export function runtimeText(findings: Findings): Remedy {
  const { facts, pid, holder, service, standstill } = findings;
  if (pid === undefined || holder === undefined || holder.kind === "orphan") {
    return service.status === undefined ? advice`stopped` : serviceRuntimeText(service.status, findings);
  }
  const between = facts?.phase === "starting" || facts?.phase === "stopping" ? facts.phase : "running";
  const phase = PHASES[standstill?.kind ?? between];
  switch (holder.kind) {
    case "service":
      return advice`${phase} (PID ${pid})`;
    case "tray":
      return advice`${phase} (PID ${pid}), kept by the tray (PID ${holder.pid})`;
    case "foreground":
      return advice`${phase} in foreground (PID ${pid})`;
    case "other":
      return advice`${phase} as ${otherName(holder)} (PID ${pid})`;
  }
}

/** What a process does, each as one word. */
const PHASES = {
  running: advice`running`,
  starting: advice`starting`,
  stopping: advice`stopping`,
  suspended: advice`suspended`,
  traced: advice`traced`,
  frozen: advice`frozen`,
  blocked: advice`blocked`,
} as const;

/** Undefined while the service is what runs, or rests while something else does. */
export function troubleText(findings: Findings): Remedy | undefined {
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
  const user = listener === undefined ? "" : advice` (${listener.command}, user ${listener.user})`;
  const kill =
    service.identity.kind === "schtasks" ? `taskkill /F /PID ${pid}` : howToEnd(pid, process.platform);
  return advice`port ${port.port} held by orphan pid ${pid}${user}, which the service started and has lost; ${kill}, then: ${ours`gateway restart`}`;
}

/** `the gateway (PID 12) is suspended and answers nobody; let it go on: kill -CONT 12`; undefined while it runs. */
export function standstillText({ pid, standstill }: Findings): Remedy | undefined {
  if (standstill === undefined || pid === undefined) return undefined;
  return advice`the gateway (PID ${pid}) ${whole(standstill.what)}; ${whole(standstill.cure)}`;
}

/** Both who would run a gateway on this state directory, with what keeps one; undefined when there is one at most. */
export function rivalText({ holder, service, pid }: Findings): Remedy | undefined {
  if (!service.installed || holder?.kind !== "other") return undefined;
  return advice`two services for one state directory: ${service.identity.name} of this user, and ${otherName(holder)}, which runs the gateway (PID ${pid ?? ""}); keep one of them`;
}

/** `NAME=value` of what is safe to show and worth knowing. */
export function environmentText({ definition }: ServiceFindings): string {
  const safe = safeEnvironment(definition?.environment ?? {});
  return Object.entries(safe)
    .filter(([name]) => /^CLAWDBOT_(PROFILE|STATE_DIR|CONFIG_PATH|GATEWAY_PORT|NIX_MODE)$/.test(name))
    .map(([name, value]) => `${name}=${shellWord(value)}`)
    .join(" ");
}

function serviceRuntimeText(status: ServiceStatus, findings: Findings): Remedy {
  const pid = status.pid === undefined ? "" : advice` (PID ${status.pid})`;
  switch (status.runtime) {
    case "running":
    case "starting":
    case "stopping":
      return advice`${PHASES[status.runtime]}${pid}`;
    case "crash-looping":
      // The first crash is none of a loop yet.
      if (status.restarts === 0)
        return status.lastExit
          ? advice`crashed, restarting (${exitText(status.lastExit)})`
          : advice`crashed, restarting`;
      return advice`crash-looping (${crashText(status)})`;
    case "blocked":
      return advice`blocked: ${blockedText(status, findings)}`;
    case "stopped":
      return advice`stopped`;
    case "unknown":
      return advice`unknown (${status.state})`;
  }
}

function crashText({ restarts, lastExit }: ServiceStatus): Remedy {
  const count = restarts === undefined ? [] : [advice`restarts ${restarts}`];
  return joined([...count, ...(lastExit === undefined ? [] : [exitText(lastExit)])], ", ");
}

/** Why it does not start again, in one line. */
function blockedText(status: ServiceStatus, findings: Findings): Remedy {
  const { blocked, lastError, port } = findings;
  if (blocked?.code === "PORT_IN_USE") {
    const [holder] = strangers(findings);
    if (holder !== undefined) return advice`port ${port.port} held by ${describeListener(holder)}`;
    const [, then, who] = /^Port (\d+) is held by (.*)$/m.exec(blocked.message) ?? [];
    if (then !== undefined && who !== undefined)
      return advice`port ${then} was held by ${who}; nobody holds it now`;
  }
  if (lastError !== undefined) return firstLine(lastError);
  const isCrash = status.restarts !== undefined || status.lastExit !== undefined;
  const parts = [...(status.detail ? [status.detail] : []), ...(isCrash ? [crashText(status)] : [])];
  return joined(parts.map(whole), ", ");
}

/** What was said in several lines is text; a sentence of ours has one. */
export function firstLine(said: Remedy): Remedy {
  return typeof said === "string" ? (said.split("\n")[0] ?? "") : said;
}

/** Whose a service is. */
export const SCOPES = { user: advice`user`, system: advice`system` } as const;

function otherName({ name, scope }: { name: string; scope: "user" | "system" | undefined }): Remedy {
  return scope === undefined ? name : advice`${name} (${SCOPES[scope]})`;
}
