/**
 * What the rest of the program knows of the systems that keep a gateway running: systemd user units, launchd agents and scheduled
 * tasks. Each is one implementation; how its definition is rendered and read back are pure functions beside it.
 */

import type { ServiceIdentity } from "../../../shared/node/service-identity.ts";
import type { Remedy } from "../../../shared/remedy.ts";

/** What a service is to run, the same on every platform. No secret is ever part of it. */
export interface ServiceDefinition {
  /** One line for the lists of the system, such as `Clawdbot Gateway (profile: work, v0.1.0)`. */
  description: string;
  /** Absolute runtime, absolute entry, then the arguments. */
  command: readonly string[];
  workingDirectory: string;
  environment: Readonly<Record<string, string>>;
  /** Further variables, one `NAME=value` per line, if the file exists; kept by the user and readable by nobody else. */
  environmentFile: string;
  /** Where launchd and the task's script put what the gateway prints; systemd keeps that itself. */
  logDir: string;
}

/** The definition as it is registered, read back. What cannot be told is left out. */
export interface InstalledDefinition {
  command: readonly string[];
  workingDirectory?: string;
  environment: Readonly<Record<string, string>>;
  environmentFile?: string;
  /** The unit file, property list or script. */
  sourcePath: string;
  /** Files that change it, such as systemd drop-ins. */
  overridePaths: readonly string[];
}

/**
 * What the service does just now. `blocked`: it ended in a way after which the system does not start it again (a refused
 * start, too many crashes). `crash-looping`: it ended and waits for its next start.
 */
export type ServiceRuntime =
  | "running"
  | "starting"
  | "stopping"
  | "stopped"
  | "crash-looping"
  | "blocked"
  | "unknown";

export interface ServiceStatus {
  installed: boolean;
  /** The system has it in its list: a loaded unit, a bootstrapped agent, a registered task. */
  loaded: boolean;
  /** It starts by itself at boot or login. */
  enabled: boolean;
  runtime: ServiceRuntime;
  /** Main process as the system knows it. */
  pid?: number;
  /** How often the system started it again since it was last started on request. */
  restarts?: number;
  /** How its last process ended. */
  lastExit?: { how: "exited" | "killed" | "dumped"; status: number };
  /** The system's own words, such as `active (running)`, for diagnosis. */
  state: string;
  subState?: string;
  /** One line on what a user should know, such as a pending reload. */
  detail?: Remedy;
}

/** A finding about an installed service. `code` is stable; `aggressive` findings are repaired only on `--force`. */
export interface AuditIssue {
  code: string;
  message: Remedy;
  /** Why it matters. */
  detail?: Remedy;
  remedy?: Remedy;
  level: "recommended" | "aggressive";
}

export interface InstallOutcome {
  change: "installed" | "updated" | "unchanged";
  /** One line each: what works less well than it could, with its remedy. */
  warnings: readonly Remedy[];
  /** The definition of somebody else that stood in its place. */
  kept?: KeptDefinition;
}

/** A definition that this program replaced and did not write. */
export interface KeptDefinition {
  /** The file that holds it now. */
  copy: string;
  /** The commands that put it back into force, one after the other. */
  wayBack: readonly string[];
}

/** A service of somebody else's making that looks like a gateway of this user. */
export interface ExtraService {
  label: string;
  detail: Remedy;
  scope: "user" | "system";
  /** The product that it is a service of, such as `OpenClaw 2026.9.6`; undefined for ours and for those that say nothing. */
  product?: string;
  /** How to get rid of it; of another product, how to switch it off. */
  cleanup: readonly string[];
}

/**
 * Every method fails with `SERVICE_UNAVAILABLE` when the system's manager cannot be reached, and with `SERVICE_FAILED` when
 * it refuses; both say how to help it. None waits for the gateway to answer: that is asked over HTTP by the caller.
 */
export interface ServiceManager {
  readonly identity: ServiceIdentity;
  /** Fails as above, or with `SERVICE_REFUSED` when a service of this user must not be installed from here (sudo, a marker file). */
  assertInstallable(): Promise<void>;
  /** Never fails for a service that is not there. */
  status(): Promise<ServiceStatus>;
  /** Undefined when nothing is installed. */
  readDefinition(): Promise<InstalledDefinition | undefined>;
  /** Findings only this manager can have; empty when nothing is installed. */
  audit(definition: ServiceDefinition): Promise<AuditIssue[]>;
  /** Other services on this machine that would run a gateway. */
  findOthers(): Promise<ExtraService[]>;
  /**
   * Writes the definition whole or not at all, registers it, enables it and (re)starts it. An equal definition is not written and a
   * running service is not touched, unless `force`. When the system refuses the new definition the previous one is put back. One that
   * this program did not write is kept beside it for good.
   */
  install(definition: ServiceDefinition, options: { force: boolean }): Promise<InstallOutcome>;
  /** Starts it, also after it was blocked; nothing happens to a running one. */
  start(): Promise<void>;
  /** Resolves when its processes are gone. It stays installed and comes back at the next boot or login. */
  stop(): Promise<void>;
  /** Resolves when the new process runs. */
  restart(): Promise<void>;
  /** The same, carried out by the system after this process is gone; for callers inside the service. */
  restartDetached(): Promise<void>;
  /** Stops it and takes everything away that `install` made; files of others stay, out of the way. Resolves with what went where, for people. */
  uninstall(): Promise<Remedy[]>;
}
