/** Carries out what a skill's installer would do: one program with fixed words and no shell, or a download whose hash is known beforehand. */
import { errorText } from "../../../../shared/errors.ts";
import { english } from "../../../../shared/remedy.ts";
import { installerEnv } from "../../../host/process/installer-env.ts";
import { programOnPath } from "../../../host/process/program-on-path.ts";
import { type RunResult, run } from "../../../host/process/run.ts";
import type { CataloguePlace } from "../catalogue.ts";
import { skillPrograms } from "../places.ts";
import type { FoundSkill } from "../skill.ts";
import { download } from "./download.ts";
import { planOf } from "./plan.ts";

/** How it went; `code` is that of the program, null where none ended by itself. Texts are the ends of what it printed. */
export interface InstallResult {
  ok: boolean;
  message: string;
  stdout: string;
  stderr: string;
  code: number | null;
}

/** Where it is installed, and what the network is. */
export interface InstallPlace {
  place: CataloguePlace;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

export const INSTALL_TIMEOUT_MS = 300_000;
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;
const SHOWN_CHARS = 20_000;

/** Never rejects. */
export async function installFor(
  skill: FoundSkill,
  installId: string,
  { place, fetch: get = fetch, signal }: InstallPlace,
  timeoutMs = INSTALL_TIMEOUT_MS,
): Promise<InstallResult> {
  const option = skill.install.find(({ id }) => id === installId);
  if (option === undefined) return failed(`Installer not found: ${installId}`);
  if (option.refused !== undefined)
    return failed(`${installId} is not carried out: ${english(option.refused)}`);
  const { os, bins } = option;
  if (os.length > 0 && !os.includes(place.platform)) return failed(`${installId} is for ${os.join(", ")}`);
  const plan = planOf(option, place.config());
  if (plan === undefined) return failed(`Installer not found: ${installId}`);
  const folder = skillPrograms(place.stateDir, skill.key);
  const { env, platform } = place;
  if (plan.kind === "download") {
    try {
      await download(plan, { folder, env, platform, fetch: get, timeoutMs, signal });
    } catch (error) {
      return failed(`Not installed: ${errorText(error)}`);
    }
    return { ...failed(`Installed in ${folder}`), ok: true };
  }
  const [program, ...words] = plan.words;
  const file = programOnPath(program, { env, platform });
  if (file === undefined) return failed(`${program} is not installed`);
  const ended = await run(file, words, {
    timeoutMs,
    env: installerEnv(env),
    signal,
    maxOutputBytes: MOST_OUTPUT_BYTES,
  });
  const result = resultOf(program, ended);
  const lacking = bins.filter((name) => programOnPath(name, { env, platform }) === undefined);
  return result.ok && lacking.length > 0
    ? { ...result, message: `${result.message}, but the PATH has no ${lacking.join(", ")}` }
    : result;
}

function resultOf(program: string, { end, stdout, stderr }: RunResult): InstallResult {
  const shown = { stdout: stdout.slice(-SHOWN_CHARS), stderr: stderr.slice(-SHOWN_CHARS) };
  if (end.kind === "exited" && end.code === 0) return { ok: true, message: "Installed", ...shown, code: 0 };
  const code = end.kind === "exited" ? end.code : null;
  return { ok: false, message: `${program} failed: ${ENDS[end.kind](end as never)}`, ...shown, code };
}

const ENDS: {
  readonly [K in RunResult["end"]["kind"]]: (end: Extract<RunResult["end"], { kind: K }>) => string;
} = {
  exited: ({ code }) => `exit code ${code}`,
  signalled: ({ signal }) => `ended by ${signal}`,
  "timed-out": () => "it took too long and was ended",
  aborted: () => "whoever asked for it went away",
  "too-much-output": () => "it printed too much and was ended",
  "not-started": ({ code }) => `it could not be started (${code})`,
};

function failed(message: string): InstallResult {
  return { ok: false, message, stdout: "", stderr: "", code: null };
}
