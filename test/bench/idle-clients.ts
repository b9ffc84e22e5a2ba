/** What clients cost that are only there. */
import { setTimeout as sleep } from "node:timers/promises";
import { openPeer, type Peer } from "./client.ts";
import type { Figure } from "./figure.ts";
import { usageOf } from "./processes.ts";
import { type Program, startServer } from "./server.ts";

const CLIENTS = 500;
/** How long a server rests before its memory is read. */
const REST_MS = 6_000;

export async function measureIdleClients(ours: Program, bare: Program): Promise<Figure> {
  return {
    name: `${CLIENTS} idle clients, anonymous memory`,
    unit: "MB",
    ours: await memoryOf(ours),
    bare: await memoryOf(bare),
    limit: 50,
  };
}

async function memoryOf(program: Program): Promise<number> {
  const server = await startServer(program);
  const peers: Peer[] = [];
  try {
    for (let index = 0; index < CLIENTS; index += 1) peers.push(await openPeer(program, server.port));
    await sleep(REST_MS);
    return usageOf(server.pids()).anonymousMb;
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
    await server.stop();
  }
}
