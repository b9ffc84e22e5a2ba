/** How long a message takes where no model does: to the first event, to the answer, to the end of a run that is stopped, and as a command. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { isRecord } from "../../shared/protocol/frame.ts";
import { openPeer, type Peer, requestText } from "./client.ts";
import { type Figure, median } from "./figure.ts";
import { type Program, startServer } from "./server.ts";

const RUNS = 40;
const ABORTS = 10;
const COMMANDS = 9;
/** The echo of it takes a second. */
const LONG = "word ".repeat(4_000);

export async function measureTurns(launcher: string, ours: Program): Promise<Figure[]> {
  const gateway = await startServer(ours);
  try {
    const peer = await openPeer(ours, gateway.port);
    // The first message loads what answers it.
    const first = await send(peer, "warm-up", "hi");
    const turns: Turn[] = [];
    for (let run = 0; run < RUNS; run += 1) turns.push(await send(peer, `run-${run}`, `message ${run}`));
    const aborts: number[] = [];
    for (let run = 0; run < ABORTS; run += 1) aborts.push(await abort(peer, `long-${run}`));
    await peer.close();
    const commands: number[] = [];
    for (let run = 0; run < COMMANDS; run += 1) commands.push(await command(launcher, ours));
    const figure = (name: string, values: number[], limit: number, note: string): Figure => ({
      name,
      unit: "ms",
      ours: median(values),
      limit,
      note: `${note}; longest ${Math.max(...values).toFixed(1)} ms`,
    });
    const [firsts, ends] = [turns.map(({ firstMs }) => firstMs), turns.map(({ endMs }) => endMs)];
    const veryFirst = `the very first ${first.firstMs.toFixed(0)} ms`;
    return [
      figure("chat.send to the first event", firsts, 50, `p50 of ${RUNS}, ${veryFirst}`),
      figure("chat.send to the answer, without a model", ends, 15, `p50 of ${RUNS}, answered by local/echo`),
      figure("chat.abort to the end of the run", aborts, 100, `p50 of ${ABORTS}`),
      figure("clawdbot agent --message hi", commands, 600, `p50 of ${COMMANDS} processes`),
    ];
  } finally {
    await gateway.stop();
  }
}

/** From sending a message, in ms. */
interface Turn {
  firstMs: number;
  endMs: number;
}

function send(peer: Peer, runId: string, message: string): Promise<Turn> {
  return new Promise((resolve) => {
    let firstMs: number | undefined;
    const startedAt = performance.now();
    peer.onMessage((data) => {
      const { event, payload } = frameOf(data);
      if (typeof event !== "string" || payload.runId !== runId) return;
      const elapsedMs = performance.now() - startedAt;
      firstMs ??= elapsedMs;
      if (event === "chat" && payload.state === "final") resolve({ firstMs, endMs: elapsedMs });
    });
    peer.send(requestText(1, "chat.send", { sessionKey: "main", message, idempotencyKey: runId }));
  });
}

/** From the request to the event that says so, in ms. */
function abort(peer: Peer, runId: string): Promise<number> {
  return new Promise((resolve) => {
    let startedAt: number | undefined;
    peer.onMessage((data) => {
      const { event, payload } = frameOf(data);
      if (payload.runId !== runId || event !== "chat") return;
      if (payload.state === "delta" && startedAt === undefined) {
        startedAt = performance.now();
        peer.send(requestText(2, "chat.abort", { sessionKey: "long", runId }));
      }
      if (payload.state === "aborted") resolve(performance.now() - (startedAt ?? Number.NaN));
    });
    peer.send(requestText(1, "chat.send", { sessionKey: "long", message: LONG, idempotencyKey: runId }));
  });
}

async function command(launcher: string, { env }: Program): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [launcher, "agent", "--message", "hi"], { env, stdio: "ignore" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`clawdbot agent ended with ${code}`);
  return performance.now() - startedAt;
}

function frameOf(data: Buffer): { event: unknown; payload: Record<string, unknown> } {
  const frame: unknown = JSON.parse(data.toString("utf8"));
  const { event, payload } = isRecord(frame) ? frame : {};
  return { event, payload: isRecord(payload) ? payload : {} };
}
