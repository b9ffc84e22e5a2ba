/** Throws the dev profile away, and nothing else: configuration, credentials, chats and work directory go to the trash. */

import { lstatSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { SetupError } from "../../shared/errors.ts";
import { readConfig } from "../../shared/node/config-source.ts";
import { acquireLock } from "../../shared/node/lock.ts";
import { resolvePaths } from "../../shared/node/paths.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, joined, type Remedy } from "../../shared/remedy.ts";
import { resolveLogFile } from "../base/config/load.ts";
import type { Trashed } from "../host/trash.ts";
import { assertDeletable, describeUnsaved, findUnsavedWork, unsavedWorkError } from "./deletion-guard.ts";
import { type ProfilePlace, performReset, planReset, refuseWhileRunning } from "./reset.ts";

/** Asks the person in front of the terminal; false where nobody is. */
type Confirm = (question: Remedy) => Promise<boolean>;

/**
 * Returns what was moved. `dev.env` is the environment as the process got it, with what an explicit profile overrules: that
 * may be where the default profile lives. Fails with `ALREADY_RUNNING` while a dev gateway runs and with `PATH_PROTECTED`
 * when anything but the dev profile would go or work is uncommitted; nothing is touched then.
 */
export async function resetDevProfile(
  dev: ProfilePlace,
  confirm: Confirm,
  nowMs: number,
): Promise<Trashed[]> {
  const { paths, env } = dev;
  await refuseWhileRunning(dev);
  const plan = planReset("config+creds+sessions", dev, {});
  const work = { path: workspaceOf(dev), what: "work directory" };
  const targets = [...plan.targets, work].map(({ path }) => path);
  assertDeletable({
    targets,
    // Not what the configuration or the environment says: those may be wrong.
    roots: [paths.stateDir, join(paths.home, "clawd-dev")],
    keep: pathsToKeep(dev),
    home: paths.home,
  });
  const unsaved = await findUnsavedWork(targets, env);
  if (unsaved.length > 0) {
    const question = advice`${joined(unsaved.map(describeUnsaved), "; ")}. Move it to the trash as well?`;
    if (!(await confirm(question))) throw unsavedWorkError(unsaved);
  }
  const lock = await acquireLock(paths.lockFile);
  if (lock === undefined) {
    throw new SetupError(
      "ALREADY_RUNNING",
      advice`Nothing was deleted: a gateway runs on ${paths.stateDir}.`,
    );
  }
  try {
    const present = [...plan.targets, work].filter(({ path }) => exists(path));
    return await performReset({ targets: present, leftAlone: [] }, dev, nowMs);
  } finally {
    lock.dispose();
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The work directory as the configuration has it, also where that is wrong in other respects. */
function workspaceOf({ paths, env }: Pick<ProfilePlace, "paths" | "env">): string {
  const reading = readConfig(paths.configFile, env);
  const agents = reading.state === "missing" ? undefined : reading.resolved.agents;
  const defaults = isRecord(agents) ? agents.defaults : undefined;
  const configured = isRecord(defaults) ? defaults.workspace : undefined;
  if (typeof configured !== "string" || configured.trim() === "") return paths.workspaceDir;
  return resolve(paths.home, configured.trim().replace(/^~(?=$|[\\/])/, paths.home));
}

/** Everything of the default profile, wherever its configuration and the environment put it. */
function pathsToKeep({ paths: dev, env, platform }: ProfilePlace): string[] {
  const { CLAWDBOT_PROFILE: _profile, ...unnamed } = env;
  const { CLAWDBOT_STATE_DIR: _state, CLAWDBOT_CONFIG_PATH: _config, ...plain } = unnamed;
  const kept = [unnamed, plain].flatMap((environment) => {
    const paths = resolvePaths({ env: environment, platform });
    const reading = readConfig(paths.configFile, environment);
    const logFile = reading.state === "valid" ? resolveLogFile(reading.config, paths) : paths.logFile;
    return [
      paths.stateDir,
      paths.configFile,
      paths.workspaceDir,
      workspaceOf({ paths, env: environment }),
      logFile,
    ];
  });
  // Whoever works in the home directory itself has everything in it, the dev profile too.
  return [...new Set(kept)].filter((path) => relative(path, dev.home).startsWith(".."));
}
