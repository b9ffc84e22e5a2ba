/**
 * This machine as a node: it stays connected to a gateway, does what it is asked if it can, and comes back when the connection is lost.
 * What runs when that happens is ended: nobody would hear what came of it.
 */
import { backoffDelay, RECONNECT_BACKOFF } from "../../../shared/client/backoff.ts";
import type { Closed, GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { type Clock, sleep } from "../../../shared/clock.ts";
import { CodedError, errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { CommandError, type NodeCommand } from "./command.ts";

/** What becomes of the connection, for whoever tells people. */
export interface NodeHostNews {
  connected(connection: GatewayConnection): void;
  lost(closed: Closed): void;
  /** It is tried again after `delayMs`. */
  failed(error: unknown, delayMs: number): void;
}

export interface NodeHostPlace {
  commands: ReadonlyMap<string, NodeCommand>;
  /** One attempt; fails as `connectGateway` does. */
  connect: () => Promise<GatewayConnection>;
  clock: Clock;
  random: () => number;
}

/** Ticks that may be missing before the gateway counts as gone. */
const MISSED_TICKS = 2;
const REPORT_TIMEOUT_MS = 10_000;

/** Serves until the signal is aborted. Never fails. */
export async function serveAsNode(
  place: NodeHostPlace,
  news: NodeHostNews,
  signal: AbortSignal,
): Promise<void> {
  const { connect, clock, random } = place;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const connection = await connect();
      failures = 0;
      if (signal.aborted) connection.close();
      else {
        news.connected(connection);
        news.lost(await serve(connection, place, signal));
      }
    } catch (error) {
      failures += 1;
      const after = error instanceof CodedError ? (error.retryAfterMs ?? 0) : 0;
      const delayMs = Math.max(after, backoffDelay(RECONNECT_BACKOFF, failures, random));
      if (!signal.aborted) news.failed(error, delayMs);
      await sleep(clock, delayMs, signal).catch(() => {}); // The end is what the loop looks at.
      continue;
    }
    await sleep(clock, backoffDelay(RECONNECT_BACKOFF, 1, random), signal).catch(() => {}); // As above.
  }
}

/** Does what is asked over the connection until it ends. */
async function serve(
  connection: GatewayConnection,
  { commands, clock }: NodeHostPlace,
  signal: AbortSignal,
): Promise<Closed> {
  const over = new AbortController();
  const end = () => connection.close();
  signal.addEventListener("abort", end);
  let watch: Disposable | undefined;
  const { tickIntervalMs } = connection.hello.policy;
  const heard = () => {
    watch?.dispose();
    watch = clock.after((MISSED_TICKS + 0.5) * tickIntervalMs, end);
  };
  heard();
  const stopListening = connection.onEvent(({ event, payload }) => {
    heard();
    if (event === "node.invoke.request" && isRecord(payload))
      void answer(connection, payload, { commands, signal: over.signal });
  });
  const closed = await connection.closed;
  over.abort();
  stopListening();
  watch?.dispose();
  signal.removeEventListener("abort", end);
  return closed;
}

async function answer(
  connection: GatewayConnection,
  { id, nodeId, command, paramsJSON }: Record<string, unknown>,
  { commands, signal }: { commands: ReadonlyMap<string, NodeCommand>; signal: AbortSignal },
): Promise<void> {
  if (typeof id !== "string" || typeof nodeId !== "string") return;
  const tell = (method: string, params: object) =>
    // Whoever is gone cannot be told; a gateway that is there and refuses will not take it a second time either.
    connection.request(method, params, REPORT_TIMEOUT_MS).catch(() => {});
  const reports: Promise<unknown>[] = [];
  const report = (event: string, payload: Record<string, unknown>) =>
    void reports.push(tell("node.event", { event, payload }));
  let outcome: object;
  try {
    const work = typeof command === "string" ? commands.get(command) : undefined;
    if (work === undefined) throw new CommandError("UNAVAILABLE", "command not supported");
    const payload = await work.run(paramsOf(paramsJSON), { signal, report });
    outcome = { ok: true, payload };
  } catch (error) {
    const code = error instanceof CommandError ? error.code : "UNAVAILABLE";
    outcome = { ok: false, error: { code, message: errorText(error) || "it failed" } };
  }
  await Promise.all(reports);
  await tell("node.invoke.result", { id, nodeId, ...outcome });
}

function paramsOf(text: unknown): Record<string, unknown> {
  if (text === null || text === undefined) return {};
  let value: unknown;
  try {
    value = typeof text === "string" ? JSON.parse(text) : undefined;
  } catch (error) {
    throw new CommandError("INVALID_REQUEST", `paramsJSON is no JSON: ${errorText(error)}`);
  }
  if (isRecord(value)) return value;
  throw new CommandError("INVALID_REQUEST", "paramsJSON must hold an object");
}
