/** What is printed of a job. */
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { CronJobView } from "../../../shared/protocol/methods/cron.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";

const TEXT_CHARS = 60;

/** In two lines: when it comes, and what it is. */
export function jobLines(job: CronJobView): Remedy[] {
  const { id, name, enabled, schedule, payload, state } = job;
  const next = state.nextRunAtMs;
  const when =
    state.runningAtMs !== undefined
      ? whole("runs now")
      : !enabled
        ? whole(state.pausedBy === undefined ? "off" : "paused")
        : next === undefined
          ? whole("does not come any more")
          : localTime(next).slice(0, 16);
  const said = neutralLine(String(payload.text ?? payload.message ?? ""), TEXT_CHARS);
  const lines = [
    advice`${when}  ${neutralLine(name, TEXT_CHARS)}  ${id}`,
    advice`    ${scheduleText(schedule)}: ${said}`,
  ];
  if (state.lastStatus !== "error") return lines;
  return [...lines, advice`    failed last: ${neutralLine(state.lastError ?? "", TEXT_CHARS)}`];
}

/** Why none of them comes for now. */
export function waitLines({ waitsUntilMs }: { waitsUntilMs?: number | undefined }): Remedy[] {
  if (waitsUntilMs === undefined) return [];
  return [
    advice`Jobs wait until ${localTime(waitsUntilMs).slice(11, 16)}, as the gateway was started several times in a row.`,
  ];
}

/** What a job is like that was made or changed. */
export function changedLines(job: CronJobView & { nextRun?: string | undefined }): Remedy[] {
  const { id, payload, nextRun } = job;
  return [
    nextRun === undefined ? whole("It does not come by itself.") : advice`Next time: ${nextRun}`,
    ...(payload.to === undefined
      ? []
      : [advice`Its answer goes to ${String(payload.channel)} (${neutralLine(String(payload.to))}).`]),
    advice`Take it away again: ${ours`cron rm ${id}`}`,
  ];
}

function scheduleText(schedule: CronJobView["schedule"]): Remedy {
  const { kind, expr, tz, everyMs } = schedule;
  if (kind === "at") return whole("once");
  if (kind === "every") return advice`every ${amountText(Number(everyMs))}`;
  return tz === undefined ? String(expr) : joined([String(expr), `(${String(tz)})`], " ");
}

/** Such as `1h30m`. */
function amountText(ms: number): string {
  const units: [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ];
  let rest = ms;
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.length === 0 || rest > 0 ? [...parts, `${rest}ms`].join("") : parts.join("");
}
