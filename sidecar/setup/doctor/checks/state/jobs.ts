/** Whether jobs of the schedule do what somebody counts on: those that were paused, that fail, or that nobody starts. */
import { existsSync } from "node:fs";
import { DEFAULTS } from "../../../../../shared/config/defaults.ts";
import { neutralLine } from "../../../../../shared/foreign-text.ts";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { lookIntoDatabase } from "../../../../base/store/database.ts";
import type { Check, Finding } from "../../check.ts";

interface Row {
  id: string;
  name: string;
  isEnabled: boolean;
  state: Record<string, unknown>;
}

const NAME_CHARS = 60;
const REASON_CHARS = 120;

export const jobs: Check = {
  id: "jobs",
  examine: async ({ profile, reading }) => {
    const { storeFile } = profile.paths;
    // What is wrong with the store itself is another check's.
    const rows = existsSync(storeFile) ? await jobsIn(storeFile).catch(() => []) : [];
    const configured = reading.state === "valid" ? reading.config.cron?.enabled : undefined;
    const isOff = !(configured ?? DEFAULTS["cron.enabled"]);
    return [...off(rows, isOff), ...rows.flatMap(findingOf)];
  },
};

async function jobsIn(file: string): Promise<Row[]> {
  const database = await lookIntoDatabase(file);
  try {
    const rows = database
      .prepare("SELECT id, enabled, body, state FROM cron_jobs ORDER BY created_at, id")
      .all();
    return rows.map(({ id, enabled, body, state }) => {
      const read: unknown = JSON.parse(String(state));
      const about: unknown = JSON.parse(String(body));
      return {
        id: String(id),
        name: isRecord(about) ? neutralLine(String(about.name), NAME_CHARS) : "",
        isEnabled: enabled === 1,
        state: isRecord(read) ? read : {},
      };
    });
  } finally {
    database.close();
  }
}

function off(rows: readonly Row[], isOff: boolean): Finding[] {
  const count = rows.filter(({ isEnabled }) => isEnabled).length;
  if (!isOff || count === 0) return [];
  return [
    {
      code: "jobs-off",
      level: "warning",
      message: advice`cron.enabled is false, so none of ${count} jobs is started`,
      remedy: ours`config set cron.enabled true`,
    },
  ];
}

function findingOf({ id, name, isEnabled, state }: Row): Finding[] {
  const why = neutralLine(String(state.lastError ?? ""), REASON_CHARS);
  if (!isEnabled && (state.pausedBy === "failures" || state.pausedBy === "interruptions"))
    return [
      {
        code: "job-paused",
        level: "warning",
        subject: id,
        message: advice`the job ${name} was paused: ${why}`,
        remedy: ours`cron enable ${id}`,
      },
    ];
  const failures = Number(state.failures ?? 0);
  if (!isEnabled || failures < 2) return [];
  return [
    {
      code: "job-fails",
      level: "hint",
      subject: id,
      message: advice`the job ${name} failed ${failures} times in a row: ${why}`,
      remedy: ours`cron runs ${id}`,
    },
  ];
}
