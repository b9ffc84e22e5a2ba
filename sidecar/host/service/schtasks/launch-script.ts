/**
 * The batch file that runs the gateway: `gateway.cmd` with its environment, its directory and where its output goes. Written
 * and read here, so that what was installed can be compared with what is wanted.
 */

import { win32 } from "node:path";
import { quoted, SetupError } from "../../../../shared/errors.ts";
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import { decodePage, encodeInPage, pageFor } from "./code-page.ts";

/** What the script runs. */
export interface LaunchScript {
  /** Absolute program, then its arguments. */
  command: readonly string[];
  workingDirectory: string;
  /** Variables with an empty value are unknown to cmd.exe: it takes them away. */
  environment: Readonly<Record<string, string>>;
  /** What the program prints goes to `gateway.out.log` and `gateway.err.log` in here. */
  logDir: string;
}

export interface ScriptSurroundings {
  /** The home directory of the account, which the script calls `%USERPROFILE%`; undefined where it is not known. */
  userProfile: string | undefined;
  /** The code page of consoles on this system; only asked for when the text is not ASCII. */
  codePage: number | undefined;
}

/** What the gateway printed is kept up to this size, and once more under a second name. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/** What cmd.exe reads of one line. */
const MAX_LINE = 8_191;

/** Characters that cmd.exe cannot be given inside quotation marks. */
const UNWRITABLE = /["\p{Cc}]/u;

/** The whole file. Fails with `SERVICE_REFUSED` for a quotation mark or a control character, naming the place. */
export function renderLaunchScript(
  script: LaunchScript,
  { userProfile: home, codePage }: ScriptSurroundings,
): Buffer {
  // A script that gives the variable another value cannot write paths with it.
  const isOwn = Object.keys(script.environment).some((name) => name.toUpperCase() === "USERPROFILE");
  const userProfile = isOwn ? undefined : home;
  const quote = (place: Remedy, text: string) => `"${escaped(place, text, userProfile)}"`;
  const { command, workingDirectory, environment, logDir } = script;
  const logs = ["out", "err"].map((name) =>
    quote(advice`the log directory`, win32OrPosix(logDir, `gateway.${name}.log`)),
  );
  const [out = "", err = ""] = logs;
  const logFolder = quote(advice`the log directory`, logDir.endsWith("\\") ? logDir : `${logDir}\\`);
  const words = command.map((word, index) =>
    batchWord(
      index === 0 ? advice`the path of the program` : advice`argument ${index} of the command`,
      word,
      userProfile,
    ),
  );
  const body = batchLines([
    ...environmentLines(environment, userProfile),
    `if not exist ${logFolder} mkdir ${quote(advice`the log directory`, logDir)}`,
    `for %%f in (${logs.join(" ")}) do if exist %%f if %%~zf GTR ${MAX_LOG_BYTES} move /y %%f "%%~f.1" >nul`,
    `cd /d ${quote(advice`the working directory`, workingDirectory)}`,
    // A log that somebody else holds open must not keep the gateway from running.
    `cd . >>${out} && cd . >>${err} && goto logged`,
    `${words.join(" ")} >nul 2>nul`,
    "exit /b",
    ":logged",
    `${words.join(" ")} >>${out} 2>>${err}`,
  ]);
  const long = body.split("\r\n").find((line) => line.length > MAX_LINE);
  if (long !== undefined)
    throw refusal(advice`${quoted(long)} is longer than the ${MAX_LINE} characters of a line`);
  return encodeScript(body, codePage);
}

/** A batch file with these lines after the ones that make cmd.exe read them literally. */
export function encodeScript(body: string, systemPage: number | undefined): Buffer {
  const page = pageFor(body, systemPage);
  const switchPage = page === undefined ? [] : [`"%SystemRoot%\\System32\\chcp.com" ${page} >nul`];
  const head = batchLines(["@echo off", "setlocal EnableExtensions DisableDelayedExpansion", ...switchPage]);
  const encoded = page === undefined ? Buffer.from(body, "latin1") : encodeInPage(body, page);
  return Buffer.concat([Buffer.from(head, "latin1"), encoded ?? Buffer.from(body)]);
}

/** The `set` lines of an environment. Fails with `SERVICE_REFUSED` as `batchWord` does. */
export function environmentLines(
  environment: Readonly<Record<string, string>>,
  userProfile: string | undefined,
): string[] {
  return Object.entries(environment).map(([name, value]) => {
    if (!/^[^"=%\p{Cc}]+$/u.test(name)) throw refusal(advice`${quoted(name)} is not the name of a variable`);
    return `set "${name}=${escaped(advice`the variable ${name}`, value, userProfile)}"`;
  });
}

/** A word in quotation marks, as cmd.exe hands it on unchanged. Fails with `SERVICE_REFUSED` for what it cannot be given. */
export function batchWord(place: Remedy, text: string, userProfile: string | undefined): string {
  return `"${escaped(place, argument(text), userProfile)}"`;
}

/** What a script of ours runs; undefined for any other file. */
export function readLaunchScript(
  bytes: Buffer,
  userProfile: string | undefined,
): Omit<LaunchScript, "logDir"> | undefined {
  const page = /chcp\.com" (\d+) >nul/.exec(bytes.toString("latin1"))?.[1];
  const text = page === undefined ? bytes.toString("latin1") : decodePage(bytes, Number(page));
  if (text === undefined) return undefined;
  const environment: Record<string, string> = {};
  let workingDirectory: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    // A text may hold what ends a line for expressions and for nobody else.
    const [, name, value] = /^set "([^=]+)=(.*)"$/s.exec(line) ?? [];
    if (name !== undefined && value !== undefined) environment[name] = unescaped(value, userProfile);
    const directory = /^cd \/d "(.*)"$/s.exec(line)?.[1];
    if (directory !== undefined) workingDirectory = unescaped(directory, userProfile);
    const command = /^((?:"[^"]*" )+)>>/.exec(line)?.[1];
    if (command === undefined || workingDirectory === undefined) continue;
    const words = [...command.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => unescaped(word, userProfile));
    return { command: words.map(fromArgument), workingDirectory, environment };
  }
  return undefined;
}

/** What a script that others wrote runs, as far as its lines say so: its variables and its last command. */
export function readForeignScript(bytes: Buffer): Pick<LaunchScript, "command" | "environment"> {
  const environment: Record<string, string> = {};
  let command: string[] = [];
  for (const line of bytes.toString("latin1").split(/\r?\n/)) {
    const text = line.trim().replace(/^@/, "");
    const [, name, value] = /^set\s+"?([^"=\s]+)=(.*?)"?$/i.exec(text) ?? [];
    if (name !== undefined && value !== undefined) environment[name] = value;
    else if (!/^(rem|echo|cd|chcp|setlocal|endlocal|if|exit|::?)\b|^:|^$/i.test(text)) {
      command = (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ""));
    }
  }
  return { command, environment };
}

/** Between quotation marks cmd.exe takes everything literally but `%`, which is doubled in a batch file. */
function escaped(place: Remedy, text: string, userProfile: string | undefined): string {
  const found = UNWRITABLE.exec(text)?.[0];
  if (found !== undefined) {
    const what = found === '"' ? advice`a quotation mark` : advice`a control character`;
    throw refusal(advice`${place} (${quoted(text)}) holds ${what}`);
  }
  const below = userProfile === undefined ? undefined : afterHome(text, userProfile);
  return below === undefined ? doubled(text) : `%USERPROFILE%${doubled(below)}`;
}

function unescaped(text: string, userProfile: string | undefined): string {
  const below = /^%USERPROFILE%(?=\\|$)(.*)$/s.exec(text)?.[1];
  if (below !== undefined && userProfile !== undefined) return userProfile + below.replaceAll("%%", "%");
  return text.replaceAll("%%", "%");
}

function doubled(text: string): string {
  return text.replaceAll("%", "%%");
}

/** The rest of a path below the home directory. A home with `%` in its name is written out, like any other path. */
function afterHome(text: string, home: string): string | undefined {
  if (home.includes("%") || !text.startsWith(home)) return undefined;
  const rest = text.slice(home.length);
  return rest === "" || rest.startsWith("\\") ? rest : undefined;
}

/** Backslashes before the closing quotation mark are doubled, as the C runtime expects it. */
function argument(word: string): string {
  return word.replace(/\\+$/, "$&$&");
}

function fromArgument(word: string): string {
  return word.replace(/\\+$/, (run) => "\\".repeat(run.length / 2));
}

/** The folder's own separator decides, so that the path is good where this runs as well as where it is read. */
function win32OrPosix(folder: string, name: string): string {
  return folder.includes("/") && !folder.includes("\\") ? `${folder}/${name}` : win32.join(folder, name);
}

/** With the line ends of a batch file. */
export function batchLines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\r\n`).join("");
}

function refusal(what: Remedy): SetupError {
  return new SetupError("SERVICE_REFUSED", advice`The service cannot be installed: ${what}.`, {
    fix: "rename the file or change the value so that cmd.exe can be given it",
  });
}
