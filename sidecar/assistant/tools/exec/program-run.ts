/** One command line that runs: started, heard, written to, ended. */
import { existsSync } from "node:fs";
import type { Clock } from "../../../../shared/clock.ts";
import type { Disposable } from "../../../../shared/lifecycle.ts";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import type { Mask } from "../../secrets/mask.ts";
import { Output } from "./output.ts";
import { endTree, MARK } from "./process-tree.ts";
import { type Program, startWithPipes } from "./program.ts";
import type { StartProgram } from "./terminal.ts";

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
  /** Starts it at a terminal of its own. */
  atTerminal?: StartProgram | undefined;
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
  #program: Program;
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
    this.#program = (plan.atTerminal ?? startWithPipes)({
      file: shell,
      args,
      cwd: launch === undefined ? plan.cwd : "/",
      env: { ...(launch?.env ?? plan.env), [MARK]: plan.id },
      hasInput: plan.hasInput,
      heard: () => this.output.stream(),
    });
    this.pid = this.#program.pid;
    this.startId = this.pid === 0 ? "" : (startIdOf(this.pid) ?? "");
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
    if (this.end !== undefined || !this.#program.takesInput) throw new Error("The program takes no input.");
    if (data.length > 0) await this.#program.write(data);
    if (isEnd) this.#program.endInput();
  }

  get #tree() {
    return { pid: this.pid, mark: this.plan.id };
  }

  async #untilEnd(): Promise<RunEnd> {
    const end = await this.#program.over;
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
