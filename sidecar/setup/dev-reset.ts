/** Throws the dev profile away, and nothing else: configuration, credentials, chat history and work directory go to the trash. */
import { join, resolve } from "node:path";
import { SetupError } from "../../shared/errors.ts";
import { readConfig } from "../../shared/node/config-source.ts";
import { acquireLock } from "../../shared/node/lock.ts";
import { type Environment, type Paths, resolvePaths } from "../../shared/node/paths.ts";
import { isSameProcess } from "../../shared/node/process-identity.ts";
import { readFacts } from "../../shared/node/run-state.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { configFiles } from "../base/config/config-file.ts";
import { resolveLogFile } from "../base/config/load.ts";
import { checkDeletion, type KeptPath } from "./deletion-guard.ts";

/** What a reset asks of whoever called for it. */
export interface DevReset {
  /** Of the dev profile. */
  paths: Paths;
  /** As the process got it, with what an explicit profile overrules: that may be where the default profile lives. */
  env: Environment;
  platform: NodeJS.Platform;
  /** Moves one path away so that it can be had back. Fails when it cannot. */
  trash: (path: string) => Promise<unknown>;
  /** Asks about uncommitted work; absent where nobody can answer. */
  confirm?: (question: string) => Promise<boolean>;
}

/**
 * Returns what was moved to the trash. Fails with `ALREADY_RUNNING` while a dev gateway runs and with `DELETION_REFUSED` when
 * anything but the dev profile would go; nothing is touched then.
 */
export async function resetDevProfile(reset: DevReset): Promise<string[]> {
  const { paths, env, confirm } = reset;
  refuseWhileRunning(paths);
  const targets = await checkDeletion(targetsOf(paths), {
    inside: [paths.stateDir],
    whole: [join(paths.home, DEV_WORKSPACE)],
    kept: keptPaths(reset),
    home: paths.home,
    env,
    remedy: `look at agents.defaults.workspace in ${paths.configFile}, at CLAWDBOT_STATE_DIR and CLAWDBOT_CONFIG_PATH`,
    ...(confirm ? { confirm } : {}),
  });
  const lock = await acquireLock(paths.lockFile);
  if (lock === undefined) throw running(paths);
  try {
    for (const target of targets) await reset.trash(target);
  } finally {
    lock.dispose();
  }
  return targets;
}

/** The work directory that dev mode makes; one that the configuration names instead is the user's own affair. */
const DEV_WORKSPACE = "clawd-dev";

function refuseWhileRunning(paths: Paths): void {
  const facts = readFacts(paths.factsFile);
  if (facts !== undefined && isSameProcess(facts.pid, facts.startId)) throw running(paths);
}

function running({ stateDir }: Paths): SetupError {
  return new SetupError("ALREADY_RUNNING", `The gateway of ${stateDir} runs: stop it before --reset.`);
}

function targetsOf(paths: Paths): string[] {
  const credentials = ["credentials", "identity"].map((name) => join(paths.stateDir, name));
  const history = join(paths.stateDir, "agents");
  return [...configFiles(paths), ...credentials, paths.devicesDir, history, workspaceOf(paths)];
}

/** The work directory as the configuration has it, also where that is wrong in other respects. */
function workspaceOf(paths: Paths): string {
  const reading = readConfig(paths.configFile);
  const agents = reading.state === "missing" ? undefined : reading.parsed.agents;
  const defaults = isRecord(agents) ? agents.defaults : undefined;
  const configured = isRecord(defaults) ? defaults.workspace : undefined;
  if (typeof configured !== "string" || configured.trim() === "") return paths.workspaceDir;
  return resolve(paths.home, configured.trim().replace(/^~(?=$|[\\/])/, paths.home));
}

/** Everything of the default profile, wherever configuration and environment put it. */
function keptPaths({ paths: dev, env, platform }: DevReset): KeptPath[] {
  const { CLAWDBOT_PROFILE: _profile, ...unnamed } = env;
  const { CLAWDBOT_STATE_DIR: _state, CLAWDBOT_CONFIG_PATH: _config, ...plain } = unnamed;
  return [unnamed, plain].flatMap((environment) => {
    const paths = resolvePaths({ env: environment, platform });
    const reading = readConfig(paths.configFile);
    const logFile = reading.state === "valid" ? resolveLogFile(reading.config, paths) : paths.logFile;
    return [
      { what: "the state directory of the default profile", path: paths.stateDir },
      { what: "the configuration of the default profile", path: paths.configFile },
      { what: "the work directory of the default profile", path: join(dev.home, "clawd") },
      { what: "the work directory of the default profile", path: workspaceOf(paths) },
      { what: "the log of the default profile", path: logFile },
    ];
  });
}
