/** When a job is next to begin: a pure function of its schedule, the moment and the owner's zone. */

import { Cron } from "croner";
import { NEVER } from "../../../shared/protocol/cron-refusals.ts";
import type { CronSchedule } from "../../base/store/cron-store.ts";
import { offsetAt } from "../prompt/time.ts";
import { MOST_SHIFT_MS, momentsOfWall } from "./wall-time.ts";

/** Of whose schedule it is. */
export interface SlotRules {
  /** Of the owner, for an expression without one. */
  zone: string;
  /** Of the job: what has no anchor has a place of its own in its period by it. */
  id: string;
  /** When its period began. */
  anchoredAtMs: number;
  /** Somebody notices when it comes: it is counted from then. */
  isExact: boolean;
}

/** The first slot after `afterMs`; undefined where there is none any more. Fails where the expression is none. */
export function nextSlot(schedule: CronSchedule, rules: SlotRules, afterMs: number): number | undefined {
  switch (schedule.kind) {
    case "at":
      return schedule.atMs > afterMs ? schedule.atMs : undefined;
    case "every":
      return nextOfPeriod(schedule.everyMs, anchorOf(schedule, rules), afterMs);
    case "cron":
      return nextOfExpression(schedule.expr, schedule.tz ?? rules.zone, afterMs);
  }
}

/** The last slot that is not after `untilMs`, where `sinceMs` is one: what was missed in between is passed over. */
export function lastSlot(
  schedule: CronSchedule,
  rules: SlotRules,
  { sinceMs, untilMs }: { sinceMs: number; untilMs: number },
): number {
  if (schedule.kind === "at") return sinceMs;
  if (schedule.kind === "every") {
    const anchor = anchorOf(schedule, rules);
    const passed = Math.floor((untilMs - anchor) / schedule.everyMs);
    return Math.max(sinceMs, anchor + passed * schedule.everyMs);
  }
  // Looked for from the end, in steps that grow: a year of minutes is not counted one by one.
  for (let backMs = 3_600_000; ; backMs *= 4) {
    const fromMs = Math.max(sinceMs, untilMs - backMs);
    let last = fromMs === sinceMs ? sinceMs : undefined;
    for (let slot = nextSlot(schedule, rules, fromMs); slot !== undefined && slot <= untilMs; ) {
      last = slot;
      slot = nextSlot(schedule, rules, slot);
    }
    if (last !== undefined) return last;
  }
}

/** Why the expression cannot be used; undefined where it can. */
export function expressionProblem(expr: string, nowMs: number): string | undefined {
  try {
    const next = inUtc(expr).nextRun(new Date(nowMs));
    return next === null ? NEVER : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Cron\w+: /, "") : String(error);
  }
}

function anchorOf(
  { everyMs, anchorMs }: Extract<CronSchedule, { kind: "every" }>,
  { id, anchoredAtMs, isExact }: SlotRules,
): number {
  return anchorMs ?? (isExact ? anchoredAtMs : phaseOf(id) % everyMs);
}

function nextOfPeriod(everyMs: number, anchorMs: number, afterMs: number): number {
  if (anchorMs > afterMs) return anchorMs - everyMs * Math.floor((anchorMs - afterMs - 1) / everyMs);
  return anchorMs + everyMs * (Math.floor((afterMs - anchorMs) / everyMs) + 1);
}

/** The same number for the same id, anywhere and always. */
function phaseOf(id: string): number {
  let hash = 2_166_136_261;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
}

/**
 * The clock on the wall is what people mean. Where it jumps over the time, the first moment behind the jump counts; what it shows twice
 * counts once, unless the expression is for every hour: those hours have gone by as well.
 */
function nextOfExpression(expr: string, zone: string, afterMs: number): number | undefined {
  const clock = inUtc(expr);
  const everyHour = isEveryHour(expr);
  const shift = offsetAt(zone, afterMs - MOST_SHIFT_MS) !== offsetAt(zone, afterMs + MOST_SHIFT_MS);
  let wall: Date | null = new Date(
    afterMs + offsetAt(zone, afterMs) - (everyHour && shift ? MOST_SHIFT_MS : 0),
  );
  let found: number | undefined;
  let lookUntil = Number.POSITIVE_INFINITY;
  for (;;) {
    wall = clock.nextRun(wall);
    if (wall === null || wall.getTime() > lookUntil) return found;
    const wallMs = wall.getTime();
    const { moments, jumpEnd, isShifting } = momentsOfWall(wallMs, zone);
    const counted = everyHour ? moments : [moments[0] ?? jumpEnd];
    const next = counted.find((moment) => moment !== undefined && moment > afterMs);
    if (next === undefined) continue;
    found = Math.min(found ?? next, next);
    if (!everyHour || !isShifting) return found;
    lookUntil = Math.min(lookUntil, wallMs + MOST_SHIFT_MS);
  }
}

function isEveryHour(expr: string): boolean {
  const fields = expr.trim().split(/\s+/);
  if (fields.length < 5) return expr.trim().toLowerCase() === "@hourly";
  return fields[fields.length === 5 ? 1 : 2] === "*";
}

const EXPRESSIONS = new Map<string, Cron>();

/** Reading an expression takes longer than most of its uses. */
function inUtc(expr: string): Cron {
  const known = EXPRESSIONS.get(expr);
  if (known !== undefined) return known;
  const made = new Cron(expr, { timezone: "UTC", paused: true });
  if (EXPRESSIONS.size >= MOST_EXPRESSIONS) EXPRESSIONS.clear();
  EXPRESSIONS.set(expr, made);
  return made;
}

const MOST_EXPRESSIONS = 200;
