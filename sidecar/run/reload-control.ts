/** Decides what a changed configuration may do to the running gateway, and does it: never open by accident, never too often. */

import type { Clock } from "../../shared/clock.ts";
import { DEFAULTS } from "../../shared/config/defaults.ts";
import { findingLines, MOST_FINDINGS, moreText } from "../../shared/config/findings.ts";
import { errorText } from "../../shared/errors.ts";
import type { ConfigReading } from "../../shared/node/config-source.ts";
import { english } from "../../shared/remedy.ts";
import { changedPaths, planReload, type ReloadPlan } from "../base/config/reload-plan.ts";
import type { GatewaySettings } from "../base/config/settings.ts";
import type { SettingsSource } from "../base/config/settings-source.ts";
import type { Logger } from "../base/log/logger.ts";
import type { Applied } from "./steps.ts";

/** The gateway as a reload sees it. */
export interface Reloadable {
  readonly settings: GatewaySettings;
  /** All of it or none, see `applySteps`. */
  applyLive(next: GatewaySettings): Promise<Applied>;
  restartNow(reason: string): Promise<void>;
  /** The reading is in force. */
  keepGood(reading: ConfigReading): void;
  /** The reading is not used: what was in force before still is. */
  keepOld(reading: ConfigReading): void;
}

/** More restarts than this within the window, all from the configuration, are held back. */
const RESTART_LIMIT = { count: 3, windowMs: 60_000 } as const;

export class ReloadControl {
  #gateway: Reloadable;
  #source: Pick<SettingsSource, "settle" | "overruled">;
  #log: Logger;
  #clock: Clock;
  /** On the monotonic clock. */
  #restartsAt: number[] = [];

  constructor(
    gateway: Reloadable,
    source: Pick<SettingsSource, "settle" | "overruled">,
    log: Logger,
    clock: Clock,
  ) {
    this.#gateway = gateway;
    this.#source = source;
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * Takes over one reading of the file. What cannot be used changes nothing and is said once. With `wasAsked` somebody wants it now,
   * also where the configuration switches reloads off.
   */
  async take(reading: ConfigReading, { wasAsked }: { wasAsked: boolean }): Promise<void> {
    const { settings } = this.#gateway;
    const mode = settings.config.gateway?.reload?.mode ?? DEFAULTS["gateway.reload.mode"];
    if (mode === "off" && !wasAsked) return;
    const settled = this.#settle(reading);
    if (settled === undefined) return this.#gateway.keepOld(reading);
    const next = keepSecured(settled, settings, this.#log);
    const plan = planReload(settings.config, next.config);
    const nothing = [plan.live, plan.restart, plan.later, plan.unknown].every((paths) => paths.length === 0);
    if (nothing && changedPaths(settings.auth, next.auth).length === 0)
      return this.#gateway.keepGood(reading);
    this.#report(plan);
    const restarts =
      mode === "restart" ? plan.live.length + plan.restart.length > 0 : plan.restart.length > 0;
    if (restarts && mode !== "hot") {
      if (this.#mayRestart()) return await this.#gateway.restartNow(restartReason(plan));
      const why = `more than ${RESTART_LIMIT.count} restarts within a minute`;
      this.#log.warn({ paths: shown(plan.restart) }, `${why}: in force after the next restart`);
    } else if (restarts) {
      const why = "gateway.reload.mode hot never restarts";
      this.#log.warn({ paths: shown(plan.restart) }, `changed, but ${why}: in force later`);
    }
    const applied = await this.#gateway.applyLive(next);
    if (applied.kind === "applied") return this.#gateway.keepGood(reading);
    this.#gateway.keepOld(reading);
    this.#reportFailure(applied);
  }

  #settle(reading: ConfigReading): GatewaySettings | undefined {
    const problem =
      reading.state === "missing"
        ? "the file is gone"
        : reading.state === "invalid"
          ? findingLines(reading.issues, reading.more).map(english).join("; ")
          : undefined;
    try {
      if (problem === undefined) return this.#source.settle(reading);
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

  /** What is in force is said exactly, whatever it is. */
  #reportFailure(applied: Exclude<Applied, { kind: "applied" }>): void {
    const reason = errorText(applied.reason);
    if (applied.kind === "undone") {
      const text = "the changed configuration cannot be applied; the old one stays in force as a whole";
      this.#log.warn({ failed: applied.failed, reason }, text);
      return;
    }
    const stuck = applied.stuck.map((step) => `${step.name}: ${errorText(step.reason)}`);
    const text =
      "the changed configuration cannot be applied, and a part of it could not be taken back; restart the gateway";
    this.#log.error({ failed: applied.failed, reason, stuck }, text);
  }

  #report(plan: ReloadPlan): void {
    const [live, restart] = [shown(plan.live), shown(plan.restart)];
    this.#log.info({ live, restart }, "configuration changed");
    if (plan.unknown.length > 0)
      this.#log.warn({ paths: shown(plan.unknown) }, "unknown keys changed; nothing to do");
    if (plan.later.length > 0)
      this.#log.warn({ paths: shown(plan.later) }, "changed: in force when the gateway is started anew");
    const hidden = plan.live.filter((path) => Object.hasOwn(this.#source.overruled, path));
    if (hidden.length > 0) {
      this.#log.warn(
        { paths: shown(hidden) },
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
  return `configuration changed: ${shown([...restart, ...live]).join(", ")}`;
}

/** As many paths as somebody reads, and no longer than one is. */
function shown(paths: readonly string[]): string[] {
  const first = paths.slice(0, MOST_FINDINGS).map((path) => path.slice(0, MAX_PATH));
  const more = paths.length - first.length;
  return more > 0 ? [...first, moreText(more)] : first;
}

const MAX_PATH = 300;
