/** What is said of jobs to people: when one comes next, and why one does not come any more. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { type Catalogue, chooseLanguage, type Language } from "../../../shared/languages.ts";
import { ours, spellCommand } from "../../../shared/remedy.ts";
import type { CronJob } from "../../base/store/cron-store.ts";
import { replyLanguage } from "../commands/language.ts";
import { elapsedText, momentText } from "../prompt/time.ts";

/** Why a job is not started any more. */
export type Ending = "failures" | "interruptions" | "gave-up" | "too-late";

interface CronWords {
  ended(ending: Ending, job: { name: string; said: string; reason: string; command: string }): string;
  next(moment: string, zone: string, distance: string | undefined): string;
  never: string;
}

/** The words about a job, in the language that its own words are in. */
export function cronWordsFor(job: CronJob, config: GatewayConfig): CronWords {
  const otherwise = chooseLanguage({ configured: config.language });
  return WORDS[replyLanguage(config.agents?.defaults?.language, [saidBy(job), job.name], otherwise)];
}

export function cronWords(language: Language): CronWords {
  return WORDS[language];
}

/** What the job says, or has somebody do. */
export function saidBy({ payload }: Pick<CronJob, "payload">): string {
  return payload.kind === "systemEvent" ? payload.text : payload.message;
}

/** Why the job has ended, for its owner. */
export function endingText(ending: Ending, job: CronJob, config: GatewayConfig, reason: string): string {
  const command = spellCommand(ours`cron enable ${job.id}`, { name: "clawdbot", profile: undefined });
  const said = saidBy(job).slice(0, MOST_SAID_CHARS);
  return cronWordsFor(job, config).ended(ending, { name: job.name, said, reason, command });
}

/** When the job comes next; undefined where it does not. */
export function nextRunText(
  job: CronJob,
  { nowMs, zone, language = "en" }: { nowMs: number; zone: string; language?: Language },
): string | undefined {
  if (!job.isEnabled || job.due === undefined) return undefined;
  const { atMs } = job.due;
  const own = job.schedule.kind === "cron" ? (job.schedule.tz ?? zone) : zone;
  return WORDS[language].next(
    momentText(atMs, { zone: own, isTwelveHour: false }),
    own,
    elapsedText(atMs - nowMs),
  );
}

const MOST_SAID_CHARS = 500;

const WORDS: Catalogue<CronWords> = {
  en: {
    ended: (ending, { name, said, reason, command }) =>
      ({
        "gave-up": `The job "${name}" failed three times and is not tried again: ${reason}\n\nIt was to say or do: ${said}`,
        failures: `The job "${name}" failed five times in a row and is paused: ${reason}\n\nSwitch it on again with: ${command}`,
        interruptions: `The job "${name}" is paused: the gateway ended twice while it ran.\n\nSwitch it on again with: ${command}`,
        "too-late": `The gateway was not running when the job "${name}" was due, and that is more than a day ago. It was to say or do: ${said}`,
      })[ending],
    next: (moment, zone, distance) =>
      `${moment} (${zone})${distance === undefined ? "" : `, in ${distance}`}`,
    never: "it does not come any more",
  },
  de: {
    ended: (ending, { name, said, reason, command }) =>
      ({
        "gave-up": `Die Aufgabe „${name}“ ist dreimal gescheitert und wird nicht noch einmal versucht: ${reason}\n\nSie sollte sagen oder tun: ${said}`,
        failures: `Die Aufgabe „${name}“ ist fünfmal hintereinander gescheitert und pausiert: ${reason}\n\nSo schalten Sie sie wieder ein: ${command}`,
        interruptions: `Die Aufgabe „${name}“ pausiert: Das Gateway endete zweimal, während sie lief.\n\nSo schalten Sie sie wieder ein: ${command}`,
        "too-late": `Das Gateway lief nicht, als die Aufgabe „${name}“ fällig war, und das ist mehr als einen Tag her. Sie sollte sagen oder tun: ${said}`,
      })[ending],
    next: (moment, zone, distance) =>
      `${moment} (${zone})${distance === undefined ? "" : `, in ${distance.replace("days", "Tagen")}`}`,
    never: "sie kommt nicht mehr",
  },
};
