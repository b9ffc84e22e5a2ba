/**
 * Why a job cannot be as it is described. The gateway says it in English, and whoever asked it reads it back to say it in another language:
 * both have the sentences from here.
 */
import { advice, english, type Remedy, whole } from "../remedy.ts";

/** The value comes as it is to be shown. */
export const CRON_REFUSALS = {
  noMoment: (at: Remedy) =>
    advice`schedule.at ${at} is no time that can be read; write 20m, tomorrow 9:00 or 2026-03-01T09:00`,
  past: (at: Remedy, zone: Remedy, now: Remedy) =>
    advice`schedule.at ${at} (${zone}) lies in the past; it is ${now} now`,
  noZone: (zone: Remedy) => advice`schedule.tz ${zone} is no time zone; write one such as Europe/Berlin`,
  noExpression: (expr: Remedy, problem: Remedy) =>
    advice`schedule.expr ${expr} cannot be used (${problem}); write five fields such as 0 9 * * 1-5`,
  tooOften: (everyMs: Remedy) =>
    advice`schedule.everyMs ${everyMs} is too often; write 1000, which is a second, or more`,
  noModel: (model: Remedy, why: Remedy) =>
    advice`payload.model ${model} cannot be used (${why}); see the list of models, or leave it out`,
  nowhere: () =>
    advice`payload.channel last is nowhere: no owner has written from a chat yet; name a channel and to`,
  noChat: (channel: Remedy) => advice`payload.to is missing: say which chat of ${channel} is meant`,
} as const satisfies Record<string, (...values: Remedy[]) => Remedy>;

/** Of an expression that can be read and has no moment. */
export const NEVER = "it never comes";

/** The sentence that a gateway said, to be told in any language; undefined for every other one. */
export function readCronRefusal(said: string): Remedy | undefined {
  for (const make of Object.values<(...values: Remedy[]) => Remedy>(CRON_REFUSALS)) {
    const holes = Array.from({ length: make.length }, (_, index) => `\u0000${index}\u0000`);
    const pattern = english(make(...holes))
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\0\d+\0/g, "(.*)");
    const values = new RegExp(`^${pattern}$`, "s").exec(said)?.slice(1);
    if (values !== undefined) return make(...values.map((value) => (value === NEVER ? whole(NEVER) : value)));
  }
  return undefined;
}
