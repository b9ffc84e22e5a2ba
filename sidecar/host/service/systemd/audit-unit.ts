/** What is wrong with an installed unit, judged by its file and drop-ins alone. */
import { advice, ours, type Remedy } from "../../../../shared/remedy.ts";
import type { AuditIssue } from "../service-manager.ts";
import { type UnitEntry, valuesOf } from "./unit-file.ts";

/** Findings about the settings in force, in the order of the template. */
export function auditUnit(entries: readonly UnitEntry[]): AuditIssue[] {
  const last = (section: string, key: string) => valuesOf(entries, section, key).at(-1);
  const lists = (key: string, unit: string) =>
    valuesOf(entries, "Unit", key).some((value) => value.split(/\s+/).includes(unit));
  const issues: AuditIssue[] = [];
  if (!lists("After", NETWORK)) {
    issues.push(recommend("systemd-after-network-online", advice`the unit does not start after ${NETWORK}`));
  }
  if (!lists("Wants", NETWORK)) {
    issues.push(recommend("systemd-wants-network-online", advice`the unit does not want ${NETWORK}`));
  }
  const limit = startLimit(last("Unit", "StartLimitBurst"), last("Unit", "StartLimitIntervalSec"));
  if (!canTrip(limit, seconds(last("Service", "RestartSec")) ?? 0.1)) {
    issues.push(
      recommend(
        "systemd-start-limit",
        "a gateway that cannot start is started again for ever: the start limit can never be reached",
      ),
    );
  }
  const restartSec = last("Service", "RestartSec");
  if (seconds(restartSec) !== RESTART_SECONDS) {
    issues.push({
      code: "systemd-restart-sec",
      message: advice`RestartSec is ${restartSec ?? advice`not set`} instead of ${RESTART_SECONDS}`,
      remedy: REMEDY,
      level: restartSec === undefined ? "recommended" : "aggressive",
    });
  }
  const killMode = last("Service", "KillMode");
  if (killMode !== "mixed") {
    const consequence =
      killMode === "process" || killMode === "none"
        ? advice`what the gateway started outlives it and may keep the port`
        : advice`what the gateway started is ended before the gateway can finish with it`;
    issues.push(
      recommend("systemd-killmode", advice`KillMode is ${killMode ?? advice`not set`}: ${consequence}`),
    );
  }
  return issues;
}

/** A time span of systemd.time(7) in seconds; undefined when it is none. */
export function seconds(span: string | undefined): number | undefined {
  if (span === undefined) return undefined;
  if (span === "infinity") return Number.POSITIVE_INFINITY;
  let total = 0;
  let rest = span.trim();
  while (rest !== "") {
    const part = /^(\d+(?:\.\d+)?)\s*([a-zµ]*)\s*/i.exec(rest);
    const unit = part === null ? undefined : UNITS[part[2] ?? ""];
    if (part === null || unit === undefined) return undefined;
    total += Number(part[1]) * unit;
    rest = rest.slice(part[0].length);
  }
  return span.trim() === "" ? undefined : total;
}

/** A drop-in survives it, and has a finding of its own. */
const REMEDY = advice`${ours`gateway install`} writes the unit anew`;
const NETWORK = "network-online.target";
const RESTART_SECONDS = 5;
const UNITS: Readonly<Record<string, number>> = {
  us: 1e-6,
  µs: 1e-6,
  ms: 0.001,
  msec: 0.001,
  "": 1,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3_600,
  hr: 3_600,
  hour: 3_600,
  hours: 3_600,
};

/** systemd's own limit, where the unit names none, is 5 starts in 10 seconds. */
function startLimit(burst: string | undefined, interval: string | undefined) {
  return { burst: Number(burst ?? 5), intervalSeconds: seconds(interval) ?? 10 };
}

/** Whether that many starts, each after its pause, fit into the interval. */
function canTrip({ burst, intervalSeconds }: ReturnType<typeof startLimit>, pauseSeconds: number): boolean {
  return burst > 0 && intervalSeconds > 0 && burst * pauseSeconds < intervalSeconds;
}

function recommend(code: string, message: Remedy): AuditIssue {
  return { code, message, remedy: REMEDY, level: "recommended" };
}
