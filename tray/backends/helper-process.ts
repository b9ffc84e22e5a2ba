/**
 * One run of the systray2 helper. Speaks its protocol, one JSON object per line both ways, and reports how the run
 * ended with what the helper last wrote to stderr.
 */
import { createInterface } from "node:readline";
import { execa } from "execa";
import type { Action, Menu, MenuItem } from "systray2";
import { neutralLine } from "../../shared/foreign-text.ts";
import type { Environment } from "../../shared/node/paths.ts";
import type { HelperProgram } from "./helper-files.ts";
import type { HelperEnd } from "./tray-loss.ts";

/** An item on the wire. `__id` names it in both directions. */
export interface WireItem extends MenuItem {
  __id: number;
  items?: WireItem[];
}

/** The menu on the wire. */
export interface WireMenu extends Menu {
  items: WireItem[];
}

/** The actions of systray2 that a menu with fixed rows needs. */
export type WireAction = Extract<Action, { type: "update-item" | "update-menu" }>;

/** How a run ended; `wasAsked` when we stopped it. */
export interface HelperExit {
  readonly end: HelperEnd;
  readonly wasAsked: boolean;
}

export interface HelperEvents {
  /** The helper is connected to the desktop and wants its menu as the first message. */
  ready(): void;
  clicked(itemNumber: number): void;
  /** Said exactly once, also when the program could not be started. */
  exited(exit: HelperExit): void;
}

/** Why we ended it. */
type Verdict = { how: "deaf" } | { how: "not-ready"; afterMs: number };
type Child = ReturnType<typeof spawnHelper>;

const READY_BUDGET_MS = 5_000;
const MAX_LAST_WORDS_LENGTH = 200;
const GTK_PREFIX = /^\(\S+:\d+\): \S+ \*\*: [\d:.]+: /;
const STDERR_TAIL_BYTES = 8 * 1024;
/** A helper that leaves this much unread hangs; it is ended and started again. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export class HelperProcess {
  readonly #events: HelperEvents;
  readonly #child: Child;
  #isReady = false;
  #stderr = "";
  /** Why we killed it, when we did. */
  #verdict: Verdict | undefined;
  #wasAsked = false;

  /** Starts the helper; `env` is its whole environment but for the library folder. */
  constructor(program: HelperProgram, env: Environment, events: HelperEvents) {
    this.#events = events;
    this.#child = spawnHelper(program, env);
    void this.#watch();
  }

  /** Sends the menu, once, and after it actions. A helper that does not read is ended. */
  send(message: WireMenu | WireAction | { type: "exit" }): void {
    const { stdin } = this.#child;
    if (!stdin.writable) return;
    stdin.write(`${JSON.stringify(message)}\n`);
    if (stdin.writableLength > MAX_UNREAD_BYTES) this.#kill({ how: "deaf" });
  }

  /** Ends the helper, politely first; resolves when it is gone. It is killed after `deadlineMs`. */
  async stop(deadlineMs: number): Promise<void> {
    this.#wasAsked = true;
    this.send({ type: "exit" });
    this.#child.stdin.end();
    const escalation = setTimeout(() => this.#child.kill("SIGKILL"), deadlineMs);
    await this.#child;
    clearTimeout(escalation);
  }

  async #watch(): Promise<void> {
    const readyTimer = setTimeout(
      () => this.#kill({ how: "not-ready", afterMs: READY_BUDGET_MS }),
      READY_BUDGET_MS,
    );
    // A write to a helper that has just died fails here; its exit says the same.
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-STDERR_TAIL_BYTES);
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const event = parseHelperEvent(line);
      if (event?.type === "ready" && !this.#isReady) {
        clearTimeout(readyTimer);
        this.#isReady = true;
        this.#events.ready();
      } else if (event?.type === "clicked") this.#events.clicked(event.itemNumber);
    });
    const result = await this.#child;
    clearTimeout(readyTimer);
    this.#events.exited({ end: this.#endOf(result), wasAsked: this.#wasAsked });
  }

  #kill(verdict: Verdict): void {
    this.#verdict ??= verdict;
    this.#child.kill("SIGKILL");
  }

  #endOf(result: Awaited<Child>): HelperEnd {
    const lastLine = this.#stderr.trim().split("\n").at(-1) ?? "";
    // Without the process number and the time of day, the same failure is the same each time.
    const lastWords = neutralLine(lastLine.replace(GTK_PREFIX, ""), MAX_LAST_WORDS_LENGTH);
    const { exitCode, signal } = result;
    if (this.#verdict !== undefined) return { ...this.#verdict, lastWords };
    if (exitCode !== undefined) return { how: "code", code: exitCode, lastWords };
    if (signal !== undefined) return { how: "signal", signal, lastWords };
    return { how: "not-started", why: result.originalMessage ?? "", lastWords };
  }
}

/** What the helper says in one line; undefined for anything that is not part of its protocol. */
export function parseHelperEvent(
  line: string,
): { type: "ready" } | { type: "clicked"; itemNumber: number } | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    // GTK prints on the same stream; what is not JSON is not meant for us.
    return undefined;
  }
  if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
  if (message.type === "ready") return { type: "ready" };
  if (message.type !== "clicked" || !("__id" in message) || typeof message.__id !== "number")
    return undefined;
  return { type: "clicked", itemNumber: message.__id };
}

function spawnHelper(program: HelperProgram, env: Environment) {
  return execa(program.path, [], {
    cwd: program.folder,
    env: helperEnvironment(program, env),
    extendEnv: false,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
    windowsHide: true,
  });
}

function helperEnvironment({ libraryFolder }: HelperProgram, env: Environment): Environment {
  if (libraryFolder === undefined) return env;
  return { ...env, LD_LIBRARY_PATH: [libraryFolder, env.LD_LIBRARY_PATH].filter(Boolean).join(":") };
}
