/** What a gateway that ended without notice left behind: live facts of a dead process, halves of writes, a lock that nobody answers for. */

import { existsSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isLive, liveGateway } from "../../../../../shared/node/gateway/live.ts";
import { isLeft, leftoversIn, leftoversOf } from "../../../../../shared/node/half-writes.ts";
import { isLockHeld } from "../../../../../shared/node/lock.ts";
import { lockHolder } from "../../../../../shared/node/lock-holder.ts";
import { isAlive } from "../../../../../shared/node/process-identity.ts";
import { readFacts } from "../../../../../shared/node/run-state.ts";
import { smallText } from "../../../../../shared/node/small-file.ts";
import { unwritable } from "../../../../../shared/node/unwritable.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import type { Check, CheckContext, Finding, Repair } from "../../check.ts";
import { filesIn } from "../../entries.ts";

export const runLeftovers: Check = {
  id: "run-leftovers",
  examine: async (context) => {
    const isHeld = await isLockHeld(context.profile.paths.lockFile);
    return [
      ...(isHeld ? heldLock(context) : staleFacts(context)),
      ...halfWrites(context),
      ...abandonedEdits(context),
    ];
  },
};

/** Only where nobody holds the lock: the process of a gateway in another container cannot be seen from here. */
function staleFacts({ profile: { paths } }: CheckContext): Finding[] {
  const facts = readFacts(paths.factsFile);
  if (facts === undefined || isLive(facts)) return [];
  return [
    {
      code: "run-facts-stale",
      level: "hint",
      subject: paths.factsFile,
      message: advice`${paths.factsFile} tells of a gateway (PID ${facts.pid}) that ended without notice`,
      repair: removal(paths.factsFile, async () => {
        const now = readFacts(paths.factsFile);
        return now !== undefined && !isLive(now) && !(await isLockHeld(paths.lockFile));
      }),
    },
  ];
}

/** Files that were to become one of ours, under the name of a writer that is gone. They may hold any secret of it. */
function halfWrites(context: CheckContext): Finding[] {
  const { paths } = context.profile;
  const { stateDir, configFile, lastGoodConfigFile, envFile } = paths;
  const named = ["tray.json", "restart-sentinel.json"].map((name) => join(stateDir, name));
  const files = [configFile, realPathOf(configFile), lastGoodConfigFile, envFile, ...named];
  const service = context.service?.identity.file;
  const left = [
    ...[...files, ...(service === undefined ? [] : [service])].flatMap(leftoversOf),
    ...[paths.runDir, paths.devicesDir].flatMap(leftoversIn),
  ];
  return [...new Set(left)].map((file) => ({
    code: "half-written-file",
    level: "hint",
    subject: file,
    message: advice`${file} was left by a write that did not come to its end`,
    repair: removal(file, async () => isLeft(file)),
  }));
}

function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Copies of `config edit`. What somebody typed and did not get written is theirs. */
function abandonedEdits({ profile: { paths } }: CheckContext): Finding[] {
  const { configFile } = paths;
  const copies = filesIn(dirname(configFile), 0).filter((file) => isAbandoned(file));
  return copies.map((file) => {
    const isSame = () => isAbandoned(file) && smallText(file) === smallText(configFile);
    const finding = { code: "edit-left", level: "hint", subject: file } as const;
    if (isSame()) {
      const message = advice`${file} was left by an editor that was ended`;
      return { ...finding, message, repair: removal(file, async () => isSame()) };
    }
    const message = advice`${file} holds a configuration that was edited and not taken over, with its secrets`;
    return { ...finding, message, remedy: advice`when it is not needed any more: rm ${shellWord(file)}` };
  });
}

function isAbandoned(file: string): boolean {
  const pid = Number(/^clawdbot\.edit-(\d+)\.json5$/.exec(basename(file))?.[1] ?? Number.NaN);
  return Number.isInteger(pid) && !isAlive(pid);
}

function removal(file: string, isStillStale: () => Promise<boolean>): Repair {
  return {
    kind: "safe",
    describe: "remove it",
    apply: async () => {
      if (!(await isStillStale())) return advice`left ${file} alone: it is in use by now`;
      try {
        rmSync(file, { force: true });
      } catch (error) {
        throw unwritable(file, error);
      }
      return advice`removed ${file}`;
    },
  };
}

/** The lock ends with its process, so one that is held without a gateway means that one hangs in its start or its end. */
function heldLock({ profile: { paths } }: CheckContext): Finding[] {
  if (liveGateway(paths) !== undefined) return [];
  const holder = lockHolder(paths.lockFile);
  const who = holder === undefined ? advice`a process` : advice`the process ${holder}`;
  return [
    {
      code: "lock-held",
      level: "warning",
      message: advice`${who} holds ${paths.lockFile} and tells nothing: a gateway is starting, stopping or stuck`,
      remedy: advice`look again in a minute; ${ours`gateway --force`} ends what holds the port`,
    },
  ];
}
