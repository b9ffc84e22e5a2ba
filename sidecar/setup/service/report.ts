/** What an operation on the gateway's service resolves with, and what it can be told. */
import type { Remedy } from "../../../shared/remedy.ts";
import type { ServiceStatus } from "../../host/service/service-manager.ts";

export type ServiceAction = "install" | "uninstall" | "start" | "stop" | "restart";

/** `restarting`: handed over to the system, because the caller is part of the gateway that restarts. */
export type ServiceResult =
  | "installed"
  | "already-installed"
  | "updated"
  | "started"
  | "already-running"
  | "stopped"
  | "not-loaded"
  | "restarted"
  | "restarting"
  | "uninstalled";

export interface ServiceReport {
  action: ServiceAction;
  result: ServiceResult;
  /** One line for people, where the result does not say it all. */
  message?: Remedy;
  /** What works less well than it could, one line each. */
  warnings: readonly Remedy[];
  /** What can be done next, one line each. */
  hints: readonly Remedy[];
  /** How the service is afterwards. */
  status: ServiceStatus;
  /** The gateway of the service, once it answered. */
  gateway?: { pid: number; port: number; instanceId: string };
}

export interface InstallOptions {
  /**
   * `--port`: kept in the definition. "config" leaves it to the configuration. Without it a port that an earlier install was given
   * stays, unless `force`.
   */
  port?: number | "config" | undefined;
  /** Written to `gateway.auth.token` of the configuration, never into the definition. */
  token?: string | undefined;
  /** `--runtime` as it was typed; default node. */
  runtime?: string | undefined;
  /**
   * Rewrites and restarts also what is equal, takes a gateway that runs without the service over by stopping it, and takes over a
   * service of another state directory or of a newer version.
   */
  force?: boolean;
}

export interface StopOptions {
  /** How long the stop may take, in ms; default 30 000. */
  timeoutMs?: number | undefined;
}

export interface RestartOptions extends StopOptions {
  /** For the log of the next start; default "gateway restart". */
  reason?: string | undefined;
  /** When the restart was asked for, epoch ms; a gateway started since then counts as the restart. Default now. */
  requestedAtMs?: number | undefined;
}
