/**
 * The process that drives browsers, as the gateway sees it: started when somebody asks for something, ended when nobody did for a while,
 * and with the gateway. Loaded with the first use.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../../shared/clock.ts";
import { plainText } from "../../../../shared/errors.ts";
import type { Disposable } from "../../../../shared/lifecycle.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { until } from "../../../base/abortable.ts";
import type { Logger } from "../../../base/log/logger.ts";
import { programEnvironment, programPath } from "../exec/environment.ts";
import { endTree, MARK } from "../exec/process-tree.ts";
import type { Answer, Order, Outcome } from "./child/messages.ts";

export interface HostPlace {
  clock: Clock;
  log: Logger;
  env: Environment;
  stateDir: string;
  idleMs: () => number;
}

/** Beyond what an action itself may take: a browser is started for it, downloads are waited for. */
const GRACE_MS = 60_000;
/** How long it has to end by itself. */
const PATIENCE_MS = 6_000;
const MOST_SAID_CHARS = 1_000;

interface Waiting {
  resolve: (outcome: Outcome) => void;
  reject: (error: Error) => void;
}

interface Running {
  child: ChildProcess;
  mark: string;
  waiting: Map<number, Waiting>;
  ended: Promise<void>;
  isEnding: boolean;
}

export class BrowserHost {
  #place: HostPlace;
  #running: Running | undefined;
  #ending: Promise<void> | undefined;
  #idle: Disposable | undefined;
  #lastId = 0;
  #busy = 0;

  constructor(place: HostPlace) {
    this.#place = place;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** What came of the order. Fails with a sentence, also when the process ended in the middle of it. */
  async perform(order: Omit<Order, "id">, signal: AbortSignal): Promise<Outcome> {
    this.#idle?.dispose();
    this.#busy += 1;
    try {
      // Two browsers of one profile would be one too many.
      if (this.#running?.isEnding !== false) await this.#ending;
      const running = this.#running ?? this.#start();
      return await until(signal, this.#ask(running, order));
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0 && this.#running !== undefined)
        this.#idle = this.#place.clock.after(this.#place.idleMs(), () => void this.stop());
    }
  }

  /** Ends it with all its browsers; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#idle?.dispose();
    const running = this.#running;
    if (running === undefined) return await this.#ending;
    running.isEnding = true;
    if (running.child.connected) running.child.disconnect();
    const deadline = this.#place.clock.after(PATIENCE_MS, () => running.child.kill("SIGKILL"));
    await running.ended;
    deadline.dispose();
  }

  #ask({ child, waiting }: Running, order: Omit<Order, "id">): Promise<Outcome> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const deadline = this.#place.clock.after(order.timeoutMs + GRACE_MS, () => {
      reject(new Error("The browser does not answer, and was ended; open the page again."));
      child.kill("SIGKILL");
    });
    waiting.set(id, { resolve, reject });
    child.send({ ...order, id }, (error) => {
      if (error !== null) reject(new Error(GONE));
    });
    return promise.finally(() => {
      deadline.dispose();
      waiting.delete(id);
    });
  }

  #start(): Running {
    const { env, stateDir, log, clock } = this.#place;
    const mark = randomUUID();
    const program = import.meta.url.endsWith(".ts") ? "./child/main.ts" : "./browser-child.js";
    const child = fork(new URL(program, import.meta.url), [], {
      cwd: stateDir,
      env: { ...programEnvironment(env, programPath(env, []), {}), [MARK]: mark },
      execArgv: [],
      serialization: "advanced",
      detached: process.platform !== "win32",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString("utf8")}`.slice(-MOST_SAID_CHARS);
    });
    const waiting: Running["waiting"] = new Map();
    child.on("message", (answer: Answer) => {
      const asked = waiting.get(answer.id);
      if ("outcome" in answer) asked?.resolve(answer.outcome);
      else asked?.reject(new Error(answer.failure));
    });
    const exited = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    const running: Running = { child, mark, waiting, isEnding: false, ended: Promise.resolve() };
    running.ended = exited.then(async (how) => {
      if (this.#running === running) this.#running = undefined;
      this.#idle?.dispose();
      for (const { reject } of waiting.values()) reject(new Error(GONE));
      if (!running.isEnding)
        log.warn({ how, said: plainText(said, MOST_SAID_CHARS) }, "what drives the browser ended by itself");
      // Browsers have processes of their own.
      if (child.pid !== undefined) await endTree({ pid: child.pid, mark }, clock, 0);
    });
    this.#ending = running.ended;
    this.#running = running;
    return running;
  }
}

const GONE =
  "What drives the browser ended in the middle of it, and the browser with it; it starts again with the next call. Open the page again.";
