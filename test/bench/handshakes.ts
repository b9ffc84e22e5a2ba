/**
 * Connections per second from TCP to the end of the handshake, a few at a time, in turns: ours with challenge, token and
 * welcome, the bare server's with nothing but the upgrade.
 */
import { openPeer } from "./client.ts";
import { type Figure, median } from "./figure.ts";
import type { Program } from "./server.ts";

const ROUNDS = 6;
/** Per round. */
const COUNT = 400;
const AT_ONCE = 8;

export async function measureHandshakes(servers: { program: Program; port: number }[]): Promise<Figure> {
  const rates: Record<Program["name"], number[]> = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { program, port } of servers) {
      const startedAt = performance.now();
      await openAndClose(program, port, COUNT);
      rates[program.name].push((COUNT * 1_000) / (performance.now() - startedAt));
    }
  }
  return {
    name: "handshakes",
    unit: "/s",
    ours: median(rates.ours),
    bare: median(rates.bare),
    note: `${AT_ONCE} at a time, each closed again`,
  };
}

async function openAndClose(program: Program, port: number, count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await (await openPeer(program, port)).close();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
