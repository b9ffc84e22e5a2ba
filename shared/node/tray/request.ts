/**
 * Asks a running tray for what a click in its menu does. The tray greets first and takes a request only shortly after: what reaches
 * one that was busy or suspended is not carried out later.
 */
import { connect, type Socket } from "node:net";
import { errorText, SetupError, systemCode, UnavailableError } from "../../errors.ts";
import { isRecord } from "../../protocol/frame.ts";
import { advice, ours, type Remedy, whole } from "../../remedy.ts";
import type { TrayKeeper } from "./keeper.ts";

export const TRAY_VERBS = ["start", "stop", "restart"] as const;
export type TrayVerb = (typeof TRAY_VERBS)[number];

/** A line of the tray: greeting, acceptance, then the outcome. */
export type TrayLine =
  | { readonly kind: "greeting" }
  | { readonly kind: "accepted" }
  | { readonly kind: "done"; readonly result: TrayResult; readonly pid: number | null }
  | { readonly kind: "failed"; readonly message: string };

export type TrayResult = "started" | "already-running" | "stopped" | "already-stopped" | "restarted";
export type TrayOutcome = Extract<TrayLine, { kind: "done" }>;

/** The tray refuses a request that comes later than this after its greeting. */
export const REQUEST_FRESH_MS = 2_000;
/** No line of either side is longer. */
const MAX_LINE_BYTES = 16 * 1024;
/** For the greeting, and for the acceptance: longer than `REQUEST_FRESH_MS`, so that nothing is taken after it was given up. */
const ANSWER_MS = 3_000;
/**
 * Resolves when the tray has done it. Fails with `TIMEOUT` when the tray does not take the request or is not done after `timeoutMs`,
 * with `CONNECTION_LOST` when it ends meanwhile, and with `SERVICE_FAILED` for what the tray says went wrong.
 */
export async function askTray(keeper: TrayKeeper, verb: TrayVerb, timeoutMs: number): Promise<TrayOutcome> {
  const { pid, address, key } = keeper;
  if (address === null) throw deaf(pid, "the system gave it no socket for requests");
  const socket = connect(address);
  const limit = (ms: number, error: Error) => setTimeout(() => socket.destroy(error), ms);
  const silent = deaf(pid, advice`it does not answer within ${ANSWER_MS / 1_000} s`);
  let timer = limit(ANSWER_MS, silent);
  let isAccepted = false;
  try {
    for await (const line of linesOf(socket)) {
      const told = parseLine(line);
      if (told?.kind === "done") return told;
      if (told?.kind === "failed") throw refused(verb, told.message);
      clearTimeout(timer);
      isAccepted ||= told?.kind === "accepted";
      timer = isAccepted ? limit(timeoutMs, slow(pid, verb, timeoutMs)) : limit(ANSWER_MS, silent);
      if (told?.kind === "greeting") socket.write(`${JSON.stringify({ key, verb })}\n`);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw isAccepted ? lost(pid, verb) : deaf(pid, errorText(error));
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  throw isAccepted ? lost(pid, verb) : deaf(pid, "it closed the connection");
}

/** The lines that a peer sends; ends with the connection, or when a line gets too long. */
export async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    rest += chunk;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > MAX_LINE_BYTES) return;
  }
}

function parseLine(line: string): TrayLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && typeof value.kind === "string" ? (value as unknown as TrayLine) : undefined;
  } catch {
    return undefined; // Not a line of ours; the time limit ends the waiting.
  }
}

function deaf(pid: number, why: Remedy): UnavailableError {
  const message = advice`The tray (PID ${pid}) keeps the gateway and cannot be asked: ${whole(why)}. Use its menu, or end the tray and try again.`;
  return new UnavailableError("TIMEOUT", message, { details: { trayPid: pid } });
}

function slow(pid: number, verb: TrayVerb, timeoutMs: number): UnavailableError {
  const message = advice`The tray (PID ${pid}) has not finished the ${verb} within ${timeoutMs / 1_000} s and goes on with it; look with ${ours`gateway status`}.`;
  return new UnavailableError("TIMEOUT", message, { details: { trayPid: pid } });
}

function lost(pid: number, verb: TrayVerb): UnavailableError {
  const message = advice`The tray (PID ${pid}) ended before the ${verb} was done; look with ${ours`gateway status`}.`;
  return new UnavailableError("CONNECTION_LOST", message, { details: { trayPid: pid } });
}

function refused(verb: TrayVerb, why: string): SetupError {
  return new SetupError("SERVICE_FAILED", advice`gateway ${verb}: the tray could not do it: ${why}`, {
    fix: advice`${ours`gateway status`} tells more`,
  });
}
