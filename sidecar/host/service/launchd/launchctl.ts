/**
 * Speaks with launchd through `launchctl`: one method per request, with its exit codes turned into answers. The program is the first
 * `launchctl` on the PATH, so that tests can put a recorder in front also on a Mac, where `/bin` always has the real one; a PATH
 * without `/bin` still finds that.
 */

import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SetupError } from "../../../../shared/errors.ts";
import { foreignLine } from "../../../../shared/foreign-text.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { isAlive } from "../../../../shared/node/process-identity.ts";
import { advice, ours } from "../../../../shared/remedy.ts";
import { run } from "../../process/run.ts";
import { EXIT_TIMEOUT_S } from "./agent.ts";
import { isDisabled, type JobFacts, readJobFacts } from "./print.ts";

/** What a request led to. */
export interface Answer {
  code: number;
  text: string;
  /** What it complained about, on one line. */
  complaint: string;
}

/** Where a job may live, and the job if it is loaded there. */
export interface Whereabouts {
  /** Domains that exist, such as `gui/501`, the preferred one first. */
  domains: readonly string[];
  job: LoadedJob | undefined;
}

export interface LoadedJob {
  domain: string;
  facts: JobFacts;
}

const REAL_PROGRAM = "/bin/launchctl";

/** No answer of launchd takes this long by itself. */
const CALL_TIMEOUT_MS = 10_000;
/** For questions: what cannot be answered by then is not worth a slow report. */
const QUESTION_TIMEOUT_MS = 3_000;

/** A job gets its whole time to end before launchd kills it, and a little more to be seen as gone. */
const UNLOAD_WAIT_MS = (EXIT_TIMEOUT_S + 5) * 1_000;
const START_WAIT_MS = 10_000;
const POLL_MS = 50;

/** Between two attempts to load a job that launchd is still busy with. */
const RETRY_MS = 1_000;
const MAX_ATTEMPTS = 4;

/** Exit codes of launchctl, which are error numbers of macOS. */
const NO_SUCH_PROCESS = 3;
const INPUT_OUTPUT_ERROR = 5;
const IN_PROGRESS = 36;
const ALREADY = 37;
const NO_SUCH_DOMAIN = 112;
const NO_SUCH_SERVICE = 113;
const NOT_IN_THIS_DOMAIN = 125;

export class Launchctl {
  readonly #env: Environment;
  readonly #uid: number;

  /** `uid` is the user whose jobs these are. */
  constructor(env: Environment, uid: number) {
    this.#env = env;
    this.#uid = uid;
  }

  /** Looks for the job where users' jobs are: in the session at the screen, then in the one that exists without. */
  async locate(label: string): Promise<Whereabouts> {
    const domains: string[] = [];
    for (const domain of [`gui/${this.#uid}`, `user/${this.#uid}`]) {
      const found = await this.#look(domain, label);
      if (found === "no domain") continue;
      domains.push(domain);
      if (found !== "no job") return { domains, job: { domain, facts: found } };
    }
    return { domains, job: undefined };
  }

  /** Whether root's launchd has a job of this name. */
  async isSystemJob(label: string): Promise<boolean> {
    return (await this.#ask(["print", `system/${label}`])).code === 0;
  }

  /** Whether the user's launchd is told never to start it. False also where it cannot say. */
  async isDisabled(label: string): Promise<boolean> {
    const answer = await this.#ask(["print-disabled", `gui/${this.#uid}`]);
    return answer.code === 0 && isDisabled(answer.text, label);
  }

  /**
   * Unloads the job wherever it is and resolves when its process is gone; false when it was not loaded. A job that takes long
   * answers with an error although it does end, so what counts is whether it is still there.
   */
  async unload(label: string): Promise<boolean> {
    const { job } = await this.locate(label);
    if (job === undefined) return false;
    const target = `${job.domain}/${label}`;
    const answer = await this.#request(["bootout", target]);
    const isExpected = [0, NO_SUCH_PROCESS, IN_PROGRESS, NO_SUCH_SERVICE].includes(answer.code);
    if (!isExpected) throw failure(`bootout ${target}`, answer);
    const { pid } = job.facts;
    const isGone = await eventually(UNLOAD_WAIT_MS, async () => {
      const isLoaded = typeof (await this.#look(job.domain, label)) === "object";
      return !isLoaded && (pid === undefined || !isAlive(pid));
    });
    if (isGone) return true;
    throw new SetupError(
      "SERVICE_FAILED",
      advice`The LaunchAgent ${label} did not end within ${UNLOAD_WAIT_MS / 1_000} s.`,
      { fix: advice`look at it with: launchctl print ${target}`, details: { label, pid } },
    );
  }

  /**
   * Loads the property list into the first domain that takes it, allowed to start at login. Fails with `SERVICE_UNAVAILABLE`
   * when none does, because nobody is logged in, and with `SERVICE_FAILED` and launchd's exit code in `details` when it refuses.
   */
  async load(label: string, file: string): Promise<void> {
    const { domains, job } = await this.locate(label);
    if (job !== undefined) return;
    for (const domain of domains) {
      await this.#request(["enable", `${domain}/${label}`]);
      const answer = await this.#bootstrap(domain, label, file);
      if (answer.code === 0) return;
      if (!isMissingDomain(answer)) throw failure(`bootstrap ${domain} ${file}`, answer);
    }
    throw nobodyLoggedIn();
  }

  /** Starts a loaded job unless it runs, and resolves when its process is there or has come and gone. */
  async start(label: string): Promise<void> {
    const { job } = await this.locate(label);
    // Also a process that launchd is only about to turn into the program.
    if (job === undefined || job.facts.pid !== undefined) return;
    const target = `${job.domain}/${label}`;
    const answer = await this.#request(["kickstart", target]);
    if (answer.code !== 0 && answer.code !== ALREADY) throw failure(`kickstart ${target}`, answer);
    await this.#awaitStart(label, job.facts);
  }

  /** Replaces the process of a loaded job, and resolves when the new one is there or has come and gone. */
  async restart(label: string, { domain, facts }: LoadedJob): Promise<void> {
    const target = `${domain}/${label}`;
    const answer = await this.#request(["kickstart", "-k", target], UNLOAD_WAIT_MS);
    if (answer.code !== 0 && answer.code !== ALREADY) throw failure(`kickstart -k ${target}`, answer);
    await this.#awaitStart(label, facts, UNLOAD_WAIT_MS);
  }

  /** The program itself, for what has to outlive this process. */
  get program(): string {
    const folders = (this.#env.PATH ?? "").split(":").filter(isAbsolute);
    // A relative entry would run what lies around in the current directory.
    return folders.map((folder) => join(folder, "launchctl")).find(isExecutable) ?? REAL_PROGRAM;
  }

  /** The environment of that program: nothing of ours, and English words. */
  get environment(): Environment {
    const foreign = Object.entries(this.#env).filter(([name]) => !name.startsWith("CLAWDBOT_"));
    return { ...Object.fromEntries(foreign), LC_ALL: "C" };
  }

  async #look(domain: string, label: string): Promise<JobFacts | "no job" | "no domain"> {
    const answer = await this.#ask(["print", `${domain}/${label}`]);
    if (answer.code === 0) return readJobFacts(answer.text);
    if (isMissingDomain(answer)) return "no domain";
    if (answer.code === NO_SUCH_SERVICE || answer.code === NO_SUCH_PROCESS) return "no job";
    throw failure(`print ${domain}/${label}`, answer);
  }

  /** 5 and 37 come while launchd is still busy with what was there, and also when the job is loaded after all. */
  async #bootstrap(domain: string, label: string, file: string): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#request(["bootstrap", domain, file]);
      if (answer.code !== INPUT_OUTPUT_ERROR && answer.code !== ALREADY) return answer;
      if ((await this.locate(label)).job !== undefined) return { ...answer, code: 0 };
      if (attempt === MAX_ATTEMPTS) return answer;
      await delay(RETRY_MS);
    }
  }

  /** A job that is held back because it failed a moment ago is left to launchd. */
  async #awaitStart(label: string, before: JobFacts, waitMs = START_WAIT_MS): Promise<void> {
    await eventually(waitMs, async () => {
      const { job } = await this.locate(label);
      if (job === undefined) return true;
      const { pid, runs } = job.facts;
      const isNew = pid !== undefined && pid !== before.pid;
      return (
        isNew || (runs !== undefined && before.runs !== undefined && runs > before.runs && pid === undefined)
      );
    });
  }

  #ask(args: readonly string[]): Promise<Answer> {
    return this.#request(args, QUESTION_TIMEOUT_MS);
  }

  async #request(args: readonly string[], timeoutMs = CALL_TIMEOUT_MS): Promise<Answer> {
    const { program } = this;
    const { end, stdout, stderr } = await run(program, args, { env: this.environment, timeoutMs });
    if (end.kind === "exited") {
      return { code: end.code, text: stdout, complaint: foreignLine(stderr) };
    }
    const reason =
      end.kind === "not-started" ? `${program}: ${end.code}` : `${program} ${args[0]}: ${end.kind}`;
    throw new SetupError("SERVICE_UNAVAILABLE", advice`launchd cannot be reached (${reason}).`, {
      fix: advice`log out and in, then try again; until then run ${ours`gateway`} in the foreground`,
    });
  }
}

/** What is wrong when no domain of the user exists or takes the job. */
export function nobodyLoggedIn(): SetupError {
  return new SetupError(
    "SERVICE_UNAVAILABLE",
    "launchd has no session for this user: a LaunchAgent needs somebody logged in at the screen of this Mac, not only by ssh.",
    {
      fix: advice`log in at the screen or by screen sharing once and try again, or run ${ours`gateway`} in the foreground`,
    },
  );
}

/** The failure to load `file`, a path without symbolic links, with its cause where that can be told: error 5 itself says nothing. */
export function explainedFailure(error: unknown, file: string): unknown {
  const isRefused = error instanceof SetupError && error.details?.exitCode === INPUT_OUTPUT_ERROR;
  if (!isRefused || !file.startsWith("/Volumes/")) return error;
  return new SetupError(
    "SERVICE_FAILED",
    advice`launchd loads no LaunchAgent from an external volume, and the home directory is on one: ${file}.`,
    {
      cause: error,
      fix: advice`run ${ours`gateway`} in the foreground, or move the home directory to the internal volume`,
    },
  );
}

function failure(request: string, { code, complaint }: Answer): SetupError {
  return new SetupError(
    "SERVICE_FAILED",
    advice`launchctl ${request} failed with ${code}${complaint && ` (${complaint})`}.`,
    {
      fix: "try again; if it stays, log out and in, which makes launchd forget what it is stuck with",
      details: { exitCode: code },
    },
  );
}

function isMissingDomain({ code, complaint }: Answer): boolean {
  const isSaid = /could not find (specified )?domain|domain does not support/i.test(complaint);
  return code === NO_SUCH_DOMAIN || code === NOT_IN_THIS_DOMAIN || isSaid;
}

/** Whether it came true in time. */
async function eventually(waitMs: number, isTrue: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + waitMs;
  for (;;) {
    if (await isTrue()) return true;
    if (performance.now() > until) return false;
    await delay(POLL_MS);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us: the next folder is tried.
  }
}
