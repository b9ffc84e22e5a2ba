/** Whether a gateway of a state directory runs, and which. */
import type { Paths } from "../paths.ts";
import { isSameProcess } from "../process-identity.ts";
import { type RuntimeInfo, readFacts } from "../run-state.ts";

/** The gateway that runs on the state directory, by whomever it was started; undefined when none does. */
export function liveGateway({ factsFile }: Pick<Paths, "factsFile">): RuntimeInfo | undefined {
  const facts = readFacts(factsFile);
  return facts !== undefined && isLive(facts) ? facts : undefined;
}

/** Whether the gateway that wrote these facts still runs. */
export function isLive({ pid, startId }: Pick<RuntimeInfo, "pid" | "startId">): boolean {
  return isSameProcess(pid, startId);
}

/** Where to reach a gateway from its own machine: every bind mode serves 127.0.0.1 unless another program holds it there. */
export function localHostOf({ hosts }: Pick<RuntimeInfo, "hosts">): string {
  const isServed = hosts.some((host) => host === LOOPBACK || host === "0.0.0.0");
  return isServed ? LOOPBACK : (hosts[0] ?? LOOPBACK);
}

const LOOPBACK = "127.0.0.1";
