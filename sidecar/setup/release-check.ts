/**
 * Whether the npm registry has a newer version: asked only where `update.check` is true, at most once a day, and told nothing but the
 * name of the package. Whoever asks waits two seconds at most.
 */

import { join } from "node:path";
import { errorText, systemCode } from "../../shared/errors.ts";
import type { ConfigReading } from "../../shared/node/config-source.ts";
import { foreignPlace } from "../../shared/node/foreign-state.ts";
import type { Environment } from "../../shared/node/paths.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import { readJson, writeJsonFile } from "../../shared/node/run-state.ts";
import { smallText } from "../../shared/node/small-file.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { APP_VERSION, isNewer } from "../../shared/version.ts";

/** What is known: a newer version with the command that installs it, that there is none, or why nobody knows. */
export type ReleaseNews =
  | { kind: "newer"; version: string; command: string }
  | { kind: "current" }
  | { kind: "unknown"; reason: string };

type Place = Pick<ProfileContext, "env" | "paths">;

/**
 * What the registry said today, or says now. Undefined when nobody wants to know, and where the question could not be noted down and
 * would be asked again and again. Never rejects.
 */
export async function releaseNews(
  reading: ConfigReading,
  place: Place,
  nowMs: number,
): Promise<ReleaseNews | undefined> {
  if (reading.state !== "valid" || reading.config.update?.check !== true) return undefined;
  const file = join(place.paths.runDir, "update-check.json");
  const noted = notedIn(file);
  if (noted !== undefined && nowMs >= noted.askedAtMs && nowMs - noted.askedAtMs < DAY_MS)
    return newsOf(noted);
  if (foreignPlace(place) !== undefined) return undefined;
  try {
    // Before it is asked: an answer that never comes counts as well.
    note(file, { askedAtMs: nowMs, reason: "no answer" });
    const answer = await ask(registryUrl(place));
    note(file, { askedAtMs: nowMs, ...answer });
    return newsOf(answer);
  } catch {
    return undefined; // A state directory that cannot be written is another check's finding.
  }
}

/** The name of the package in the registry; a unit test keeps it equal to package.json. */
export const PACKAGE_NAME = "clawdbot-companion";

const DAY_MS = 24 * 60 * 60 * 1000;
const PATIENCE_MS = 2_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_NPMRC_BYTES = 64 * 1024;
const DEFAULT_REGISTRY = "https://registry.npmjs.org/";

type Answer = { version: string } | { reason: string };
type Note = Answer & { askedAtMs: number };

function newsOf(answer: Answer): ReleaseNews {
  if ("reason" in answer) return { kind: "unknown", reason: answer.reason };
  const { version } = answer;
  if (!isNewer(version, APP_VERSION)) return { kind: "current" };
  return { kind: "newer", version, command: `npm install -g ${PACKAGE_NAME}@${version}` };
}

async function ask(url: URL | undefined): Promise<Answer> {
  if (url === undefined) return { reason: "npm's setting of the registry is no address" };
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) return { reason: `${url.host} answers ${response.status}` };
    const answer: unknown = JSON.parse(await textOf(response));
    const version = isRecord(answer) ? answer.version : undefined;
    const isVersion = typeof version === "string" && /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(version);
    return isVersion ? { version } : { reason: `${url.host} names no version` };
  } catch (error) {
    return { reason: `${url.host}: ${reasonOf(error)}` };
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_BYTES) throw new Error("the answer is too long");
  }
  return text;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "no answer within 2 s";
  const cause = error instanceof Error ? error.cause : undefined;
  return systemCode(cause) ?? errorText(error);
}

/** npm's own order: its variable, the file of the user, the registry of everybody. */
function registryUrl({ env, paths }: Place): URL | undefined {
  const base = variable(env, "npm_config_registry") ?? npmrcRegistry(env, paths.home) ?? DEFAULT_REGISTRY;
  const whole = URL.parse(`${base.replace(/\/*$/, "/")}${PACKAGE_NAME}/latest`);
  return whole !== null && /^https?:$/.test(whole.protocol) ? whole : undefined;
}

function npmrcRegistry(env: Environment, home: string): string | undefined {
  const text = smallText(variable(env, "npm_config_userconfig") ?? join(home, ".npmrc"), MAX_NPMRC_BYTES);
  return /^\s*registry\s*=\s*"?([^\s"]+)/m.exec(text ?? "")?.[1];
}

/** npm takes its variables in either case. */
function variable(env: Environment, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

function notedIn(file: string): Note | undefined {
  const { askedAtMs, version, reason } = readJson(file) ?? {};
  if (typeof askedAtMs !== "number") return undefined;
  if (typeof version === "string") return { askedAtMs, version };
  return { askedAtMs, reason: typeof reason === "string" ? reason : "no answer" };
}

function note(file: string, content: Note): void {
  writeJsonFile(file, content, { parents: false });
}
