/** `cron`: jobs of a schedule. */
import * as z from "zod";
import { key } from "../key.ts";
import { checked } from "../meanings.ts";

export const CronSection = z.looseObject({
  enabled: key(z.boolean().optional(), {
    en: "Whether jobs are started by themselves.",
    de: "Ob Aufgaben von selbst gestartet werden.",
  }),
  maxConcurrentRuns: key(z.int().min(1).max(100).optional(), {
    en: "How many jobs run at once.",
    de: "Wie viele Aufgaben zugleich laufen.",
  }),
  catchUp: key(checked("duration", 40).optional(), {
    en: "A job that comes again and again and was missed is made up for once, if that is not longer ago than this, such as `6h`.",
    de: "Eine wiederkehrende Aufgabe, die verpasst wurde, wird einmal nachgeholt, wenn das nicht länger her ist, etwa `6h`.",
  }),
});
