/** The state directory for a command alone: whoever holds its lock is the one who writes the store. */
import { SetupError } from "../../shared/errors.ts";
import { acquireLock } from "../../shared/node/lock.ts";
import type { Paths } from "../../shared/node/paths.ts";
import { readFacts } from "../../shared/node/run-state.ts";
import { unwritable } from "../../shared/node/unwritable.ts";
import { advice, ours } from "../../shared/remedy.ts";
import { unseenGateway } from "../host/net/unseen-gateway.ts";

/** Does the work while no gateway can start on this state. Fails with `ALREADY_RUNNING` where one runs, and `STATE_UNWRITABLE`. */
export async function withStateLock<T>(paths: Paths, work: () => Promise<T>): Promise<T> {
  const { lockFile, factsFile, stateDir } = paths;
  const lock = await acquireLock(lockFile).catch((error: unknown) => {
    throw unwritable(lockFile, error);
  });
  try {
    const unseen = lock === undefined ? undefined : await unseenGateway(paths);
    if (lock !== undefined && unseen === undefined) return await work();
    const pid = unseen ?? readFacts(factsFile)?.pid;
    const who = pid === undefined ? advice`another process` : advice`PID ${pid}`;
    throw new SetupError(
      "ALREADY_RUNNING",
      advice`A gateway runs on ${stateDir} (${who}), and only one program writes there at a time.`,
      { fix: advice`stop it first: ${ours`gateway stop`}` },
    );
  } finally {
    lock?.dispose();
  }
}
