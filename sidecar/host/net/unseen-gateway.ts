/** Finds the gateway of a state directory whose lock is free: somebody deleted the file of the lock under it. */

import { answers } from "../../../shared/node/gateway/recognize.ts";
import { hiddenHolder } from "../../../shared/node/lock-holder.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import { sameProcess } from "../../../shared/node/process-identity.ts";
import { type RuntimeInfo, readFacts } from "../../../shared/node/run-state.ts";

/** Its pid; undefined when there is none. Facts of a process that cannot be told from another one count when it answers. */
export async function unseenGateway({
  factsFile,
  lockFile,
}: Pick<Paths, "factsFile" | "lockFile">): Promise<number | undefined> {
  const facts = readFacts(factsFile);
  if (facts !== undefined && facts.pid !== process.pid && (await isThere(facts))) return facts.pid;
  return hiddenHolder(lockFile);
}

/** Whether the gateway of these facts runs; where the system does not tell, it is asked. */
export async function isThere(facts: RuntimeInfo): Promise<boolean> {
  return sameProcess(facts.pid, facts.startId) ?? (await answers(facts));
}
