/** The gateway as a systemd user unit. Commands and template: systemctl(1), systemd.service(5). */

import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { SetupError } from "../../../../shared/errors.ts";
import { account } from "../../../../shared/node/machine.ts";
import type { ProfileContext } from "../../../../shared/node/profile-context.ts";
import type { ServiceIdentity } from "../../../../shared/node/service-identity.ts";
import { smallText } from "../../../../shared/node/small-file.ts";
import { advice, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import { checkDefinition } from "../definition-check.ts";
import { exitWords } from "../exit-words.ts";
import type {
  AuditIssue,
  ExtraService,
  InstalledDefinition,
  InstallOutcome,
  ServiceDefinition,
  ServiceManager,
  ServiceStatus,
} from "../service-manager.ts";
import { auditUnit } from "./audit-unit.ts";
import { enableLinger, lingerRemedy, lingerState } from "./linger.ts";
import { findOtherUnits, unitDirectories } from "./other-units.ts";
import {
  refuseElsewhere,
  refuseLink,
  refuseName,
  refuseNix,
  refuseProgram,
  refuseSudo,
  SAME_HOME,
} from "./refusals.ts";
import { renderUnit, type StartType } from "./render-unit.ts";
import { Systemctl } from "./systemctl.ts";
import { parseUnit, splitWords, type UnitEntry, unitCommand } from "./unit-file.ts";
import { type UnitProperties, unitStatus } from "./unit-state.ts";
import { MASK, MAX_UNIT_BYTES, UnitStorage } from "./unit-storage.ts";

export class SystemdManager implements ServiceManager {
  readonly identity: ServiceIdentity;
  readonly #context: ProfileContext;
  readonly #systemctl: Systemctl;
  readonly #storage: UnitStorage;

  constructor(identity: ServiceIdentity, context: ProfileContext) {
    this.identity = identity;
    this.#context = context;
    this.#systemctl = new Systemctl(context.env);
    this.#storage = new UnitStorage(identity.file);
  }

  async assertInstallable(): Promise<void> {
    await this.#installableOn();
  }

  async status(): Promise<ServiceStatus> {
    return this.#statusOf(await this.#systemctl.show(this.identity.name));
  }

  async readDefinition(): Promise<InstalledDefinition | undefined> {
    const unit = await this.#readUnit();
    if (unit === undefined) return undefined;
    return {
      ...unitCommand(unit.entries, this.#context.paths.home),
      sourcePath: unit.path,
      overridePaths: unit.overridePaths,
    };
  }

  async audit(_definition: ServiceDefinition): Promise<AuditIssue[]> {
    const properties = await this.#systemctl.show(this.identity.name);
    const unit = await this.#readUnit(properties);
    if (unit === undefined) return [];
    const written = auditUnit(unit.written).map(({ code }) => code);
    const issues = auditUnit(unit.entries).map((issue) =>
      written.includes(issue.code) ? issue : { ...issue, remedy: this.#revert },
    );
    if (this.#isPending(properties)) {
      issues.push({
        code: "systemd-daemon-reload-pending",
        message: "the unit file or a drop-in changed since systemd read it",
        remedy: "systemctl --user daemon-reload",
        level: "recommended",
      });
    }
    if (unit.overridePaths.length > 0) {
      issues.push({
        code: "systemd-dropin-override",
        message: advice`${unit.overridePaths.join(", ")} changes the unit`,
        remedy: this.#revert,
        level: "aggressive",
      });
    }
    const exposure = this.#storage.exposure(account().uid);
    if (exposure !== undefined) {
      issues.push({
        code: "unit-permissions",
        message: advice`${this.identity.file} ${exposure}`,
        detail: "whoever changes it decides what runs as this user",
        level: "recommended",
      });
    }
    if ((await lingerState(this.#context.env)) === "off") {
      issues.push({
        code: "systemd-linger-off",
        message: "the service ends when this user logs out",
        remedy: lingerRemedy(),
        level: "recommended",
      });
    }
    return issues;
  }

  async findOthers(): Promise<ExtraService[]> {
    const directories = unitDirectories(dirname(this.identity.file), this.#context);
    return findOtherUnits(directories, this.identity.name, this.#context.paths);
  }

  async install(definition: ServiceDefinition, { force }: { force: boolean }): Promise<InstallOutcome> {
    checkDefinition(definition);
    refuseProgram(definition);
    const version = await this.#installableOn();
    if (!force) refuseLink(this.identity, this.#storage.linkTarget());
    const text = renderUnit(definition, startType(definition, version));
    const previous = this.#storage.read();
    const isEqual = previous === text && !force;
    const kept = isEqual ? undefined : await this.#replace(text);
    const isRenewed = isEqual && (await this.#ensureRunning());
    const change = previous === undefined ? "installed" : isEqual && !isRenewed ? "unchanged" : "updated";
    const linger = await enableLinger(this.#context.env);
    const warning = advice`the service ends when you log out, because lingering is off: ${lingerRemedy()}`;
    return {
      change,
      warnings: linger === "off" ? [warning] : [],
      ...(kept === undefined ? {} : { kept: { copy: kept, wayBack: this.#wayBack(kept) } }),
    };
  }

  async start(): Promise<void> {
    const { name } = this.identity;
    const properties = await this.#showInstalled();
    const { runtime } = this.#statusOf(properties);
    if (runtime === "running" || runtime === "starting") return;
    await this.#reloadIfPending(properties);
    await this.#systemctl.resetFailed(name);
    // A unit that waits for its next start would keep a start request waiting with it.
    await this.#bringUp(runtime === "crash-looping" ? "restart" : "start");
  }

  async stop(): Promise<void> {
    const { name } = this.identity;
    if (!this.#isKnown(await this.#systemctl.show(name))) return;
    await this.#systemctl.change(advice`stop ${name}`, "stop", "--", name);
    await this.#systemctl.resetFailed(name);
    const { runtime, subState } = await this.status();
    if (runtime === "stopped") return;
    throw new SetupError(
      "SERVICE_FAILED",
      advice`systemd did not stop ${name}: it is ${subState ?? runtime}.`,
      {
        fix: `systemctl --user kill --signal=KILL ${name}`,
      },
    );
  }

  async restart(): Promise<void> {
    await this.#reloadIfPending(await this.#showInstalled());
    await this.#systemctl.resetFailed(this.identity.name);
    await this.#bringUp("restart");
  }

  async restartDetached(): Promise<void> {
    const { name } = this.identity;
    await this.#reloadIfPending(await this.#showInstalled());
    await this.#systemctl.resetFailed(name);
    await this.#systemctl.change(advice`restart ${name}`, "restart", "--no-block", "--", name);
  }

  async uninstall(): Promise<Remedy[]> {
    refuseNix("uninstalled", this.#context.env);
    refuseSudo(this.#context.env);
    const { name } = this.identity;
    const properties = await this.#systemctl.show(name);
    if (!this.#isKnown(properties)) return [];
    if (this.#isElsewhere(properties)) refuseElsewhere(this.identity, properties.FragmentPath);
    if (this.#isInstalled(properties)) {
      await this.#systemctl.change(advice`disable ${name}`, "disable", "--now", "--", name);
    } else {
      await this.#systemctl.change(advice`stop ${name}`, "stop", "--", name);
    }
    const removed = this.#storage.remove();
    await this.#systemctl.change(advice`read its units again`, "daemon-reload");
    await this.#systemctl.resetFailed(name);
    const { FragmentPath } = await this.#systemctl.show(name);
    const kept = [...this.#storage.dropIns(), ...(FragmentPath ? [FragmentPath] : [])];
    return [
      advice`${name} stopped and disabled`,
      ...removed,
      ...kept.map((path) => advice`${path} stays: it was not made by the installation`),
    ];
  }

  /** The commands that put a former unit back into force. */
  #wayBack(copy: string): string[] {
    const { name, file } = this.identity;
    return [
      `cp ${shellWord(copy)} ${shellWord(file)}`,
      "systemctl --user daemon-reload",
      `systemctl --user restart ${shellWord(name)}`,
      `systemctl --user enable ${shellWord(name)}`,
    ];
  }

  /** Takes drop-ins back: an installation leaves them to whoever made them. */
  get #revert(): string {
    return `systemctl --user revert ${this.identity.name}`;
  }

  #statusOf(properties: UnitProperties): ServiceStatus {
    return unitStatus(properties, this.#isInstalled(properties));
  }

  #isInstalled({ FragmentPath }: UnitProperties): boolean {
    return existsSync(this.identity.file) || (FragmentPath !== undefined && existsSync(FragmentPath));
  }

  /** Installed, or still in the memory of systemd. */
  #isKnown(properties: UnitProperties): boolean {
    return this.#isInstalled(properties) || properties.ActiveState !== "inactive";
  }

  /** The unit that systemd reads is another file than the one that an installation from here writes. */
  #isElsewhere({ FragmentPath }: UnitProperties): boolean {
    return !!FragmentPath && existsSync(FragmentPath) && !isSameFile(FragmentPath, this.identity.file);
  }

  async #showInstalled(): Promise<UnitProperties> {
    const properties = await this.#systemctl.show(this.identity.name);
    // What cannot be read cannot be started either, and the reason is clearer here.
    if (existsSync(this.identity.file)) this.#storage.read();
    if (this.#isInstalled(properties)) return properties;
    throw new SetupError(
      "SERVICE_NOT_INSTALLED",
      advice`The service ${this.identity.name} is not installed.`,
      {
        fix: ours`gateway install`,
      },
    );
  }

  /** The unit with its drop-ins: those that systemd knows, and those it will know when it reads its units again. */
  async #readUnit(known?: UnitProperties) {
    const properties = known ?? (await this.#systemctl.show(this.identity.name));
    const path = existsSync(this.identity.file) ? this.identity.file : properties.FragmentPath || undefined;
    const text = path === this.identity.file ? this.#storage.read() : readText(path);
    // An empty one, such as a link to /dev/null, defines nothing: it masks the unit.
    if (path === undefined || !text) return undefined;
    const overridePaths = [...new Set([...dropInsOf(properties), ...this.#storage.dropIns()])];
    const written = parseUnit(text);
    const added = overridePaths.flatMap((file) => parseUnit(readText(file) ?? ""));
    const entries: UnitEntry[] = [...written, ...added];
    return { path, written, entries, overridePaths };
  }

  /** True when what ran was started from an older definition, as after an installation that was cut off, and runs anew. */
  async #ensureRunning(): Promise<boolean> {
    const { name } = this.identity;
    const properties = await this.#systemctl.show(name);
    const { enabled, runtime } = this.#statusOf(properties);
    if (!enabled) await this.#systemctl.change(advice`enable ${name}`, "enable", "--", name);
    if (this.#isPending(properties) && (runtime === "running" || runtime === "starting")) {
      await this.restart();
      return true;
    }
    await this.start();
    return false;
  }

  /** Puts a new unit into force; when that fails, the previous one is put back as it was. Resolves with the copy of one that is not ours. */
  async #replace(text: string): Promise<string | undefined> {
    const { name } = this.identity;
    const before = this.#statusOf(await this.#systemctl.show(name));
    const { kept, undo } = this.#storage.write(text);
    let isTouched = false;
    try {
      await this.#systemctl.change(advice`read its units again`, "daemon-reload");
      await this.#assertFound();
      isTouched = true;
      await this.#systemctl.change(advice`enable ${name}`, "enable", "--", name);
      await this.#systemctl.resetFailed(name);
      await this.#bringUp("restart");
      return kept;
    } catch (error) {
      await this.#putBack(undo, isTouched ? before : undefined);
      throw error;
    }
  }

  async #assertFound(): Promise<void> {
    const { name, file } = this.identity;
    const properties = await this.#systemctl.show(name);
    const isElsewhere = this.#isElsewhere(properties);
    if (properties.LoadState !== "not-found" && !isElsewhere) return;
    const what = isElsewhere
      ? advice`systemd reads ${name} from ${properties.FragmentPath ?? ""} and not from ${dirname(file)}.`
      : advice`systemd does not find ${name}: it does not look in ${dirname(file)}.`;
    throw new SetupError("SERVICE_FAILED", what, { fix: SAME_HOME });
  }

  /** `before` is how the service was, unless nothing but its file has been changed. */
  async #putBack(undo: () => void, before: ServiceStatus | undefined): Promise<void> {
    const { name } = this.identity;
    const attempt = async (...args: string[]) => {
      try {
        await this.#systemctl.change(advice`put back ${name}`, ...args);
      } catch {
        // The first failure is what is reported; what can be undone is undone.
      }
    };
    if (before !== undefined) await attempt("stop", "--", name);
    if (before?.enabled === false) await attempt("disable", "--", name);
    undo();
    await attempt("daemon-reload");
    if (before === undefined) return;
    await this.#systemctl.resetFailed(name);
    if (before.runtime === "running" || before.runtime === "starting") await attempt("start", "--", name);
  }

  async #reloadIfPending(properties: UnitProperties): Promise<void> {
    if (!this.#isPending(properties)) return;
    await this.#systemctl.change(advice`read its units again`, "daemon-reload");
  }

  /** systemd itself overlooks drop-ins in a directory that it has not seen before. */
  #isPending(properties: UnitProperties): boolean {
    const { NeedDaemonReload, LoadState } = properties;
    const known = dropInsOf(properties);
    const isNew = (file: string) => !known.includes(file);
    return NeedDaemonReload === "yes" || LoadState === "not-found" || this.#storage.dropIns().some(isNew);
  }

  /** Starts it and makes sure that it runs: a unit without notifications counts as started before it had time to fail. */
  async #bringUp(verb: "start" | "restart"): Promise<void> {
    const { name } = this.identity;
    try {
      await this.#systemctl.change(
        verb === "start" ? advice`start ${name}` : advice`restart ${name}`,
        verb,
        "--",
        name,
      );
    } catch (error) {
      const status = await this.status();
      // systemd ends nothing for a unit that it cannot read.
      if (verb === "restart" && status.runtime === "running") throw error;
      throw this.#startFailure(status, error);
    }
    const status = await this.status();
    if (status.runtime !== "running") throw this.#startFailure(status, undefined);
  }

  #startFailure({ lastExit, detail, state, subState }: ServiceStatus, cause: unknown): SetupError {
    const { name } = this.identity;
    const how =
      detail ??
      (lastExit === undefined
        ? advice`it is ${state} (${subState ?? ""})`
        : advice`it ${exitWords(lastExit)}`);
    return new SetupError("SERVICE_FAILED", advice`${name} did not start: ${whole(how)}.`, {
      cause,
      fix: this.#unmasking() ?? advice`${ours`gateway status`}, or systemctl --user status ${name}`,
      details: { lastExit, state, subState },
    });
  }

  /** What helps a masked unit, by a link or by a file without content; undefined for others. */
  #unmasking(): Remedy | undefined {
    if (this.#storage.linkTarget() === MASK) {
      return advice`systemctl --user unmask ${this.identity.name}, then: ${ours`gateway install`}`;
    }
    return this.#storage.read() === "" ? ours`gateway install` : undefined;
  }

  /** The version of the systemd on which it may be installed. */
  async #installableOn(): Promise<number> {
    refuseNix("installed", this.#context.env);
    refuseSudo(this.#context.env);
    refuseName(this.identity);
    return await this.#systemctl.connect();
  }
}

/** Before this version `systemd-notify` could end before systemd had looked whose message it was, and the message was lost. */
const RELIABLE_NOTIFY_VERSION = 246;

/** The gateway announces itself through `systemd-notify`, which a few systems leave out. */
function startType({ environment }: ServiceDefinition, version: number): StartType {
  const folders = (environment.PATH ?? "/usr/bin:/bin").split(delimiter);
  const isThere = folders.some((folder) => isExecutable(join(folder, "systemd-notify")));
  return isThere && !(version < RELIABLE_NOTIFY_VERSION) ? "notify" : "exec";
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us.
  }
}

function dropInsOf({ DropInPaths = "" }: UnitProperties): string[] {
  return splitWords(DropInPaths);
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false; // One of them is not there.
  }
}

function readText(path: string | undefined): string | undefined {
  // It may be gone since systemd read it.
  return path === undefined ? undefined : smallText(path, MAX_UNIT_BYTES);
}
