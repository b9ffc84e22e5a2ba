/** Prints for people or, with `--json`, for programs: then exactly one JSON document goes to stdout, on success and failure. */

import { stripVTControlCharacters, styleText } from "node:util";
import { CodedError, errorText, RequestError, SetupError, systemCode } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { neutralJson, neutralLine, neutralText } from "../../shared/foreign-text.ts";
import type { Environment } from "../../shared/node/paths.ts";
import { advice, isSentence, type Launcher, type Remedy, spell } from "../../shared/remedy.ts";
import { whatHelps } from "../../shared/what-helps.ts";
import { inAscii } from "../base/ascii.ts";
import { textWidth } from "./layout.ts";
import { LiveLine } from "./live-line.ts";

/** What we use of stdout and stderr. */
export interface TextStream {
  isTTY?: boolean | undefined;
  /** Of a terminal, in characters. */
  columns?: number | undefined;
  write(text: string): unknown;
}

/** The streams of a program. */
export interface ConsoleStreams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

/** Both ends of a terminal in which a person can be asked. */
export interface Dialogue {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

export interface OutputOptions {
  json: boolean;
  noColor: boolean;
  env: Environment;
  platform: NodeJS.Platform;
  stdout: TextStream;
  stderr: TextStream;
  /** Where nobody can answer there is none. */
  dialogue?: Dialogue | undefined;
}

/** An error as `--json` reports it. `type` says who must act. */
export interface ErrorReport {
  type: "request" | "auth" | "unavailable" | "setup" | "bug";
  code: string;
  message: string;
  fix?: string;
  /** The gateway's own code, where it was a gateway that refused. */
  remoteCode?: string;
  /** When trying again makes sense, in milliseconds from now. */
  retryAfterMs?: number;
  [detail: string]: unknown;
}

export class Output {
  readonly json: boolean;
  /** A person reads stdout as it is printed. */
  readonly isTerminal: boolean;
  /** Undefined where nobody can answer, and with `--json`, as stdout is promised to a program. */
  readonly dialogue: Dialogue | undefined;
  /** Somebody sits at a terminal, whatever stdout is promised to. */
  readonly isAttended: boolean;
  /** stdout takes colours, and they are wanted. */
  readonly color: boolean;
  /** The terminal shows more than ASCII. */
  readonly unicode: boolean;
  /** Colours are ours only where these texts stand; whatever else is printed repeats what somebody chose. */
  readonly #painted = new Set<string>();
  readonly #options: OutputOptions;
  readonly #live: LiveLine;
  /** Until the command line is read, nobody has asked for a profile. */
  #launcher: Launcher = { name: "clawdbot", profile: undefined };

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#live = new LiveLine(options.stderr, options.env);
    this.json = options.json;
    this.isTerminal = Boolean(options.stdout.isTTY) && !options.json;
    this.isAttended = options.dialogue !== undefined;
    this.dialogue = options.json ? undefined : options.dialogue;
    this.unicode = canShowUnicode(options.env, options.platform);
    this.color =
      Boolean(options.stdout.isTTY) &&
      !options.noColor &&
      !options.env.NO_COLOR &&
      options.env.TERM !== "dumb";
  }

  /** How wide text may be just now, in characters. */
  get width(): number {
    return textWidth(this.#options.stdout, this.#options.env);
  }

  /** Of what is printed. */
  get language(): string {
    return this.#launcher.translation?.language ?? "en";
  }

  /** Commands in what is printed from now on are typed so. */
  speakFor(launcher: Launcher): void {
    this.#launcher = launcher;
  }

  /** The sentence as people read it here. */
  spell(sentence: Remedy): string {
    return spell(sentence, this.#launcher);
  }

  /** The sentence for programs, which read English. */
  plain(sentence: Remedy): string {
    return spell(sentence, { ...this.#launcher, translation: undefined });
  }

  /** One line for people; nothing with `--json`. */
  say(text: Remedy): void {
    if (!this.json) this.#print(this.#options.stdout, `${this.#shown(this.spell(text))}\n`);
  }

  /** `✓ text` for people. */
  tick(text: Remedy): void {
    this.say(this.mark("ok", text));
  }

  /** A part of a text for people that goes on, as it stands. */
  stream(text: string): void {
    if (!this.json && text !== "") this.#print(this.#options.stdout, this.#shown(text));
  }

  /** A line of JSON that is printed whoever reads it. It means what it did, and nothing in it drives a terminal. */
  jsonLine(json: string): void {
    this.#print(this.#options.stdout, `${neutralJson(json)}\n`);
  }

  /** One line for people that repeats what is no sentence of ours, as it stands. */
  repeat(text: string): void {
    this.say(advice`${text}`);
  }

  /** The text with a tick or cross before it, as boxes and lines show it. */
  mark(verdict: "ok" | "failed", text: Remedy): string {
    const symbol = verdict === "ok" ? (this.unicode ? "✓" : "OK") : this.unicode ? "✗" : this.spell("FAILED");
    return `${this.paint(verdict === "ok" ? "green" : "red", symbol)} ${this.spell(text)}`;
  }

  /** Colours a text when stdout takes colours. */
  paint(color: "green" | "red" | "yellow" | "dim" | "bold", sentence: Remedy): string {
    const text = this.spell(sentence);
    if (!this.color) return text;
    const painted = styleText(color, neutralText(text), { validateStream: false });
    this.#painted.add(painted);
    return painted;
  }

  /** A title with its rows in a frame. */
  box(title: Remedy, sentences: readonly Remedy[]): void {
    const rows = sentences.map((sentence) => this.spell(sentence));
    const [topLeft, topRight, bottomLeft, bottomRight, across, side] = this.unicode ? "┌┐└┘─│" : "++++-|";
    const width = Math.max(BOX_WIDTH, ...rows.map((row) => visibleWidth(row) + 2));
    const line = (across ?? "").repeat(width);
    this.say(title);
    this.say(`${topLeft}${line}${topRight}`);
    for (const row of rows) this.say(`${side} ${row}${" ".repeat(width - 1 - visibleWidth(row))}${side}`);
    this.say(`${bottomLeft}${line}${bottomRight}`);
  }

  /** Says on a terminal what is waited for until the work has ended, which it resolves or rejects with. */
  during<T>(what: Remedy, work: Promise<T>): Promise<T> {
    return this.#live.during(this.spell(what), work);
  }

  /** Leaves the terminal to a question until it is answered. */
  whileAsking<T>(question: Promise<T>): Promise<T> {
    return this.#live.without(question);
  }

  #print(stream: TextStream, text: string): void {
    this.#live.wipe();
    stream.write(text);
  }

  #shown(text: string): string {
    if (!text.includes("\u001b")) return this.#drawn(neutralText(text));
    const [own] = [...this.#painted]
      .filter((each) => text.includes(each))
      .sort((a, b) => b.length - a.length);
    if (own === undefined) return this.#drawn(neutralText(text));
    return text
      .split(own)
      .map((rest) => this.#shown(rest))
      .join(own);
  }

  /** Signs of ours as this terminal can show them. */
  #drawn(text: string): string {
    return this.unicode ? text : inAscii(text);
  }

  /** A remark on stderr, also with `--json`. */
  note(text: Remedy): void {
    this.#print(this.#options.stderr, `${this.#drawn(neutralText(this.spell(text)))}\n`);
  }

  /** The one document of a `--json` call; nothing for people. */
  document(value: unknown): void {
    if (!this.json) return;
    const told = (_key: string, part: unknown) => (isSentence(part) ? this.plain(part) : part);
    this.#print(this.#options.stdout, `${neutralJson(JSON.stringify(value, told, 2))}\n`);
  }

  /** One line of a `--json` call that goes on printing; nothing for people. */
  line(json: string): void {
    if (this.json) this.#print(this.#options.stdout, `${neutralJson(json)}\n`);
  }

  /** What a program or a person is told about anything thrown. */
  describe(error: unknown): ErrorReport {
    return describeError(error, { ...this.#launcher, translation: undefined });
  }

  /** What a person is told about anything thrown, its remedy where there is one included, as one text. */
  told(error: unknown): string {
    const { message, fix } = describeError(error, this.#launcher);
    return fix === undefined ? message : `${message} ${this.spell(advice`Fix: ${fix}`)}`;
  }

  /** Reports the error, with its remedy where there is one, and returns the exit code. */
  fail(error: unknown): number {
    const report = describeError(error, this.#launcher);
    this.document({ ok: false, error: this.describe(error) });
    if (!this.json) {
      this.note(report.message);
      if (report.fix) this.note(advice`Fix: ${report.fix}`);
      // Only something unforeseen is worth a stack: everything else is explained by its message.
      if (report.code === "INVARIANT" && error instanceof Error && error.stack) this.note(error.stack);
    }
    return error instanceof RequestError && error.code === "USAGE" ? EXIT.usage : EXIT.failure;
  }
}

/** Of what the system says of a failure, which repeats the path. */
const MOST_SYSTEM_CHARS = 1_000;

function describeError(error: unknown, launcher: Launcher): ErrorReport {
  if (error instanceof CodedError) {
    const remedy = error instanceof SetupError ? error.fix : whatHelps(error.remoteCode);
    const fix = remedy === undefined ? {} : { fix: spell(remedy, launcher) };
    const { code, sentence, details, remoteCode, retryAfterMs } = error;
    const message = spell(sentence, launcher);
    const said = {
      ...(remoteCode === undefined ? {} : { remoteCode }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
    return { ...details, type: errorType(error), code, message, ...fix, ...said };
  }
  const code = systemCode(error);
  if (code !== undefined)
    return { type: "setup", code, message: neutralLine(errorText(error), MOST_SYSTEM_CHARS) };
  return {
    type: "bug",
    code: "INVARIANT",
    message: spell(advice`Internal error: ${errorText(error)}`, launcher),
  };
}

/** What becomes of everything printed. */
export interface Console {
  /** Aborts when nobody reads stdout any more. */
  readerGone: AbortSignal;
  /** Why something printed on stdout did not arrive, such as a full disk; undefined while all did, and when the reader left. */
  lost: unknown;
}

/** Keeps the process alive when stdout or stderr takes nothing any more: what it prints then is dropped. */
export function tolerateBrokenConsole({ stdout, stderr }: ConsoleStreams): Console {
  const gone = new AbortController();
  const state: Console = { readerGone: gone.signal, lost: undefined };
  stdout.on("error", (error) => {
    if (systemCode(error) === "EPIPE") gone.abort();
    else state.lost ??= error;
  });
  // There is nobody left to tell.
  stderr.on("error", () => {});
  return state;
}

/** Inner width of a box with short rows. */
const BOX_WIDTH = 38;

function errorType(error: CodedError): ErrorReport["type"] {
  switch (error.name) {
    case "RequestError":
      return "request";
    case "AuthError":
      return "auth";
    case "UnavailableError":
      return "unavailable";
    case "SetupError":
      return "setup";
    default:
      return "bug";
  }
}

/** Everything but the old Windows console, a dumb terminal without colours, the locale C and an 8-bit one shows boxes and ticks. */
function canShowUnicode(env: Environment, platform: NodeJS.Platform): boolean {
  if (env.NO_COLOR && env.TERM === "dumb") return false;
  if (platform === "win32") return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.TERM || env.ConEmuANSI);
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  if (/^(C|POSIX)$/.test(locale)) return false;
  const encoding = locale.split(".")[1];
  return encoding === undefined || /^utf-?8/i.test(encoding);
}

function visibleWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
