/** Calls `systemctl --user`, by whichever way the manager of this user can be reached. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../../../../shared/errors.ts";
import { foreignLine } from "../../../../shared/foreign-text.ts";
import { account } from "../../../../shared/node/machine.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { type RunResult, run } from "../../process/run.ts";
import { readProperties, STATE_PROPERTIES, type UnitProperties } from "./unit-state.ts";
import { explainUnreachable, lookAround } from "./unreachable.ts";

/** A way to the manager of this user: the environment and the options that lead there. */
interface Route {
  env: Environment;
  options: readonly string[];
}

/** A way that was tried and leads to a manager of this version. */
interface Connection extends Route {
  version: number;
}

/** Answers come at once; changes take as long as a unit may take to start and to stop. */
const ASK_LIMIT_MS = 3_000;
const CHANGE_LIMIT_MS = 120_000;

export class Systemctl {
  readonly #env: Environment;
  #connection: Promise<Connection> | undefined;
  /** Questions that are being answered, by unit. */
  #asked = new Map<string, Promise<UnitProperties>>();

  constructor(env: Environment) {
    // Messages are shown to people and repeated in reports: in one language, whatever the machine's, and without systemd's own diary.
    const plain = { LC_ALL: "C.UTF-8", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "", SYSTEMD_LOG_LEVEL: "info" };
    this.#env = { ...env, ...plain };
  }

  /** Finds the way to the manager and resolves with its version. Fails with `SERVICE_UNAVAILABLE`, telling what is in the way. */
  async connect(): Promise<number> {
    return (await this.#connected()).version;
  }

  /** The properties of a unit; one that does not exist has some, too. Whoever asks at the same time gets the same answer. */
  show(unit: string): Promise<UnitProperties> {
    const known = this.#asked.get(unit);
    if (known !== undefined) return known;
    const answer = this.#ask(unit).finally(() => {
      if (this.#asked.get(unit) === answer) this.#asked.delete(unit);
    });
    this.#asked.set(unit, answer);
    return answer;
  }

  /** Runs a verb that changes something. Fails with `SERVICE_FAILED`; `purpose` completes "systemd could not …". */
  async change(purpose: string, ...args: string[]): Promise<void> {
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
    const properties = STATE_PROPERTIES.join(",");
    const [result, enabled] = await Promise.all([
      this.#call(["show", `--property=${properties}`, "--", unit], ASK_LIMIT_MS),
      // The same property of `show` is from the time when systemd first looked.
      this.#call(["is-enabled", "--", unit], ASK_LIMIT_MS),
    ]);
    if (!succeeded(result)) throw failure(`tell the state of ${unit}`, result);
    return { ...readProperties(result.stdout), UnitFileState: enabled.stdout.trim() };
  }

  async #call(args: readonly string[], timeoutMs: number): Promise<RunResult> {
    const route = await this.#connected();
    return systemctl(route, args, timeoutMs);
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#findRoute().catch((error: unknown) => {
      // What is in the way may be gone at the next attempt.
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #findRoute(): Promise<Connection> {
    const { uid, username } = account();
    let last: RunResult | undefined;
    for (const route of routes(this.#env)) {
      last = await systemctl(route, ["show", "--property=Version"], ASK_LIMIT_MS);
      // Distributions add to it: `Version=252.39-1~deb12u2`.
      if (succeeded(last)) return { ...route, version: Number(/^Version=v?(\d+)/.exec(last.stdout)?.[1]) };
      if (last.end.kind === "not-started") break;
    }
    throw explainUnreachable(last, lookAround(this.#env, username ?? String(uid)));
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

function failure(purpose: string, { end, stderr }: RunResult): SetupError {
  const reason =
    end.kind === "timed-out"
      ? "it took too long"
      : (stderr
          .split("\n")
          .map((line) => line.trim())
          .find((line) => line !== "") ?? "it gave no reason");
  const said = foreignLine(reason).replace(/\.$/, "");
  return new SetupError("SERVICE_FAILED", `systemd could not ${purpose}: ${said}.`, {
    fix: "clawdbot gateway status shows its state",
    details: { end },
  });
}
