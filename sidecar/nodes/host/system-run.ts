/**
 * `system.run`: starts a program for the gateway, if the rules of this machine allow it. It gets the words as they stand, without a
 * shell, an environment of which nothing is secret, and limits of time and output; what it started ends with it.
 */
import { statSync } from "node:fs";
import type { Environment } from "../../../shared/node/paths.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { type RunResult, run } from "../../host/process/run.ts";
import { CommandError, type NodeCommand, type Report, textIn, textsIn } from "./command.ts";
import { findProgram, isAllowed } from "./programs.ts";

export interface RunPlace {
  env: Environment;
  platform: NodeJS.Platform;
  /** Where programs run that nobody names a folder for. */
  home: string;
  /** The patterns of what may be started; asked each time, as a person may change them. */
  allowed: () => Promise<readonly string[]>;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const MOST_TIMEOUT_MS = 3_600_000;
/** Of each stream. In JSON a character takes six bytes at most, and a message holds half a megabyte. */
const MOST_OUTPUT_BYTES = 200_000;
const MOST_ANSWER_BYTES = 480_000;
const MOST_WORDS = 1_000;
const MOST_AT_ONCE = 8;
/** Of what was printed, in what is reported besides. */
const REPORTED_CHARS = 200;

/** Variables that a gateway may set: how a program speaks, and nothing that makes it another one. */
const SETTABLE = /^(LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|CI|PAGER|GIT_PAGER)$/;
/** Variables of this process that a program gets. */
const PASSED =
  /^(PATH|Path|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|TMPDIR|TEMP|TMP|DISPLAY|WAYLAND_DISPLAY|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|USERPROFILE|USERNAME|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$/;

export function systemRun(place: RunPlace): NodeCommand {
  let atOnce = 0;
  return {
    async run(params, { signal, report }) {
      const order = orderIn(params, place);
      await refuseUnlessAllowed(order, place, report);
      if (atOnce >= MOST_AT_ONCE) throw new CommandError("BUSY", `${atOnce} programs run here already`);
      atOnce += 1;
      try {
        const { file, args, cwd, env, timeoutMs } = order;
        const options = { cwd, env, timeoutMs, signal, maxOutputBytes: MOST_OUTPUT_BYTES };
        const answer = fitting(answerOf(await run(file, args, options), order));
        report("exec.finished", { ...order.about, ...summaryOf(answer) });
        return answer;
      } finally {
        atOnce -= 1;
      }
    },
  };
}

interface Order {
  /** As it was typed. */
  name: string;
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  timeoutMs: number;
  about: Record<string, unknown>;
}

interface RunAnswer {
  exitCode: number | null;
  timedOut: boolean;
  success: boolean;
  stdout: string;
  stderr: string;
  error: string | null;
}

function orderIn(params: Readonly<Record<string, unknown>>, { env, platform, home }: RunPlace): Order {
  const [name = "", ...args] = textsIn(params, "command", MOST_WORDS);
  if (name.trim() === "") throw new CommandError("INVALID_REQUEST", "command must begin with a program");
  if ([name, ...args].some((word) => word.includes("\0")))
    throw new CommandError("INVALID_REQUEST", "command must not hold a NUL");
  const cwd = textIn(params, "cwd") ?? home;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CommandError("INVALID_REQUEST", `cwd is no folder of this machine: ${cwd}`);
  const file = findProgram(name, { env, platform, directory: cwd });
  if (file === undefined) throw new CommandError("UNAVAILABLE", `there is no program ${name} here`);
  const about = {
    ...(typeof params.sessionKey === "string" ? { sessionKey: params.sessionKey } : {}),
    ...(typeof params.runId === "string" ? { runId: params.runId } : {}),
    command: [name, ...args].join(" ").slice(0, 2 * REPORTED_CHARS),
  };
  return { name, file, args, cwd, env: environmentOf(params.env, env), timeoutMs: limitIn(params), about };
}

/** Whether a program may be started here is decided in this one place. */
async function refuseUnlessAllowed(
  { name, file, about }: Order,
  { env, platform, home, allowed }: RunPlace,
  report: Report,
): Promise<void> {
  const find = (word: string) => findProgram(word, { env, platform, directory: home });
  if (isAllowed(file, await allowed(), find)) return;
  report("exec.denied", { ...about, reason: "allowlist-miss" });
  throw new CommandError(
    "SYSTEM_RUN_DENIED",
    `SYSTEM_RUN_DENIED: this machine does not start ${file} for a gateway; whoever it belongs to can add "${name}" or "${file}" to nodeHost.allow in its configuration`,
  );
}

function environmentOf(wanted: unknown, env: Environment): Record<string, string> {
  const passed = Object.entries(env).filter(([name, value]) => value !== undefined && PASSED.test(name));
  if (wanted === undefined || wanted === null) return Object.fromEntries(passed) as Record<string, string>;
  if (!isRecord(wanted)) throw new CommandError("INVALID_REQUEST", "env must be an object of texts");
  for (const [name, value] of Object.entries(wanted)) {
    if (typeof value !== "string") throw new CommandError("INVALID_REQUEST", `env.${name} must be text`);
    if (!SETTABLE.test(name))
      throw new CommandError(
        "INVALID_REQUEST",
        `the variable ${name.slice(0, 80)} is not taken from a gateway`,
      );
  }
  return { ...Object.fromEntries(passed), ...wanted } as Record<string, string>;
}

function limitIn({ timeoutMs }: Readonly<Record<string, unknown>>): number {
  if (timeoutMs === undefined || timeoutMs === null) return DEFAULT_TIMEOUT_MS;
  if (typeof timeoutMs === "number" && timeoutMs > 0) return Math.min(timeoutMs, MOST_TIMEOUT_MS);
  throw new CommandError("INVALID_REQUEST", "timeoutMs must be a number above 0");
}

function answerOf({ end, stdout, stderr }: RunResult, { name, timeoutMs }: Order): RunAnswer {
  const failed = { exitCode: null, timedOut: false, success: false, stdout, stderr };
  switch (end.kind) {
    case "exited":
      return { exitCode: end.code, timedOut: false, success: end.code === 0, stdout, stderr, error: null };
    case "timed-out":
      return { ...failed, timedOut: true, error: `it was ended after ${timeoutMs} ms` };
    case "too-much-output":
      return { ...failed, error: `it was ended, as it printed more than ${MOST_OUTPUT_BYTES} bytes` };
    case "signalled":
      return { ...failed, error: `it was ended by ${end.signal}` };
    case "aborted":
      return { ...failed, error: "it was ended, as the gateway went away" };
    case "not-started":
      throw new CommandError("UNAVAILABLE", `${name} could not be started: ${end.code}`);
  }
}

/** What is said in one message is cut where it would be more: of both streams the end, which says how it went. */
function fitting(answer: RunAnswer): RunAnswer {
  let fits = answer;
  let chars = MOST_OUTPUT_BYTES;
  while (Buffer.byteLength(JSON.stringify(fits)) > MOST_ANSWER_BYTES && chars > 1) {
    chars = Math.floor(chars / 2);
    fits = { ...answer, stdout: lastOf(answer.stdout, chars), stderr: lastOf(answer.stderr, chars) };
  }
  return fits;
}

function lastOf(text: string, chars: number): string {
  return text.length <= chars ? text : `…${text.slice(-chars)}`;
}

function summaryOf({ exitCode, timedOut, success, stdout, stderr, error }: RunAnswer) {
  const output = [stdout, stderr, error ?? ""].filter((text) => text.trim() !== "").join("\n");
  return {
    ...(exitCode === null ? {} : { exitCode }),
    timedOut,
    success,
    output: output.slice(-REPORTED_CHARS),
  };
}
