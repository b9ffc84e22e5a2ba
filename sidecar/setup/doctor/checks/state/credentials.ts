/** Logins of model providers that have run out or rest after failures, as far as the files say. */

import { join } from "node:path";
import { readJson } from "../../../../../shared/node/run-state.ts";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice, type Remedy } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { agentDirectories } from "../../entries.ts";

export const credentials: Check = {
  id: "credentials",
  examine: async (context) => {
    const { paths, env } = context.profile;
    const directory = env.CLAWDBOT_OAUTH_DIR || join(paths.stateDir, "credentials");
    const agents = agentDirectories(paths.stateDir).map((agent) => join(agent, "agent"));
    const files = [join(directory, "oauth.json"), join(directory, "auth-profiles.json")];
    return [...files, ...agents.map((agent) => join(agent, "auth-profiles.json"))].flatMap((file) =>
      lookAt(file, context),
    );
  },
};

function lookAt(file: string, context: CheckContext): Finding[] {
  const content = readJson(file);
  if (content === undefined) return [];
  const entries = isRecord(content.profiles) ? content.profiles : content;
  const usage = isRecord(content.usageStats) ? content.usageStats : {};
  return [
    ...Object.entries(entries).flatMap(([name, entry]) => expired(file, name, entry, context)),
    ...Object.entries(usage).flatMap(([name, entry]) => resting(file, name, entry, context)),
  ];
}

/** A login with a refresh token renews itself. */
function expired(file: string, name: string, entry: unknown, { nowMs }: CheckContext): Finding[] {
  if (!isRecord(entry) || typeof entry.expires !== "number" || entry.expires > nowMs) return [];
  if (typeof entry.refresh === "string" && entry.refresh !== "") return [];
  return [
    {
      code: "credentials-expired",
      level: "warning",
      subject: `${file}#${name}`,
      message: advice`the login ${name} in ${file} ran out on ${dayOf(entry.expires)}`,
      remedy: "log in to that provider again",
    },
  ];
}

function resting(file: string, name: string, entry: unknown, { nowMs }: CheckContext): Finding[] {
  if (!isRecord(entry) || typeof entry.cooldownUntil !== "number" || entry.cooldownUntil <= nowMs) return [];
  const minutes = Math.ceil((entry.cooldownUntil - nowMs) / 60_000);
  return [
    {
      code: "credentials-resting",
      level: "hint",
      subject: `${file}#${name}`,
      message: advice`the login ${name} in ${file} is not used for another ${minutes} min after failures`,
    },
  ];
}

function dayOf(ms: number): Remedy {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? advice`an unknown day` : date.toISOString().slice(0, 10);
}
