/** `clawdbot logs`: the end of the log, from the gateway when it answers and from the file otherwise, and what follows. */

import { setTimeout as delay } from "node:timers/promises";
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { CodedError, UnavailableError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { readingInForce } from "../../shared/node/gateway/reading-in-force.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, type Remedy, whole } from "../../shared/remedy.ts";
import { resolveLogFile } from "../base/config/load.ts";
import { formatConsoleLine } from "../base/log/console-line.ts";
import { connectTo } from "./connect.ts";
import type { logs } from "./definitions/program.ts";
import type { Invocation, ProfileContext } from "./invocation.ts";
import { LogFile } from "./log-file.ts";
import { isFiltering, lineFilter } from "./log-filter.ts";
import type { Output } from "./output.ts";
import { watchReader } from "./reader-watch.ts";
import { resolveTarget, type Target } from "./target.ts";

/** How many lines are searched for those that are wanted. */
const SEARCHED = 5_000;
const MAX_BYTES = 1_000_000;
/** How often new lines are looked for. */
const POLL_MS = 400;

/** The first lines, where they came from, and how to get the ones after them. */
interface LogSource {
  kind: "gateway" | "file";
  file: string;
  lines: string[];
  next: () => Promise<string[]>;
  close: () => void;
}

type LogsInvocation = Invocation<typeof logs>;

export async function run(invocation: LogsInvocation): Promise<number> {
  const { values, context, output } = invocation;
  const limit = isFiltering(values) ? SEARCHED : values.limit;
  const target = await resolveTarget(values, context);
  const isLocal = target.source !== "--url" && target.source !== "gateway.remote.url";

  const opened = await connectTo(target, values.timeout).catch((error: unknown) => {
    if (!isLocal || !(error instanceof CodedError)) throw error;
    return error;
  });
  const own = ownLog(context);
  const source =
    opened instanceof CodedError
      ? fromFile(own, limit, values.follow)
      : await fromGateway(opened, limit, isLocal ? own : undefined);
  try {
    output.note(sourceLine(source, target, opened));
    const isWanted = wanted(values);
    const lines = source.lines.filter(isWanted).slice(-values.limit);
    if (values.follow) return await follow({ ...source, lines }, isWanted, invocation);
    for (const line of lines) output.repeat(readable(line));
    output.document({ ok: true, source: source.kind, file: source.file, lines });
    return EXIT.ok;
  } finally {
    source.close();
  }
}

function wanted(values: LogsInvocation["values"]): (line: string) => boolean {
  if (!isFiltering(values)) return () => true;
  const filter = lineFilter(values, Date.now());
  return (line) => filter(line, readable(line));
}

/** Where the gateway of this profile writes its log. */
function ownLog(context: ProfileContext): LogFile {
  const reading = readingInForce(context);
  const config = reading.state === "valid" ? reading.config : {};
  return new LogFile(resolveLogFile(config, context.paths));
}

/** `own` is the file of the gateway of this machine and profile, when it is that one. Closes the connection when it fails. */
async function fromGateway(
  connection: GatewayConnection,
  limit: number,
  own: LogFile | undefined,
): Promise<LogSource> {
  try {
    return await readingFrom(connection, limit, own);
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function readingFrom(
  connection: GatewayConnection,
  limit: number,
  own: LogFile | undefined,
): Promise<LogSource> {
  const ask = (cursor?: number) =>
    connection.call("logs.tail", { limit, maxBytes: MAX_BYTES, ...(cursor === undefined ? {} : { cursor }) });
  const first = await ask();
  // The file itself gives every line, also those written just before a rotation. Which one it is, is not up to whoever answers.
  if (own !== undefined && own.path === first.file && mayRead(own, first.cursor)) {
    connection.close();
    return { kind: "gateway", ...first, next: async () => own.readNew(), close: () => own.close() };
  }
  let { cursor } = first;
  const next = async () => {
    const more = await ask(cursor);
    cursor = more.cursor;
    return more.lines;
  };
  return { kind: "gateway", ...first, next, close: () => connection.close() };
}

/** False for a file that is missing or not for this user: the gateway then goes on telling. */
function mayRead(log: LogFile, position: number): boolean {
  try {
    return log.continueFrom(position);
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
}

function fromFile(log: LogFile, limit: number, mayBeMissing: boolean): LogSource {
  const lines = log.readTail(limit);
  if (lines === undefined && !mayBeMissing) {
    throw new UnavailableError("LOG_UNREADABLE", advice`No log yet: ${log.path} does not exist.`);
  }
  return {
    kind: "file",
    file: log.path,
    lines: lines ?? [],
    next: async () => log.readNew(),
    close: () => log.close(),
  };
}

function sourceLine({ kind, file }: LogSource, target: Target, opened: unknown): Remedy {
  if (kind === "gateway") return advice`Log of the gateway at ${target.url} (${file})`;
  const reason =
    opened instanceof CodedError && opened.code !== "UNREACHABLE"
      ? opened.sentence
      : advice`no gateway answers`;
  return advice`Log from ${file}, read directly: ${whole(reason)}`;
}

async function follow(
  source: LogSource,
  isWanted: (line: string) => boolean,
  { output, readerGone, context }: LogsInvocation,
): Promise<number> {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  using reader = watchReader(context.platform);
  const done = AbortSignal.any([interrupted.signal, readerGone, reader.gone]);
  const ended = new Promise<undefined>((resolve) => done.addEventListener("abort", () => resolve(undefined)));
  print(source.lines, output);
  while (!done.aborted) {
    await delay(POLL_MS, undefined, { signal: done }).catch(() => {}); // Being interrupted is how a follow ends.
    if (done.aborted) break;
    const more = await Promise.race([source.next(), ended]);
    print((more ?? []).filter(isWanted), output);
  }
  return EXIT.ok;
}

function print(lines: readonly string[], output: Output): void {
  for (const line of lines) {
    output.repeat(readable(line));
    output.line(jsonLine(line));
  }
}

function readable(line: string): string {
  return formatConsoleLine(line, { dated: true }).trimEnd();
}

/** A log line is a JSON object already, unless something else wrote into the file. */
function jsonLine(line: string): string {
  try {
    if (isRecord(JSON.parse(line))) return line;
  } catch {
    // Not JSON: wrapped below, so that every line of the output is.
  }
  return JSON.stringify({ line });
}
