/**
 * Requests over one connection: one after the other for latency, many under way for throughput. The bare server echoes the
 * request. Both take turns, so that what else the machine does meets both.
 */
import { isAnswer, openPeer, type Peer, requestText } from "./client.ts";
import { type Figure, median, percentile } from "./figure.ts";
import type { Program } from "./server.ts";

const ROUNDS = 8;
const WARM_UP = 2_000;
/** Per round. */
const SEQUENTIAL = 1_500;
const PIPELINED = 6_000;
const UNDER_WAY = 64;

/** One server and what was measured on it. */
interface Lane {
  name: Program["name"];
  peer: Peer;
  times: number[];
  rates: number[];
}

export async function measureRequests(
  servers: { program: Program; port: number }[],
  method: string,
): Promise<Figure[]> {
  const lanes: Lane[] = [];
  for (const { program, port } of servers) {
    const peer = await openPeer(program, port);
    await pipelined(peer, method, WARM_UP);
    lanes.push({ name: program.name, peer, times: [], rates: [] });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { peer, times } of lanes) times.push(...(await sequential(peer, method, SEQUENTIAL)));
    for (const { peer, rates } of lanes) rates.push(await pipelined(peer, method, PIPELINED));
  }
  for (const { peer } of lanes) await peer.close();

  const lane = (name: Program["name"]) => lanes.find((one) => one.name === name);
  const both = (pick: (one: Lane) => number) => {
    const [ours, bare] = [lane("ours"), lane("bare")];
    return { ours: ours && pick(ours), bare: bare && pick(bare) };
  };
  const p50 = both(({ times }) => percentile(times, 50));
  return [
    { name: `${method}: p50`, unit: "ms", ...p50, limit: (p50.bare ?? Number.NaN) * 1.5 },
    { name: `${method}: p99`, unit: "ms", ...both(({ times }) => percentile(times, 99)) },
    {
      name: `${method}: throughput`,
      unit: "/s",
      ...both(({ rates }) => median(rates)),
      note: `${UNDER_WAY} requests under way on one connection`,
    },
  ];
}

/** The time of each request, in ms. */
async function sequential(peer: Peer, method: string, count: number): Promise<number[]> {
  const times: number[] = [];
  await new Promise<void>((resolve) => {
    let sentAt = 0;
    const next = () => {
      sentAt = performance.now();
      peer.send(requestText(times.length, method));
    };
    peer.onMessage((data) => {
      if (!isAnswer(data)) return;
      times.push(performance.now() - sentAt);
      if (times.length === count) resolve();
      else next();
    });
    next();
  });
  return times;
}

/** Requests per second with a constant number under way. */
async function pipelined(peer: Peer, method: string, count: number): Promise<number> {
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    let sent = 0;
    let answered = 0;
    const next = () => {
      if (sent < count) peer.send(requestText(sent, method));
      sent += 1;
    };
    peer.onMessage((data) => {
      if (!isAnswer(data)) return;
      answered += 1;
      if (answered === count) resolve();
      else next();
    });
    for (let index = 0; index < UNDER_WAY; index += 1) next();
  });
  return (count * 1_000) / (performance.now() - startedAt);
}
