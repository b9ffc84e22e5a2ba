/** The `tailscale` program as questions and answers: status, whois, what is served, and serving it. */
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import { type RunResult, run } from "../../process/run.ts";
import {
  readLogin,
  readOperator,
  readStatus,
  readVersion,
  reasonIn,
  type TailscaleStatus,
} from "./answers.ts";
import { type ProgramPlace, programEnv, tailscalePrograms } from "./program.ts";
import { readServeConfig, removalArgs, type ServeConfig, type ServeWish } from "./serve-config.ts";

/** Why a question has no answer. `reason` is for people, as far as possible in Tailscale's own words. */
export interface TailscaleFailure {
  kind: "not-installed" | "too-old" | "denied" | "timed-out" | "aborted" | "failed";
  reason: Remedy;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; failure: TailscaleFailure };

/** How a command that changes something is run. */
export interface ChangeOptions {
  signal?: AbortSignal | undefined;
  /** Through `sudo -n`, which asks for nothing and fails instead. */
  elevated?: boolean;
}

/** Time limits in ms. */
const LIMITS = { version: 3_000, question: 5_000, change: 15_000 } as const;
/** The first version with `serve --bg`. */
const OLDEST: readonly [number, number] = [1, 52];

export class TailscaleCli {
  #place: ProgramPlace;
  #program: string | undefined;

  constructor(place: ProgramPlace) {
    this.#place = place;
  }

  /** Whether `elevated` can help here. */
  get canElevate(): boolean {
    return this.#place.platform !== "win32";
  }

  async status(signal?: AbortSignal): Promise<Answer<TailscaleStatus>> {
    return this.#ask(["status", "--json"], readStatus, signal);
  }

  /** The login of the person whose machine has this tailnet address; undefined for a tagged machine. */
  async loginOf(address: string, signal?: AbortSignal): Promise<Answer<string | undefined>> {
    const answer = await this.#ask(
      ["whois", "--json", address],
      (text) => ({ login: readLogin(text) }),
      signal,
    );
    return answer.ok ? { ok: true, value: answer.value.login } : answer;
  }

  /** The user who may change what is served without being root; undefined when nobody else may. */
  async operatorUser(signal?: AbortSignal): Promise<Answer<string | undefined>> {
    const answer = await this.#ask(["debug", "prefs"], readOperator, signal);
    return answer.ok ? { ok: true, value: answer.value.user } : answer;
  }

  async serveConfig(signal?: AbortSignal): Promise<Answer<ServeConfig>> {
    return this.#ask(["serve", "status", "--json"], readServeConfig, signal);
  }

  /**
   * Hands the root of this machine's HTTPS name to our port and returns what the program said. Success only means that the
   * command ended well: Tailscale also says so when the tailnet does not allow it, hence look at `serveConfig` afterwards.
   */
  async expose(
    { mode, port }: Pick<ServeWish, "mode" | "port">,
    options: ChangeOptions = {},
  ): Promise<Answer<string>> {
    return this.#change([mode, "--bg", "--yes", String(port)], options);
  }

  /** Removes the handler at the root and no other. */
  async removeRoot(options: ChangeOptions = {}): Promise<Answer<string>> {
    return this.#change(removalArgs("/"), options);
  }

  async #ask<T>(
    args: readonly string[],
    read: (text: string) => T | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer<T>> {
    const program = await this.#find(signal);
    if (!program.ok) return program;
    const result = await this.#run(program.value, args, { timeoutMs: LIMITS.question, signal });
    const failure = failureOf(result, args);
    if (failure !== undefined) return { ok: false, failure };
    const value = read(result.stdout);
    if (value !== undefined) return { ok: true, value };
    return failed("failed", advice`what tailscale ${args.join(" ")} printed cannot be understood`);
  }

  async #change(
    args: readonly string[],
    { signal, elevated = false }: ChangeOptions,
  ): Promise<Answer<string>> {
    const program = await this.#find(signal);
    if (!program.ok) return program;
    const result = elevated
      ? await this.#run("sudo", ["-n", program.value, ...args], {
          timeoutMs: LIMITS.change,
          signal,
          session: "ours",
        })
      : await this.#run(program.value, args, { timeoutMs: LIMITS.change, signal });
    const failure = failureOf(result, args);
    return failure === undefined
      ? { ok: true, value: reasonIn(result.stdout, result.stderr) }
      : { ok: false, failure };
  }

  /** The first program that answers with a version that can serve in the background; found once, then kept. */
  async #find(signal: AbortSignal | undefined): Promise<Answer<string>> {
    if (this.#program !== undefined) return { ok: true, value: this.#program };
    let problem: Answer<string> = failed("not-installed", "the tailscale program was not found");
    for (const program of tailscalePrograms(this.#place)) {
      const result = await this.#run(program, ["version"], { timeoutMs: LIMITS.version, signal });
      const failure = failureOf(result, ["version"]);
      const version = readVersion(result.stdout);
      if (failure !== undefined) problem = { ok: false, failure };
      else if (version === undefined)
        problem = failed("failed", advice`${program} does not tell its version`);
      else if (isOlder(version, OLDEST)) {
        const [have, need] = [version.join("."), OLDEST.join(".")];
        problem = failed("too-old", advice`Tailscale ${have} is too old, ${need} or newer is needed`);
      } else {
        this.#program = program;
        return { ok: true, value: program };
      }
    }
    return problem;
  }

  #run(
    file: string,
    args: readonly string[],
    options: { timeoutMs: number; signal: AbortSignal | undefined; session?: "ours" },
  ): Promise<RunResult> {
    return run(file, args, { ...options, env: programEnv(this.#place) });
  }
}

function failureOf(
  { end, stdout, stderr }: RunResult,
  args: readonly string[],
): TailscaleFailure | undefined {
  const command = `tailscale ${args.join(" ")}`;
  const said = reasonIn(stdout, stderr);
  switch (end.kind) {
    case "exited":
      if (end.code === 0) return undefined;
      if (isDenial(said)) return { kind: "denied", reason: withoutAdvice(said) };
      return { kind: "failed", reason: said || advice`${command} ended with code ${end.code}` };
    case "timed-out":
      return { kind: "timed-out", reason: said || advice`${command} did not answer in time` };
    case "aborted":
      return { kind: "aborted", reason: advice`${command} was cut short` };
    case "too-much-output":
      return { kind: "failed", reason: advice`${command} printed too much` };
    case "signalled":
      return { kind: "failed", reason: said || advice`${command} was ended by ${end.signal}` };
    case "not-started":
      return { kind: "failed", reason: advice`${command} cannot be started (${end.code})` };
  }
}

function isDenial(said: string): boolean {
  return /access denied|permission denied|operation not permitted|must be root/i.test(said);
}

/** Tailscale adds which command to run with sudo; the remedy we name is another one. */
function withoutAdvice(said: string): string {
  return said.replace(/\s*(Use 'sudo|To not require root).*$/i, "").replace(/\.$/, "");
}

function isOlder(
  [major, minor]: readonly [number, number],
  [atMajor, atMinor]: readonly [number, number],
): boolean {
  return major < atMajor || (major === atMajor && minor < atMinor);
}

function failed(kind: TailscaleFailure["kind"], reason: Remedy): { ok: false; failure: TailscaleFailure } {
  return { ok: false, failure: { kind, reason } };
}
