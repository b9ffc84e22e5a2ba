/** Decides what a changed configuration may do to the running gateway, and does it: never open by accident, never too often. */
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { ConfigReading } from "../../shared/node/config-source.ts";
import { changedPaths, planReload, type ReloadPlan } from "../base/config/reload-plan.ts";
import type { GatewaySettings } from "../base/config/settings.ts";
import type { Logger } from "../base/log/logger.ts";
import type { Settled } from "./start-hooks.ts";

/** The gateway as a reload sees it. */
export interface Reloadable {
  readonly settings: GatewaySettings;
  settle(reading: ConfigReading): Settled;
  applyLive(next: GatewaySettings): Promise<void>;
  restartNow(reason: string): Promise<void>;
  keepGood(reading: ConfigReading): void;
}

/** More restarts than this within the window, all from the configuration, are held back. */
const RESTART_LIMIT = { count: 3, windowMs: 60_000 } as const;

export class ReloadControl {
  #gateway: Reloadable;
  #log: Logger;
  #clock: Clock;
  /** On the monotonic clock. */
  #restartsAt: number[] = [];

  constructor(gateway: Reloadable, log: Logger, clock: Clock) {
    this.#gateway = gateway;
    this.#log = log;
    this.#clock = clock;
  }

  /** Takes over one reading of the file. What cannot be used changes nothing and is said once. */
  async take(reading: ConfigReading): Promise<void> {
    const { settings } = this.#gateway;
    const mode = settings.config.gateway?.reload?.mode ?? "hybrid";
    if (mode === "off") return;
    const settled = this.#settle(reading);
    if (settled === undefined) return;
    const next = keepSecured(settled.settings, settings, this.#log);
    const plan = planReload(settings.config, next.config);
    const nothing = [plan.live, plan.restart, plan.later, plan.unknown].every((paths) => paths.length === 0);
    if (nothing && changedPaths(settings.auth, next.auth).length === 0)
      return this.#gateway.keepGood(reading);
    this.#report(plan, settled.overridden);
    const restarts =
      mode === "restart" ? plan.live.length + plan.restart.length > 0 : plan.restart.length > 0;
    if (restarts && mode !== "hot") {
      if (this.#mayRestart()) return await this.#gateway.restartNow(restartReason(plan));
      const why = `more than ${RESTART_LIMIT.count} restarts within a minute`;
      this.#log.warn({ paths: plan.restart }, `${why}: in force after the next restart`);
    } else if (restarts) {
      const why = "gateway.reload.mode hot never restarts";
      this.#log.warn({ paths: plan.restart }, `changed, but ${why}: in force later`);
    }
    try {
      await this.#gateway.applyLive(next);
      this.#gateway.keepGood(reading);
    } catch (error) {
      this.#log.warn(
        { reason: errorText(error) },
        "the changed configuration cannot be applied; the old one stays",
      );
    }
  }

  #settle(reading: ConfigReading): Settled | undefined {
    const problem =
      reading.state === "missing"
        ? "the file is gone"
        : reading.state === "invalid"
          ? reading.issues.map((issue) => [issue.path, issue.message].filter(Boolean).join(": ")).join("; ")
          : undefined;
    try {
      if (problem === undefined) return this.#gateway.settle(reading);
      this.#log.warn(
        { file: reading.path, problem },
        "configuration not usable; the gateway keeps the old one",
      );
    } catch (error) {
      const refusal = errorText(error);
      this.#log.warn(
        { file: reading.path, problem: refusal },
        "configuration refused; the gateway keeps the old one",
      );
    }
    return undefined;
  }

  #report(plan: ReloadPlan, overridden: readonly string[]): void {
    this.#log.info({ live: plan.live, restart: plan.restart }, "configuration changed");
    if (plan.unknown.length > 0)
      this.#log.warn({ paths: plan.unknown }, "unknown keys changed; nothing to do");
    if (plan.later.length > 0)
      this.#log.warn({ paths: plan.later }, "changed: in force when the gateway is started anew");
    const hidden = plan.live.filter((path) => overridden.includes(path));
    if (hidden.length > 0) {
      this.#log.warn(
        { paths: hidden },
        "changed, but an option or the environment of this run says otherwise",
      );
    }
  }

  #mayRestart(): boolean {
    const now = this.#clock.monotonicMs();
    this.#restartsAt = this.#restartsAt.filter((at) => now - at < RESTART_LIMIT.windowMs);
    if (this.#restartsAt.length >= RESTART_LIMIT.count) return false;
    this.#restartsAt.push(now);
    return true;
  }
}

/** A gateway that has a secret keeps one until somebody stops it, also across a restart in place. */
export function keepSecured(next: GatewaySettings, current: GatewaySettings, log: Logger): GatewaySettings {
  if (next.auth.mode !== "none" || current.auth.mode === "none") return next;
  log.warn("the configuration no longer has a secret; the gateway keeps the one it has until it is stopped");
  return { ...next, auth: current.auth };
}

function restartReason({ live, restart }: ReloadPlan): string {
  return `configuration changed: ${[...restart, ...live].join(", ")}`;
}
