/** One command line that runs: started, heard, written to, ended. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../../../../shared/clock.ts";
import { errorText } from "../../../../shared/errors.ts";
import type { Disposable } from "../../../../shared/lifecycle.ts";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import type { Mask } from "../../secrets/mask.ts";
import { Output } from "./output.ts";
import { endTree, MARK } from "./process-tree.ts";

/** How a line is run that no shell of this machine runs. */
export interface RunLaunch {
  file: string;
  args: readonly string[];
  /** Of the program that is started. */
  env: Record<string, string>;
  /** Ends what is left when that program was ended. Never rejects. */
  end?: () => Promise<void>;
}

export interface RunPlan {
  id: string;
  /** What a shell is given. */
  line: string;
  /** Of a line that was understood: the plainest shell will do. */
  isPlain: boolean;
  cwd: string;
  env: Record<string, string>;
  timeoutMs: number;
  /** It may be written to. */
  hasInput: boolean;
  mask: Mask;
  launch?: RunLaunch | undefined;
}

/** How it ended. */
export interface RunEnd {
  /** Undefined when a signal ended it, or it never began. */
  code: number | undefined;
  /** As people read it: `exit code 1`, `SIGTERM`, `timed out after 5 s`. */
  told: string;
  isKilled: boolean;
}

export class ProgramRun {
  readonly plan: RunPlan;
  readonly output: Output;
  readonly pid: number;
  /** Tells it from a later process with the same number. */
  readonly startId: string;
  /** Resolves when it, and all that it started, has ended. Never rejects. */
  readonly ended: Promise<RunEnd>;
  end: RunEnd | undefined;
  #child: ChildProcessByStdio<Writable | null, Readable, Readable>;
  #clock: Clock;
  #deadline: Disposable;
  #why: string | undefined;
  #ending: Promise<void> | undefined;

  constructor(plan: RunPlan, clock: Clock) {
    this.plan = plan;
    this.output = new Output(plan.mask);
    this.#clock = clock;
    const { launch } = plan;
    const [shell, ...args] = launch === undefined ? shellFor(plan) : [launch.file, ...launch.args];
    this.#child = spawn(shell, args, {
      cwd: launch === undefined ? plan.cwd : "/",
      env: { ...(launch?.env ?? plan.env), [MARK]: plan.id },
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: [plan.hasInput ? "pipe" : "ignore", "pipe", "pipe"],
    }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
    this.pid = this.#child.pid ?? 0;
    this.startId = this.pid === 0 ? "" : (startIdOf(this.pid) ?? "");
    this.#child.stdout.on("data", this.output.stream());
    this.#child.stderr.on("data", this.output.stream());
    // Whoever stops reading what is written to it is no failure of ours.
    this.#child.stdin?.on("error", () => {});
    this.#deadline = clock.after(plan.timeoutMs, () => {
      void this.kill(`timed out after ${Math.round(plan.timeoutMs / 1_000)} s`);
    });
    this.ended = this.#untilEnd();
  }

  /** Ends it and all that it started; resolves when that is done. `why` is told instead of the signal. */
  kill(why?: string, patienceMs?: number): Promise<void> {
    this.#why ??= why;
    this.#ending ??= this.pid === 0 ? Promise.resolve() : this.#endAll(patienceMs);
    return this.#ending;
  }

  async #endAll(patienceMs?: number): Promise<void> {
    await endTree(this.#tree, this.#clock, patienceMs);
    await this.plan.launch?.end?.();
  }

  /** Gives it input. Fails with a sentence for a model where it takes none. */
  async write(data: string | Buffer, isEnd: boolean): Promise<void> {
    const { stdin } = this.#child;
    if (this.end !== undefined || stdin === null || stdin.destroyed || stdin.writableEnded)
      throw new Error("The program takes no input.");
    if (data.length > 0) await new Promise<void>((resolve) => stdin.write(data, () => resolve()));
    if (isEnd) stdin.end();
  }

  get #tree() {
    return { pid: this.pid, mark: this.plan.id };
  }

  async #untilEnd(): Promise<RunEnd> {
    const end = await new Promise<Omit<RunEnd, "isKilled">>((resolve) => {
      this.#child.once("error", (error) => resolve({ code: undefined, told: errorText(error) }));
      this.#child.once("close", (code, signal) => {
        const told = signal ?? `exit code ${code}`;
        resolve({ code: code ?? undefined, told });
      });
    });
    this.#deadline.dispose();
    // What it left behind would run with nobody who knows of it.
    if (this.pid !== 0) await (this.#ending ?? endTree(this.#tree, this.#clock));
    if (end.code === undefined && this.#ending === undefined) await this.plan.launch?.end?.();
    const isKilled = this.#ending !== undefined;
    this.end = { ...end, told: this.#why ?? end.told, isKilled };
    return this.end;
  }
}

function shellFor({ line, isPlain }: RunPlan): [string, ...string[]] {
  if (process.platform === "win32") return [process.env.ComSpec ?? "cmd.exe", "/d", "/s", "/c", line];
  if (!isPlain && existsSync("/bin/bash")) return ["/bin/bash", "--noprofile", "--norc", "-c", line];
  return ["/bin/sh", "-c", line];
}
