/** Waits until the gateway of a service answers, or until it is clear why it will not. */

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { SetupError } from "../../../shared/errors.ts";
import { answers } from "../../../shared/node/gateway/recognize.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import {
  type RuntimeInfo,
  readFacts,
  readStartBlocked,
  type StartRefusal,
} from "../../../shared/node/run-state.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { exitWords } from "../../host/service/exit-words.ts";
import type { ServiceManager, ServiceStatus } from "../../host/service/service-manager.ts";

/** One that answered. */
export type HealthyGateway = Pick<RuntimeInfo, "pid" | "port" | "instanceId">;

export interface Awaited {
  /** The refusal that was left before the start was asked for: it says nothing about this one. */
  formerRefusal: StartRefusal | undefined;
  /** The instance that is to be replaced, if one ran. */
  formerInstance: string | undefined;
  timeoutMs: number;
  /** Looks for the gateway of a running service that leaves no facts; default: there is none to be found. */
  findUnrecorded?: (pid: number) => Promise<HealthyGateway | undefined>;
}

const POLL_MS = 25;
/** How often the manager, which takes a process to answer, is asked. */
const STATUS_EVERY_MS = 1_000;

/**
 * Resolves with the facts of the gateway once `/healthz` answers with its instance id. Fails with `SERVICE_FAILED` and the reason of
 * the gateway or the words of the manager as soon as no start is under way any more, or after `timeoutMs`.
 */
export async function waitUntilHealthy(
  manager: ServiceManager,
  paths: Paths,
  { formerRefusal, formerInstance, timeoutMs, findUnrecorded }: Awaited,
): Promise<HealthyGateway> {
  const deadline = performance.now() + timeoutMs;
  let lookAt = performance.now() + STATUS_EVERY_MS;
  let idleBefore = false;
  for (;;) {
    const facts = readFacts(paths.factsFile);
    if (facts !== undefined && facts.instanceId !== formerInstance && (await answers(facts))) return facts;
    const blocked = refusalAfter(paths, formerRefusal);
    const now = performance.now();
    if (now >= lookAt || blocked !== undefined) {
      const status = await manager.status();
      const isSilent = status.runtime === "running" && facts?.pid !== status.pid;
      const found = isSilent && status.pid !== undefined ? await findUnrecorded?.(status.pid) : undefined;
      if (found !== undefined && found.instanceId !== formerInstance) return found;
      const isIdle = !["running", "starting", "stopping", "unknown"].includes(status.runtime);
      // A launch request may be accepted a moment before the system shows the process.
      if (isIdle && (blocked !== undefined || idleBefore)) throw failure(manager, status, blocked);
      idleBefore = isIdle;
      lookAt = performance.now() + STATUS_EVERY_MS;
      if (now > deadline) throw tooLate(manager, status, timeoutMs, blocked);
    }
    if (now > deadline) lookAt = now;
    await delay(POLL_MS);
  }
}

/** The refusal of a start after `former` was read; undefined when there was none. Their times do not tell: clocks are set. */
export function refusalAfter(paths: Paths, former: StartRefusal | undefined): StartRefusal | undefined {
  const blocked = readStartBlocked(paths.startBlockedFile);
  return isDeepStrictEqual(blocked, former) ? undefined : blocked;
}

/** The error for a service that ended instead of serving. */
export function failure(
  { identity }: ServiceManager,
  status: ServiceStatus,
  blocked: StartRefusal | undefined,
): SetupError {
  const what = outcome(identity.name, status);
  if (blocked === undefined) {
    return new SetupError("SERVICE_FAILED", what, {
      fix: advice`${ours`logs`} and ${ours`gateway status`} say more; ${ours`gateway run --verbose`} shows the start itself`,
      details: { runtime: status.runtime },
    });
  }
  const { code, message, fix = advice`put that right, then run ${ours`gateway start`}`, pid } = blocked;
  return new SetupError("SERVICE_FAILED", advice`${what}\n${whole(message)}`, {
    fix,
    details: { runtime: status.runtime, reason: code, ...(pid === undefined ? {} : { pid }) },
  });
}

/** A manager that could not start a new definition has put the previous one back, if there was one. */
function outcome(name: string, status: ServiceStatus): Remedy {
  if (!status.installed) {
    return advice`The service (${name}) was not installed, because its gateway did not start.`;
  }
  if (status.runtime === "running" || status.runtime === "starting") {
    return advice`The service (${name}) runs as it did before, because the changed one did not start.`;
  }
  return advice`The service (${name}) does not run: ${runtimeWords(status)}.`;
}

function runtimeWords({ runtime, lastExit, restarts }: ServiceStatus): Remedy {
  const exit = lastExit === undefined ? "" : advice`, ${exitWords(lastExit)}`;
  const again = restarts
    ? restarts === 1
      ? advice`, restarted once`
      : advice`, restarted ${restarts} times`
    : "";
  return advice`${runtimeWord(runtime)}${exit}${again}`;
}

function runtimeWord(runtime: ServiceStatus["runtime"]): Remedy {
  return whole(runtime);
}

function tooLate(
  { identity }: ServiceManager,
  status: ServiceStatus,
  timeoutMs: number,
  blocked: StartRefusal | undefined,
): SetupError {
  const what = advice`The service (${identity.name}) is ${runtimeWord(status.runtime)}, but the gateway did not answer within ${timeoutMs / 1_000} s.`;
  return new SetupError(
    "SERVICE_FAILED",
    blocked === undefined ? what : advice`${what}\n${whole(blocked.message)}`,
    {
      fix: advice`${ours`gateway status`} shows what it does, ${ours`logs`} why`,
      details: { runtime: status.runtime },
    },
  );
}
