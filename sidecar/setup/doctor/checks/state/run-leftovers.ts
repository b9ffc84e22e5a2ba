/** What a gateway that ended without notice left behind: live facts of a dead process, halves of writes, a lock that nobody answers for. */

import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { isLive, liveGateway } from "../../../../../shared/node/gateway/live.ts";
import { isLockHeld } from "../../../../../shared/node/lock.ts";
import { lockHolder } from "../../../../../shared/node/lock-holder.ts";
import { isAlive } from "../../../../../shared/node/process-identity.ts";
import { readFacts } from "../../../../../shared/node/run-state.ts";
import { unwritable } from "../../../../../shared/node/unwritable.ts";
import type { Check, Finding, Patient, Repair } from "../../check.ts";
import { filesIn } from "../../entries.ts";

export const runLeftovers: Check = {
  id: "run-leftovers",
  examine: async (patient) => {
    const { paths } = patient.surroundings;
    const isHeld = await isLockHeld(paths.lockFile);
    return [...(isHeld ? heldLock(patient) : staleFacts(patient)), ...halfWrites(patient)];
  },
};

/** Only where nobody holds the lock: the process of a gateway in another container cannot be seen from here. */
function staleFacts({ surroundings: { paths } }: Patient): Finding[] {
  const facts = readFacts(paths.factsFile);
  if (facts === undefined || isLive(facts)) return [];
  return [
    {
      code: "run-facts-stale",
      level: "hint",
      subject: paths.factsFile,
      message: `${paths.factsFile} tells of a gateway (PID ${facts.pid}) that ended without notice`,
      repair: removal(paths.factsFile, async () => {
        const now = readFacts(paths.factsFile);
        return now !== undefined && !isLive(now) && !(await isLockHeld(paths.lockFile));
      }),
    },
  ];
}

/** Files under the name of the process that wrote them, which is gone. */
function halfWrites({ surroundings: { paths } }: Patient): Finding[] {
  const places = [...new Set([paths.stateDir, dirname(paths.configFile), paths.runDir, paths.devicesDir])];
  return places
    .flatMap((place) => filesIn(place, 0))
    .filter((file) => isDeadWriter(basename(file)))
    .map((file) => ({
      code: "half-written-file",
      level: "hint",
      subject: file,
      message: `${file} was left by a write that did not come to its end`,
      repair: removal(file, async () => isDeadWriter(basename(file))),
    }));
}

function isDeadWriter(name: string): boolean {
  const pid = Number(/\.(\d+)\.(?:tmp|new)$/.exec(name)?.[1]);
  return Number.isInteger(pid) && pid > 0 && !isAlive(pid);
}

function removal(file: string, isStillStale: () => Promise<boolean>): Repair {
  return {
    kind: "safe",
    describe: "remove it",
    apply: async () => {
      if (!(await isStillStale())) return `left ${file} alone: it is in use by now`;
      try {
        rmSync(file, { force: true });
      } catch (error) {
        throw unwritable(file, error);
      }
      return `removed ${file}`;
    },
  };
}

/** The lock ends with its process, so one that is held without a gateway means that one hangs in its start or its end. */
function heldLock({ surroundings: { paths } }: Patient): Finding[] {
  if (liveGateway(paths) !== undefined) return [];
  const holder = lockHolder(paths.lockFile);
  const who = holder === undefined ? "a process" : `the process ${holder}`;
  return [
    {
      code: "lock-held",
      level: "warning",
      message: `${who} holds ${paths.lockFile} and tells nothing: a gateway is starting, stopping or stuck`,
      remedy: "look again in a minute; clawdbot gateway --force ends what holds the port",
    },
  ];
}
