/** Keeps the gateway running as a launch agent of the user who is logged in. */

import { spawn } from "node:child_process";
import { existsSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorText, SetupError, systemCode } from "../../../../shared/errors.ts";
import { ensureDirectory } from "../../../../shared/node/directory.ts";
import type { ProfileContext } from "../../../../shared/node/profile-context.ts";
import { readStartBlocked } from "../../../../shared/node/run-state.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import { moveAside } from "../../../../shared/node/set-aside.ts";
import { advice, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import { moveToTrash } from "../../trash.ts";
import type {
  AuditIssue,
  ExtraService,
  InstalledDefinition,
  InstallOutcome,
  ServiceDefinition,
  ServiceManager,
  ServiceStatus,
} from "../service-manager.ts";
import { installedDefinition, renderAgent } from "./agent.ts";
import { auditAgent } from "./audit.ts";
import { explainedFailure, Launchctl, nobodyLoggedIn } from "./launchctl.ts";
import {
  findOtherAgents,
  LEGACY_LABELS,
  SYSTEM_FOLDERS,
  type SystemFolders,
  systemDaemonFile,
} from "./others.ts";
import { fallbackLogDir } from "./output.ts";
import { runtimeOf } from "./print.ts";
import {
  agentFileBytes,
  backupOf,
  isOwnAgentFile,
  mayReplaceBackup,
  protectAgentFile,
  readAgentFile,
  restoreAgentFile,
  writeAgentFile,
} from "./property-list-file.ts";

/** While this file exists in the state directory, no property list is written. */
const MARKER = "disable-launchagent";

/** How long a restart waits for the process that asked for it to end by itself, in tenths of a second. */
const CALLER_TENTHS = 20;

export class LaunchdManager implements ServiceManager {
  readonly identity: ServiceIdentity;
  readonly #context: ProfileContext;
  readonly #system: SystemFolders;
  readonly #uid: number;
  readonly #launchctl: Launchctl;

  constructor(identity: ServiceIdentity, context: ProfileContext, system: SystemFolders = SYSTEM_FOLDERS) {
    this.identity = identity;
    this.#context = context;
    this.#system = system;
    this.#uid = userId(context);
    this.#launchctl = new Launchctl(context.env, this.#uid);
  }

  async assertInstallable(): Promise<void> {
    this.#assertOwnBusiness("installed");
    const { paths } = this.#context;
    const { name } = this.identity;
    const marker = join(paths.stateDir, MARKER);
    if (existsSync(marker)) {
      throw new SetupError(
        "SERVICE_REFUSED",
        advice`${marker} exists: no LaunchAgent is written for this profile.`,
        {
          fix: advice`remove that file to allow it: rm ${shellWord(marker)}`,
        },
      );
    }
    const daemon = await this.#systemDaemon();
    if (daemon !== undefined) {
      throw new SetupError(
        "SERVICE_REFUSED",
        advice`A LaunchDaemon of the same label runs for the whole machine (${daemon}); the two would fight for the port.`,
        {
          fix: advice`remove it: sudo launchctl bootout system/${name}; or choose another label with CLAWDBOT_LAUNCHD_LABEL`,
          details: { label: name },
        },
      );
    }
    const { domains } = await this.#launchctl.locate(name);
    if (domains.length === 0) throw nobodyLoggedIn();
  }

  async status(): Promise<ServiceStatus> {
    const { name, file } = this.identity;
    const installed = existsSync(file);
    const [{ job, domains }, isDisabled, agent] = await Promise.all([
      this.#launchctl.locate(name),
      this.#launchctl.isDisabled(name),
      this.#readAgent(),
    ]);
    const enabled = installed && !isDisabled && agent?.runAtLoad !== false;
    if (job === undefined) {
      const detail = domains.length === 0 ? "nobody is logged in at the screen" : undefined;
      return {
        installed,
        loaded: false,
        enabled,
        runtime: "stopped",
        state: "not loaded",
        ...given({ detail }),
      };
    }
    const { facts, domain } = job;
    const blocked = readStartBlocked(this.#context.paths.startBlockedFile);
    const runtime = runtimeOf(facts, blocked !== undefined);
    const detail = [
      runtime === "blocked" ? blocked?.message : undefined,
      facts.exitReason,
      installed ? undefined : "its property list is gone: it runs until logout",
      domain.startsWith("user/") ? "it runs outside of the session at the screen" : undefined,
    ].find((line) => line !== undefined);
    const { pid, lastExit, state, runs } = facts;
    const failed = lastExit !== undefined && (lastExit.how !== "exited" || lastExit.status !== 0);
    // launchd counts requested starts too, so the number means something only after a failure.
    const restarts = failed && runs !== undefined ? Math.max(runs - 1, 0) : undefined;
    return {
      installed,
      loaded: true,
      enabled,
      runtime,
      state,
      ...given({ pid, lastExit, restarts, detail }),
    };
  }

  async readDefinition(): Promise<InstalledDefinition | undefined> {
    const { file } = this.identity;
    if (!existsSync(file)) return undefined;
    const agent = await this.#readAgent();
    if (agent !== undefined) return installedDefinition(agent, file);
    throw new SetupError("SERVICE_FAILED", advice`${file} cannot be understood as a property list.`, {
      fix: advice`check it with plutil -lint ${shellWord(file)}, or write it anew: ${ours`gateway install --force`}`,
    });
  }

  async audit(_definition: ServiceDefinition): Promise<AuditIssue[]> {
    const { name, file } = this.identity;
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    const [agent, isDisabled, systemDaemon] = await Promise.all([
      this.#readAgent(),
      this.#launchctl.isDisabled(name),
      this.#systemDaemon(),
    ]);
    const isForeign = stats.uid !== this.#uid;
    return auditAgent({ file, agent, mode: stats.mode, isForeign, isDisabled, systemDaemon });
  }

  findOthers(): Promise<ExtraService[]> {
    return findOtherAgents(this.identity.name, this.#context, this.#system);
  }

  async install(definition: ServiceDefinition, { force }: { force: boolean }): Promise<InstallOutcome> {
    const { name, file } = this.identity;
    const { logDir, warnings } = this.#placeForOutput(definition.logDir);
    const text = renderAgent(name, { ...definition, logDir });
    await this.assertInstallable();
    warnings.push(...(await this.#removeLegacy()));
    const previous = agentFileBytes(file);
    if (previous?.toString() === text && !force) {
      protectAgentFile(file);
      await this.start();
      return { change: "unchanged", warnings };
    }
    const wasLoaded = (await this.#launchctl.locate(name)).job !== undefined;
    const kept = await writeAgentFile(file, text, this.#context.env);
    try {
      await this.#launchctl.unload(name);
      await this.start();
    } catch (error) {
      restoreAgentFile(file, previous);
      // What is in its place again needs no copy.
      if (kept !== undefined) rmSync(kept, { force: true });
      // What failed is told; that the former agent cannot be loaded either would only hide it.
      if (wasLoaded && previous !== undefined) await this.start().catch(() => {});
      throw error;
    }
    const change = previous === undefined ? "installed" : "updated";
    if (kept === undefined) return { change, warnings };
    return { change, warnings, kept: { copy: kept, wayBack: this.#wayBack(kept) } };
  }

  async start(): Promise<void> {
    const { name, file } = this.identity;
    const { job } = await this.#launchctl.locate(name);
    if (job === undefined) {
      if (!existsSync(file)) throw this.#notInstalled();
      await this.#prepareOutputs();
      await this.#load();
    } else if (job.facts.pid === undefined) {
      await this.#prepareOutputs();
    }
    await this.#launchctl.start(name);
  }

  async stop(): Promise<void> {
    await this.#launchctl.unload(this.identity.name);
  }

  async restart(): Promise<void> {
    const { name } = this.identity;
    const { job } = await this.#launchctl.locate(name);
    if (job === undefined) return await this.start();
    await this.#launchctl.restart(name, job);
  }

  async restartDetached(): Promise<void> {
    const { name } = this.identity;
    const { job } = await this.#launchctl.locate(name);
    if (job === undefined) return await this.start();
    const { program, environment } = this.#launchctl;
    // In a session of its own, because launchd ends the process group of the job; `$0` is the caller, `$1` launchctl, `$2` the job.
    const script = `n=0; while kill -0 "$0" 2>/dev/null && [ $n -lt ${CALLER_TENTHS} ]; do n=$((n+1)); sleep 0.1; done; exec "$1" kickstart -k "$2"`;
    const args = ["-c", script, String(process.pid), program, `${job.domain}/${name}`];
    spawn("/bin/sh", args, { detached: true, stdio: "ignore", env: environment }).unref();
  }

  async uninstall(): Promise<Remedy[]> {
    this.#assertOwnBusiness("uninstalled");
    const { name, file } = this.identity;
    const told: Remedy[] = [];
    if (await this.#launchctl.unload(name)) told.push(advice`LaunchAgent ${name}: stopped and unloaded`);
    const { env } = this.#context;
    if (existsSync(file)) {
      const isOwn = await isOwnAgentFile(file, env);
      told.push(
        isOwn
          ? await this.#discard(file)
          : advice`${file} was not made by the installation: it is kept as ${moveAside(file)}`,
      );
    }
    if (await mayReplaceBackup(file, env)) rmSync(backupOf(file), { force: true });
    return told;
  }

  /** The commands that put a former agent back into force. */
  #wayBack(copy: string): string[] {
    const { name, file } = this.identity;
    const domain = `gui/${this.#uid}`;
    return [
      // It fails where nothing is loaded, as after an uninstallation.
      `launchctl bootout ${domain}/${shellWord(name)} || true`,
      `cp ${shellWord(copy)} ${shellWord(file)}`,
      `launchctl bootstrap ${domain} ${shellWord(file)}`,
    ];
  }

  #readAgent() {
    return readAgentFile(this.identity.file, this.#context.env);
  }

  /** Without these folders launchd cannot start the program, and says 78 instead of why. */
  async #prepareOutputs(): Promise<void> {
    for (const output of (await this.#readAgent())?.outputs ?? []) {
      try {
        ensureDirectory(dirname(output));
      } catch (cause) {
        const reason = systemCode(cause) ?? errorText(cause);
        throw new SetupError("SERVICE_FAILED", advice`${dirname(output)} cannot be created (${reason}).`, {
          cause,
          fix: "make the folder above it writable: the output of the gateway goes there",
        });
      }
    }
  }

  async #load(): Promise<void> {
    const { name, file } = this.identity;
    try {
      await this.#launchctl.load(name, file);
    } catch (error) {
      throw explainedFailure(error, nearestReal(file));
    }
  }

  /** Root's launchd has no business with files of a user, and a managed configuration installs its services itself. */
  #assertOwnBusiness(what: "installed" | "uninstalled"): void {
    const { env } = this.#context;
    if (env.SUDO_USER && env.SUDO_USER !== "root") {
      const verb = what === "installed" ? "install" : "uninstall";
      throw new SetupError(
        "SERVICE_REFUSED",
        advice`The LaunchAgent belongs to a user, here ${env.SUDO_USER}; with sudo it would be root's.`,
        {
          fix: advice`as ${env.SUDO_USER} and without sudo: ${ours`gateway ${verb}`}`,
          details: { user: env.SUDO_USER },
        },
      );
    }
    if (env.CLAWDBOT_NIX_MODE === "1") {
      throw new SetupError(
        "SERVICE_REFUSED",
        advice`CLAWDBOT_NIX_MODE=1 says that Nix manages the service: it is not ${whole(what)} from here.`,
        { fix: "change the service where your Nix configuration declares it" },
      );
    }
  }

  async #systemDaemon(): Promise<string | undefined> {
    const { name } = this.identity;
    const file = await systemDaemonFile(name, this.#context, this.#system);
    if (file !== undefined) return file;
    return (await this.#launchctl.isSystemJob(name)) ? `system/${name}` : undefined;
  }

  /** Agents of earlier versions would hold the port of the default profile. */
  async #removeLegacy(): Promise<Remedy[]> {
    const { paths } = this.#context;
    if (paths.profile !== undefined) return [];
    const told: Remedy[] = [];
    for (const label of LEGACY_LABELS) {
      if (label === this.identity.name) continue;
      const file = join(paths.home, "Library", "LaunchAgents", `${label}.plist`);
      const wasLoaded = await this.#launchctl.unload(label);
      const place = existsSync(file) ? await this.#discard(file) : undefined;
      if (wasLoaded || place !== undefined) {
        told.push(
          advice`the LaunchAgent ${label} of an earlier version was removed${place === undefined ? "" : advice`; ${place}`}`,
        );
      }
    }
    return told;
  }

  /** To the trash; where nothing can be moved there, away with it: launchd would load it again at the next login. */
  async #discard(file: string): Promise<Remedy> {
    const { env, platform, paths } = this.#context;
    try {
      const { place } = await moveToTrash(file, { env, platform, home: paths.home }, Date.now());
      return advice`${file} is now ${place ?? advice`in the trash`}`;
    } catch (cause) {
      try {
        rmSync(file);
      } catch (error) {
        throw new SetupError(
          "SERVICE_FAILED",
          advice`${file} cannot be removed (${systemCode(error) ?? advice`unknown`}).`,
          {
            cause,
            fix: advice`remove it yourself: rm ${shellWord(file)}`,
          },
        );
      }
      return advice`${file} was deleted`;
    }
  }

  /** launchd ends a job with 78 when it cannot open its output, as on a volume that comes later or not at all. */
  #placeForOutput(wanted: string): { logDir: string; warnings: Remedy[] } {
    const { paths } = this.#context;
    if (!isElsewhere(wanted, paths.home)) return { logDir: wanted, warnings: [] };
    const logDir = fallbackLogDir(paths);
    const warning = advice`${wanted} is on another volume, where launchd cannot write at login: what the gateway prints goes to ${logDir}`;
    return { logDir, warnings: [warning] };
  }

  #notInstalled(): SetupError {
    return new SetupError(
      "SERVICE_NOT_INSTALLED",
      advice`The LaunchAgent ${this.identity.name} is not installed.`,
      {
        fix: advice`install it with: ${ours`gateway install`}`,
      },
    );
  }
}

/** With sudo, launchd's session of the user behind it is meant, not one of root. */
function userId({ env }: ProfileContext): number {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 && /^\d+$/.test(env.SUDO_UID ?? "") ? Number(env.SUDO_UID) : uid;
}

function isElsewhere(folder: string, home: string): boolean {
  const real = nearestReal(folder);
  return real.startsWith("/Volumes/") || deviceOf(real) !== deviceOf(nearestReal(home));
}

/** The path without symbolic links, or that of the nearest folder above it that exists. */
function nearestReal(path: string): string {
  for (let at = path; ; at = join(at, "..")) {
    try {
      return realpathSync(at);
    } catch {
      if (at === join(at, "..")) return path; // Not even the root can be read: the path is all there is.
    }
  }
}

function deviceOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.dev;
}

/** Without what is undefined, as the types of optional members want it. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
