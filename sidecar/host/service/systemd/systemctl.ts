/** Calls `systemctl --user`, by whichever way the manager of this user can be reached. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../../../../shared/errors.ts";
import { foreignLine } from "../../../../shared/foreign-text.ts";
import { account } from "../../../../shared/node/machine.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { advice, ours, type Remedy } from "../../../../shared/remedy.ts";
import { type RunResult, run } from "../../process/run.ts";
import { readProperties, STATE_PROPERTIES, type UnitProperties } from "./unit-state.ts";
import { explainUnreachable, readMachine } from "./unreachable.ts";

/** A way to the manager of this user: the environment and the options that lead there. */
interface Route {
  env: Environment;
  options: readonly string[];
}

/** A way that was tried, with the answer to what was asked on it. */
interface Found {
  route: Route;
  result: RunResult;
}

/** Answers come at once; changes take as long as a unit may take to start and to stop. */
const ASK_LIMIT_MS = 3_000;
const CHANGE_LIMIT_MS = 120_000;
/** An answer counts this long unless we change something: the steps of one command ask one after another, two processes each time. */
const FRESH_MS = 200;

/** A question that is being answered, or was a moment ago. */
interface Question {
  answer: Promise<UnitProperties>;
  answeredAt: number;
}

const VERSION = ["show", "--property=Version"];

export class Systemctl {
  readonly #env: Environment;
  #route: Route | undefined;
  /** By unit. */
  #asked = new Map<string, Question>();

  constructor(env: Environment) {
    // Messages are shown to people and repeated in reports: in one language, whatever the machine's, and without systemd's own diary.
    const plain = { LC_ALL: "C.UTF-8", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "", SYSTEMD_LOG_LEVEL: "info" };
    this.#env = { ...env, ...plain };
  }

  /** Finds the way to the manager and resolves with its version. Fails with `SERVICE_UNAVAILABLE`, telling what is in the way. */
  async connect(): Promise<number> {
    const { stdout } = await this.#call(VERSION, ASK_LIMIT_MS);
    // Distributions add to it: `Version=252.39-1~deb12u2`.
    return Number(/^Version=v?(\d+)/.exec(stdout)?.[1]);
  }

  /** The properties of a unit; one that does not exist has some, too. Whoever asks within `FRESH_MS` gets the same answer. */
  async show(unit: string): Promise<UnitProperties> {
    const known = this.#asked.get(unit);
    if (known !== undefined && performance.now() - known.answeredAt < FRESH_MS) return known.answer;
    const question: Question = { answer: this.#ask(unit), answeredAt: Number.POSITIVE_INFINITY };
    this.#asked.set(unit, question);
    try {
      const properties = await question.answer;
      question.answeredAt = performance.now();
      return properties;
    } catch (error) {
      // What is in the way may be gone at the next attempt.
      if (this.#asked.get(unit) === question) this.#asked.delete(unit);
      throw error;
    }
  }

  /** Runs a verb that changes something. Fails with `SERVICE_FAILED`; `purpose` completes "systemd could not …". */
  async change(purpose: Remedy, ...args: string[]): Promise<void> {
    const result = await this.#call(args, CHANGE_LIMIT_MS);
    // What was asked before this change is over tells nothing about the time after it.
    this.#asked.clear();
    if (!succeeded(result)) throw failure(purpose, result);
  }

  /** Forgets that the unit failed and how often it was started lately. There may be nothing to forget. */
  async resetFailed(unit: string): Promise<void> {
    await this.#call(["reset-failed", "--", unit], ASK_LIMIT_MS);
    this.#asked.clear();
  }

  async #ask(unit: string): Promise<UnitProperties> {
    const show = () =>
      this.#call(["show", `--property=${STATE_PROPERTIES.join(",")}`, "--", unit], ASK_LIMIT_MS);
    // The same property of `show` is from the time when systemd first looked.
    const isEnabled = () => this.#call(["is-enabled", "--", unit], ASK_LIMIT_MS);
    const first = this.#route === undefined ? await show() : undefined;
    const [result, enabled] = await Promise.all([first ?? show(), isEnabled()]);
    if (!succeeded(result)) throw failure(advice`tell the state of ${unit}`, result);
    return { ...readProperties(result.stdout), UnitFileState: enabled.stdout.trim() };
  }

  async #call(args: readonly string[], timeoutMs: number): Promise<RunResult> {
    if (this.#route !== undefined) return systemctl(this.#route, args, timeoutMs);
    // A question that every manager answers finds the way; another verb comes after one.
    const isQuestion = args[0] === "show";
    const { route, result } = await this.#findRoute(isQuestion ? args : VERSION);
    this.#route = route;
    return isQuestion ? result : systemctl(route, args, timeoutMs);
  }

  /** The first way on which `question` is answered. */
  async #findRoute(question: readonly string[]): Promise<Found> {
    const { uid, username } = account();
    let last: RunResult | undefined;
    for (const route of routes(this.#env)) {
      const result = await systemctl(route, question, ASK_LIMIT_MS);
      if (succeeded(result)) return { route, result };
      last = result;
      if (last.end.kind === "not-started") break;
    }
    throw explainUnreachable(last, readMachine(this.#env, username ?? String(uid)));
  }
}

/** As this process is, then what `su` and `sudo` leave out, then through the manager of the system. */
function routes(env: Environment): Route[] {
  const found: Route[] = [{ env, options: ["--user"] }];
  const { uid, username } = account();
  const runtimeDir = join("/run/user", String(uid));
  if (env.XDG_RUNTIME_DIR !== runtimeDir && existsSync(runtimeDir)) {
    const ours = { ...env, XDG_RUNTIME_DIR: runtimeDir, DBUS_SESSION_BUS_ADDRESS: undefined };
    found.push({ env: ours, options: ["--user"] });
  }
  if (username !== undefined && existsSync("/run/systemd/system")) {
    found.push({ env, options: ["--user", `--machine=${username}@`] });
  }
  return found;
}

function systemctl(route: Route, args: readonly string[], timeoutMs: number): Promise<RunResult> {
  return run("systemctl", [...route.options, "--no-ask-password", ...args], { env: route.env, timeoutMs });
}

function succeeded({ end }: RunResult): boolean {
  return end.kind === "exited" && end.code === 0;
}

function failure(purpose: Remedy, { end, stderr }: RunResult): SetupError {
  const said = end.kind === "timed-out" ? advice`it took too long` : reasonIn(stderr);
  return new SetupError("SERVICE_FAILED", advice`systemd could not ${purpose}: ${said}.`, {
    fix: advice`${ours`gateway status`} shows its state`,
    details: { end },
  });
}

function reasonIn(stderr: string): Remedy {
  const lines = stderr.split("\n").map((line) => line.trim());
  const reason = lines.find((line) => line !== "");
  return reason === undefined ? advice`it gave no reason` : foreignLine(reason).replace(/\.$/, "");
}
