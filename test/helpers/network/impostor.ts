/** A program that listens where a gateway would and plays one, see test/fixtures/port/impostor.ts. */
import { type CliProcess, startNode } from "../process/cli.ts";
import { testProgram } from "../run/test-programs.ts";

/** What an impostor may do; the last ones lie in their answers. */
export const IMPOSTOR_MODES = [
  "silent after the challenge",
  "closes after the challenge",
  "garbage",
  "garbage after the hello",
  "wrong protocol",
  "hello empty",
  "hello null",
  "hello of half its parts",
  "hello that claims our state directory",
  "health null",
  "results of another kind",
  "presence malformed",
  "uptime no number",
  "uptime beyond all time",
  "tick 0",
  "a frame of 15 MB",
] as const;
export type ImpostorMode = (typeof IMPOSTOR_MODES)[number];

export interface ImpostorSettings {
  mode: ImpostorMode;
  port: number;
  /** The account it runs as; ours when absent. */
  uid?: number;
  /** The state directory it claims to be the gateway of. */
  stateDir: string;
  /** What must not be told to it. */
  secrets: readonly string[];
}

/** What it was told. */
export interface Heard {
  connections: number;
  upgrades: number;
  messages: number;
  bytes: number;
  /** Some secret was in it. */
  isTold: boolean;
}

export class Impostor {
  readonly process: CliProcess;

  constructor(process: CliProcess) {
    this.process = process;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** What it heard up to now. */
  async heard(): Promise<Heard> {
    const before = this.#answers().length;
    this.process.child.kill("SIGUSR2");
    for (;;) {
      const answer = this.#answers()[before];
      if (answer !== undefined) return JSON.parse(answer).heard;
      await new Promise((resolve) => this.process.child.stdout?.once("data", resolve));
    }
  }

  async stop(): Promise<void> {
    await this.process.stop("SIGKILL");
  }

  #answers(): string[] {
    return this.process
      .output()
      .stdout.split("\n")
      .filter((line) => line.startsWith('{"heard"') && line.endsWith("}"));
  }
}

/** Starts one and resolves when it listens. */
export async function startImpostor(settings: ImpostorSettings): Promise<Impostor> {
  const env = { PATH: process.env.PATH ?? "" };
  const child = startNode([testProgram("fixtures/port/impostor"), JSON.stringify(settings)], {
    env,
    timeoutMs: 110_000,
  });
  await child.waitFor(/^\{"port":\d+\}$/m);
  return new Impostor(child);
}
