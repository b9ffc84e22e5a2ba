/**
 * 10,000 events to 100 clients. Ours: one client sends `system-event`, and each becomes a `presence` broadcast to all. The
 * bare server passes a message of the same size on to its clients in a plain loop.
 */
import { isAnswer, openPeer, type Peer, requestText } from "./client.ts";
import type { Figure } from "./figure.ts";
import { usageOf } from "./processes.ts";
import type { Program, RunningServer } from "./server.ts";

const EVENTS = 10_000;
const CLIENTS = 100;
const UNDER_WAY = 16;
/** No further message for this long means that the rest was dropped. */
const QUIET_MS = 3_000;

interface FanOut {
  seconds: number;
  delivered: number;
  serverCpuMs: number;
  messageBytes: number;
}

export async function measureFanOut(ours: Target, bare: Target): Promise<Figure[]> {
  const event = (id: number) =>
    requestText(id, "system-event", { text: `Node: bench · reason periodic ${id}` });
  const first = await fanOut(ours, event);
  const padding = `F${"x".repeat(first.messageBytes - 1)}`;
  const second = await fanOut(bare, () => padding);
  const both = (pick: (result: FanOut) => number) => ({ ours: pick(first), bare: pick(second) });
  return [
    {
      name: "fan-out: deliveries",
      unit: "/s",
      ...both(({ delivered, seconds }) => delivered / seconds),
      note: `${EVENTS} events of ${first.messageBytes} bytes to ${CLIENTS} clients, all read by one process`,
    },
    { name: "fan-out: whole time", unit: "ms", ...both(({ seconds }) => seconds * 1_000) },
    { name: "fan-out: CPU time of the server", unit: "ms", ...both(({ serverCpuMs }) => serverCpuMs) },
    { name: "fan-out: delivered", unit: "count", ...both(({ delivered }) => delivered) },
  ];
}

/** A running server and how to connect to it. */
export interface Target {
  program: Program;
  server: RunningServer;
}

async function fanOut({ program, server }: Target, message: (id: number) => string): Promise<FanOut> {
  const clients: Peer[] = [];
  for (let index = 0; index < CLIENTS; index += 1) clients.push(await openPeer(program, server.port));
  const publisher = await openPeer(program, server.port);
  const cpuBefore = usageOf(server.pids()).cpuMs;
  const startedAt = performance.now();
  let delivered = 0;
  let messageBytes = 0;
  let lastAt = startedAt;

  const received = new Promise<void>((resolve) => {
    const quiet = setInterval(() => {
      if (performance.now() - lastAt > QUIET_MS) done();
    }, 100);
    const done = () => {
      clearInterval(quiet);
      resolve();
    };
    for (const client of clients) {
      client.onMessage((data) => {
        if (!isFannedOut(data)) return;
        delivered += 1;
        messageBytes = Math.max(messageBytes, data.length);
        lastAt = performance.now();
        if (delivered === EVENTS * CLIENTS) done();
      });
    }
  });
  publish(publisher, message);
  await received;
  const seconds = (lastAt - startedAt) / 1_000;
  const serverCpuMs = usageOf(server.pids()).cpuMs - cpuBefore;
  await Promise.all([publisher, ...clients].map((peer) => peer.close()));
  return { seconds, delivered, serverCpuMs, messageBytes };
}

function publish(peer: Peer, message: (id: number) => string): void {
  let sent = 0;
  const next = () => {
    if (sent < EVENTS) peer.send(message(sent));
    sent += 1;
  };
  peer.onMessage((data) => {
    if (isAnswer(data)) next();
  });
  for (let index = 0; index < UNDER_WAY; index += 1) next();
}

/** The start of a presence event, or of what the bare server passes on. */
function isFannedOut(data: Buffer): boolean {
  return data[0] === 0x46 || data.toString("latin1", 16, 34) === '"event":"presence"';
}
