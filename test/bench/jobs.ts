/** What a schedule of many jobs costs: a look for what is due, a list of all, and the memory of a gateway that waits for them. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { resolvePaths } from "../../shared/node/paths.ts";
import { nextSlot } from "../../sidecar/assistant/cron/next-slot.ts";
import type { CronJob } from "../../sidecar/base/store/cron-store.ts";
import { openDatabase } from "../../sidecar/base/store/database.ts";
import { SqliteCronStore } from "../../sidecar/base/store/sqlite/cron.ts";
import { openPeer } from "./client.ts";
import { repeat } from "./conversations.ts";
import { type Figure, median } from "./figure.ts";
import { usageOf } from "./processes.ts";
import { gatewayProgram, startServer } from "./server.ts";

const JOBS = 1_000;
const RUNS = 60;
/** How long a gateway rests before its memory is read. */
const REST_MS = 6_000;
/** Not while it is measured. */
const LATER_MS = 30 * 86_400_000;

export async function measureJobs(launcher: string): Promise<Figure[]> {
  const without = await restOf(launcher, 0);
  const full = await restOf(launcher, JOBS);
  return [
    {
      name: `a look at ${JOBS} jobs`,
      unit: "ms",
      ours: full.lookMs,
      limit: 1,
      note: "what is due, and when the next one is",
    },
    { name: `the next times of ${JOBS} jobs`, unit: "ms", ours: slotsMs() },
    { name: `cron.list of ${JOBS} jobs`, unit: "ms", ours: full.listMs },
    {
      name: `${JOBS} jobs, anonymous memory`,
      unit: "MB",
      ours: full.memoryMb - without.memoryMb,
      note: `${full.memoryMb.toFixed(1)} MB with them, ${without.memoryMb.toFixed(1)} MB without`,
    },
  ];
}

async function restOf(launcher: string, count: number) {
  const program = gatewayProgram(launcher);
  const lookMs = await fill(program.home.path, count);
  const gateway = await startServer(program);
  try {
    await sleep(REST_MS);
    const { anonymousMb: memoryMb } = usageOf(gateway.pids());
    const peer = await openPeer(program, gateway.port);
    const { times } = await repeat(peer, "cron.list", {});
    await peer.close();
    return { lookMs, memoryMb, listMs: median(times) };
  } finally {
    await gateway.stop();
    program.home.dispose();
  }
}

/** Keeps the jobs; how long a look takes. */
async function fill(home: string, count: number): Promise<number> {
  const { storeFile } = resolvePaths({ env: { HOME: home }, platform: process.platform });
  mkdirSync(dirname(storeFile), { recursive: true, mode: 0o700 });
  const database = await openDatabase(storeFile);
  database.exec("PRAGMA synchronous = OFF");
  const store = new SqliteCronStore(database);
  const nowMs = Date.now();
  for (let index = 0; index < count; index += 1) await store.add(jobOf(index, nowMs));
  const times: number[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    const startedAt = performance.now();
    await store.due({ fromMs: nowMs - 120_000, toMs: nowMs }, 2);
    await store.due({ fromMs: 0, toMs: nowMs - 120_000 }, 1);
    await store.nextDueAt(nowMs);
    await store.count();
    times.push(performance.now() - startedAt);
  }
  database.close();
  return median(times);
}

function jobOf(index: number, nowMs: number): CronJob {
  const dueMs = nowMs + LATER_MS + index;
  return {
    id: `job-${index}`,
    name: `Job ${index}`,
    isEnabled: true,
    schedule: { kind: "cron", expr: `${index % 60} ${index % 24} * * *`, tz: "Europe/Berlin" },
    sessionTarget: "isolated",
    wakeMode: "now",
    payload: { kind: "agentTurn", message: "Look whether there is anything new, and write a line about it." },
    principal: "webchat:owner",
    authority: "owner",
    due: { slotMs: dueMs, atMs: dueMs, attempt: 1 },
    state: {},
    scheduledAtMs: nowMs,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function slotsMs(): number {
  const nowMs = Date.now();
  const jobs = Array.from({ length: JOBS }, (_, index) => jobOf(index, nowMs));
  const startedAt = performance.now();
  for (const { id, schedule } of jobs)
    nextSlot(schedule, { zone: "UTC", id, anchoredAtMs: nowMs, isExact: false }, nowMs);
  return performance.now() - startedAt;
}
