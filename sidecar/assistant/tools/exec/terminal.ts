/**
 * A program at a terminal of its own, for those that behave otherwise without one. The package is an optional one, with a library for
 * each machine that it knows.
 */
import { constants } from "node:os";
import { errorText } from "../../../../shared/errors.ts";
import type { Program, ProgramStart } from "./program.ts";

export type StartProgram = (start: ProgramStart) => Program;

/** Characters. */
const SIZE = { cols: 120, rows: 40 } as const;
/** What a terminal takes for the end of what is typed. */
const END_OF_INPUT = "\x04";

/** Undefined where this machine has no terminals for us: then pipes have to do. */
export async function terminals(): Promise<StartProgram | undefined> {
  try {
    const { spawn } = await import("@lydell/node-pty");
    return (start) => startAtTerminal(spawn, start);
  } catch {
    return undefined;
  }
}

function startAtTerminal(
  spawn: typeof import("@lydell/node-pty").spawn,
  { file, args, cwd, env, heard }: ProgramStart,
): Program {
  const listener = heard();
  try {
    const terminal = spawn(file, [...args], {
      ...SIZE,
      cwd,
      env: { ...env, TERM: "xterm-256color" },
      name: "xterm-256color",
    });
    let isOver = false;
    const lines = withPlainEnds();
    terminal.onData((text) => listener(Buffer.from(lines(text))));
    return {
      pid: terminal.pid,
      over: new Promise((resolve) => {
        terminal.onExit(({ exitCode, signal }) => {
          isOver = true;
          const name = signalName(signal);
          resolve(
            name === undefined
              ? { code: exitCode, told: `exit code ${exitCode}` }
              : { code: undefined, told: name },
          );
        });
      }),
      get takesInput() {
        return !isOver;
      },
      write: async (data) => terminal.write(data.toString()),
      endInput: () => terminal.write(END_OF_INPUT),
    };
  } catch (error) {
    return {
      pid: 0,
      over: Promise.resolve({ code: undefined, told: errorText(error) }),
      takesInput: false,
      write: async () => {},
      endInput: () => {},
    };
  }
}

/** A terminal ends lines with two characters, which may come in two pieces. */
function withPlainEnds(): (text: string) => string {
  let held = "";
  return (piece) => {
    const text = (held + piece).replaceAll("\r\n", "\n");
    held = text.endsWith("\r") ? "\r" : "";
    return held === "" ? text : text.slice(0, -1);
  };
}

function signalName(number: number | undefined): string | undefined {
  if (!number) return undefined;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
