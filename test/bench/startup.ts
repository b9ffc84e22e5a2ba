/** Start to listening, memory at rest, and stop: the median of several starts, ours and the bare server in turn. */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "./figure.ts";
import { type Usage, usageOf } from "./processes.ts";
import { type Program, startServer } from "./server.ts";

const STARTS = 5;
/** How long a server rests before its memory is read. */
const REST_MS = 6_000;

interface Start {
  listenMs: number;
  usage: Usage;
  stopMs: number;
}

export async function measureStartup(launcher: string, ours: Program, bare: Program): Promise<Figure[]> {
  rmSync(join(dirname(launcher), ".compile-cache"), { recursive: true, force: true });
  const first = { ours: await start(ours, 0), bare: await start(bare, 0) };
  const starts: { ours: Start[]; bare: Start[] } = { ours: [], bare: [] };
  for (let round = 0; round < STARTS; round += 1) {
    for (const program of [ours, bare]) starts[program.name].push(await start(program, REST_MS));
  }
  const both = (pick: (start: Start) => number) => ({
    ours: median(starts.ours.map(pick)),
    bare: median(starts.bare.map(pick)),
  });
  return [
    {
      name: "first start to listening",
      unit: "ms",
      ours: first.ours.listenMs,
      bare: first.bare.listenMs,
      note: "with an empty compile cache",
    },
    {
      name: "start to listening",
      unit: "ms",
      ...both((one) => one.listenMs),
      limit: 300,
      note: `median of ${STARTS} starts; ours ${range(starts.ours)}, bare ${range(starts.bare)}`,
    },
    { name: "memory at rest, RSS", unit: "MB", ...both((one) => one.usage.rssMb), limit: 85 },
    { name: "memory at rest, anonymous", unit: "MB", ...both((one) => one.usage.anonymousMb), limit: 36 },
    { name: "processes", unit: "count", ...both((one) => one.usage.processes) },
    { name: "CPU time of start and 6 s of rest", unit: "ms", ...both((one) => one.usage.cpuMs) },
    { name: "stop", unit: "ms", ...both((one) => one.stopMs), limit: 500 },
  ];
}

async function start(program: Program, restMs: number): Promise<Start> {
  const server = await startServer(program);
  await sleep(restMs);
  const usage = usageOf(server.pids());
  return { listenMs: server.listenMs, usage, stopMs: await server.stop() };
}

function range(starts: readonly Start[]): string {
  const times = starts.map(({ listenMs }) => Math.round(listenMs));
  return `${Math.min(...times)}–${Math.max(...times)} ms`;
}
