import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { english, type Remedy } from "../../../../../shared/remedy.ts";
import { MemoryGuard } from "../../../../../sidecar/base/guard/memory-guard.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const MB = 1_048_576;
const LOOK_MS = 5_000;

/** A guard over a process whose memory and delays the test sets. */
function stage(home: TempHome, startMb = 70) {
  const clock = new FakeClock();
  const now = { rssMb: startMb, delayMs: 0 };
  const warned: string[] = [];
  const renewals: string[] = [];
  let changes = 0;
  const memory = () => ({ rss: now.rssMb * MB, heapUsed: 1, external: 2, arrayBuffers: 3 });
  const guard = new MemoryGuard(
    {
      limits: () => ({ warnBytes: 400 * MB, refuseBytes: 600 * MB, restartBytes: 800 * MB }),
      delayLimitMs: () => 1_000,
      counts: async () => ({ connections: 3, runs: 1 }),
      evidenceFolder: () => home.path,
      changed: () => {
        changes += 1;
      },
      renew: async (reason) => void renewals.push(reason),
    },
    {
      start: () => {},
      memory,
      rss: () => memory().rss,
      loopDelay: () => now.delayMs,
      dispose: () => {},
    },
    { logger: memoryLog().logger, warn: (sentence: Remedy) => warned.push(english(sentence)) },
    clock,
  );
  guard.start();
  /** One look with this much memory. */
  const look = async (rssMb: number, delayMs = 0) => {
    Object.assign(now, { rssMb, delayMs });
    clock.advance(LOOK_MS);
    await new Promise(setImmediate);
  };
  return { guard, clock, now, warned, renewals, look, changes: () => changes };
}

test.describe("MemoryGuard", () => {
  test("says nothing while there is nothing to say", async ({ home }) => {
    const { guard, look, warned, changes } = stage(home);

    await look(399);

    expect({ warned, changes: changes(), retryAfterMs: guard.strain().memory.retryAfterMs }).toEqual({
      warned: [],
      changes: 0,
      retryAfterMs: undefined,
    });
    expect(guard.components()).toEqual({ memory: { ok: true } });
  });

  test("warns once, and again after the memory was given back", async ({ home }) => {
    const { guard, look, warned, changes } = stage(home);

    for (const rssMb of [401, 450, 399, 401, 359, 401]) await look(rssMb);

    expect(warned).toEqual(
      Array(2).fill("the gateway uses 401 MB of memory; from 600 MB on it takes no new messages"),
    );
    expect(changes()).toBe(3);
    expect(guard.strain().memory.retryAfterMs).toBeUndefined();
  });

  test("refuses new runs with a time to try again, at once and until there is some room", async ({
    home,
  }) => {
    const { guard, now, look } = stage(home);

    // Nobody has looked since.
    now.rssMb = 601;
    const before = guard.strain().memory;
    await look(601);
    now.rssMb = 580;
    const still = guard.strain().memory;
    now.rssMb = 539;

    expect(before).toMatchObject({ level: "refuse", retryAfterMs: 30_000 });
    expect(still).toMatchObject({ level: "refuse", retryAfterMs: 30_000 });
    expect(guard.strain().memory).toMatchObject({ level: "warn" });
    expect(guard.strain().memory.retryAfterMs).toBeUndefined();
  });

  test("tells whoever asks whether it is ready", async ({ home }) => {
    const { guard, look } = stage(home);

    await look(410);
    const warned = guard.components();
    await look(610, 1_500);

    expect(warned).toEqual({
      memory: { ok: true, detail: "410 MB of memory, warning from 400 MB on" },
    });
    expect(guard.components()).toEqual({
      memory: { ok: false, detail: "610 MB of memory, no new messages from 600 MB on" },
      eventLoop: { ok: true, detail: "was held up for 1500 ms" },
    });
  });

  test("has the process replaced when it stays above the limit, once", async ({ home }) => {
    const { look, renewals, guard } = stage(home);

    await look(801);
    const afterOne = [...renewals];
    await look(700);
    await look(810);
    await look(820);
    await look(830);

    expect(afterOne).toEqual([]);
    expect(renewals).toEqual(["820 MB of memory, 800 MB at the most"]);
    expect(guard.strain().memory).toMatchObject({ level: "restart", retryAfterMs: 5_000 });
  });

  test("has a process replaced that refuses everybody for five minutes", async ({ home }) => {
    const { look, renewals } = stage(home);

    for (let count = 0; count < 59; count += 1) await look(650);
    const before = [...renewals];
    await look(650);

    expect(before).toEqual([]);
    expect(renewals).toEqual(["650 MB of memory, 600 MB at the most"]);
  });

  test("replaces no process that needs that much from its start on, and says so once", async ({ home }) => {
    const { look, renewals, warned } = stage(home, 700);

    for (let count = 0; count < 4; count += 1) await look(810);

    expect(renewals).toEqual([]);
    expect(warned.at(-1)).toBe(
      "the gateway needs 700 MB of memory right after its start: gateway.guard.restartMb (800) is too low to help",
    );
    expect(warned).toHaveLength(2);
  });

  test("keeps figures and counts of the last minutes, for the last few times", async ({ home }) => {
    const { look } = stage(home);

    await look(100);
    for (let count = 0; count < 12; count += 1) {
      await look(650);
      await look(100);
    }

    const files = readdirSync(home.path).filter((name) => name.startsWith("memory-"));
    expect(files).toHaveLength(10);
    const [oldest = ""] = files.sort();
    const evidence = JSON.parse(readFileSync(join(home.path, oldest), "utf8"));
    expect(evidence).toMatchObject({ what: "refusing", counts: { connections: 3, runs: 1 } });
    expect(evidence.samples.at(-1)).toMatchObject({ rss: 650 * MB, heapUsed: 1, loopDelayMs: 0 });
  });

  test("forgets a delay after a minute, and tells one a minute", async ({ home }) => {
    const { guard, look, changes } = stage(home);

    await look(70, 3_000);
    await look(70, 2_000);
    const soon = guard.strain().eventLoop;
    for (let count = 0; count < 13; count += 1) await look(70);

    expect(soon).toEqual({ delayMs: 3_000 });
    expect(guard.strain().eventLoop).toEqual({ delayMs: 0 });
    expect(changes()).toBe(1);
  });
});
