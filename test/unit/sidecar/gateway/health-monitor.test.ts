import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { HealthSummary } from "../../../../shared/protocol/methods/health.ts";
import { EventBus } from "../../../../sidecar/base/events/event-bus.ts";
import type { Strain } from "../../../../sidecar/base/guard/memory-guard.ts";
import { HealthMonitor } from "../../../../sidecar/gateway/health-monitor.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

function stage(home: TempHome, config: GatewayConfig = {}, strain?: () => Strain, ailments?: () => string[]) {
  const clock = new FakeClock();
  const bus = new EventBus();
  const announced: HealthSummary[] = [];
  let wake = () => {};
  bus.subscribe((name, payload) => {
    if (name === "health") announced.push(payload as HealthSummary);
    wake();
  });
  /** Resolves with the next announcement. */
  const nextAnnouncement = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    clock,
    announced,
    nextAnnouncement,
    monitor: new HealthMonitor(
      {
        stateDir: home.stateDir,
        storeFile: "",
        config: () => config,
        answerer: async () => ({ model: "local/echo", contextTokens: null }),
        sessions: async () => undefined,
        ...(strain && { strain }),
        ...(ailments && { ailments }),
      },
      bus,
      clock,
    ),
  };
}

test.describe("HealthMonitor", () => {
  test("tells the memory of now beside what is a moment old", async ({ home }) => {
    const limits = { warnBytes: 400, refuseBytes: 600, restartBytes: 800 };
    let rssBytes = 70;
    const { monitor } = stage(home, {}, () => ({
      memory: { rssBytes, level: "ok", ...limits },
      eventLoop: { delayMs: 0 },
    }));
    await monitor.get(false);

    rssBytes = 90;

    expect(await monitor.get(false)).toMatchObject({ memory: { rssBytes: 90 } });
  });

  test("measures for the first caller and announces it", async ({ home }) => {
    const { monitor, announced, clock } = stage(home);

    const summary = await monitor.get(false);

    expect(summary).toMatchObject({ ok: true, ts: clock.now(), channels: {}, defaultAgentId: "main" });
    expect(announced).toEqual([summary]);
    expect(monitor.version).toBe(2);
  });

  test("answers from the cache for a minute, and refreshes behind it", async ({ home }) => {
    const { monitor, clock, nextAnnouncement } = stage(home);
    const first = await monitor.get(false);
    clock.advance(59_000);

    const second = await monitor.get(false);
    const refreshed = nextAnnouncement();
    clock.advance(100);
    await refreshed;

    expect(second).toBe(first);
    expect(monitor.cached).not.toBe(first);
    expect(monitor.version).toBe(3);
  });

  test("measures anew for a probe and for a summary that is a minute old", async ({ home }) => {
    const { monitor, clock } = stage(home);
    const first = await monitor.get(false);

    const probed = await monitor.get(true);
    clock.advance(60_000);
    const later = await monitor.get(false);

    expect(probed).not.toBe(first);
    expect(later.ts).toBe(first.ts + 60_000);
  });

  for (const byMs of [-259_200_000, 259_200_000]) {
    test(`F10: a summary is as old as it is when the clock is set by ${byMs} ms`, async ({ home }) => {
      const { monitor, clock } = stage(home);
      const first = await monitor.get(false);

      clock.set(clock.now() + byMs);
      const young = await monitor.get(false);
      clock.advance(60_000);
      const old = await monitor.get(false);

      expect([young === first, old === first]).toEqual([true, false]);
    });
  }

  test("shares one measurement among callers at the same time", async ({ home }) => {
    const { monitor, announced } = stage(home);

    const [a, b] = await Promise.all([monitor.get(true), monitor.get(true)]);

    expect(a).toBe(b);
    expect(announced).toHaveLength(1);
  });

  test("says what is not well, to clients within seconds, and when all is again", async ({ home }) => {
    let ailments: string[] = [];
    const { monitor, clock, announced, nextAnnouncement } = stage(home, {}, undefined, () => ailments);
    const changed = async (to: string[]) => {
      ailments = to;
      const next = nextAnnouncement();
      clock.advance(5_000);
      clock.advance(100);
      await next;
    };
    monitor.start();
    await monitor.get(false);

    await changed(["log: ENOSPC"]);
    ailments = ["log: ENOSPC", "answers: no room"];
    const asked = await monitor.get(false);
    await changed([]);
    const after = await monitor.get(false);
    monitor.stop();

    expect(announced.map((each) => each.ailments)).toEqual([undefined, ["log: ENOSPC"], undefined]);
    expect(asked.ailments).toEqual(["log: ENOSPC", "answers: no room"]);
    expect(after.ailments).toBeUndefined();
  });

  test("merges the refreshes that clients ask for within a tenth of a second", async ({ home }) => {
    const { monitor, clock, announced, nextAnnouncement } = stage(home);

    for (let index = 0; index < 10; index += 1) monitor.refreshSoon();
    const refreshed = nextAnnouncement();
    clock.advance(1_000);
    await refreshed;

    expect(announced).toHaveLength(1);
  });

  test("refreshes every minute while it runs, and holds no timer afterwards", async ({ home }) => {
    const { monitor, clock, announced, nextAnnouncement } = stage(home);
    monitor.start();

    for (let minute = 0; minute < 3; minute += 1) {
      const refreshed = nextAnnouncement();
      clock.advance(60_100);
      await refreshed;
      await setImmediate(); // The measurement ends just after its announcement.
    }
    const running = clock.pending;
    monitor.refreshSoon();
    monitor.stop();

    expect(announced).toHaveLength(3);
    expect(running).toBe(2);
    expect(clock.pending).toBe(0);
  });

  test("says when the session store cannot be read, and keeps the summary it had", async ({ home }) => {
    const { monitor } = stage(home);
    const first = await monitor.get(true);
    const folder = join(home.stateDir, "agents", "main", "sessions");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "sessions.json"), "{broken");

    await expect(monitor.get(true)).rejects.toThrow(/JSON/);
    expect(monitor.cached).toBe(first);
    rmSync(join(folder, "sessions.json"));
    await expect(monitor.get(true)).resolves.toMatchObject({ ok: true });
  });

  test("S4: reads a session store anew only when it changed, however often clients ask", async ({ home }) => {
    const { monitor } = stage(home);
    const folder = join(home.stateDir, "agents", "main", "sessions");
    const file = join(folder, "sessions.json");
    mkdirSync(folder, { recursive: true });
    const write = (content: object, changedAtMs: number) => {
      writeFileSync(file, JSON.stringify(content));
      utimesSync(file, changedAtMs / 1_000, changedAtMs / 1_000);
    };
    const keys = async () => (await monitor.get(true)).sessions.recent.map(({ key }) => key);

    write({ a: {} }, 1_000);
    const first = await keys();
    // As long and as old: nothing tells it from the one before.
    write({ b: {} }, 1_000);
    const same = await keys();
    write({ b: {} }, 2_000);

    expect([first, same, await keys()]).toEqual([["a"], ["a"], ["b"]]);
  });

  test("tells a duration that never goes back, whatever somebody does to the clock", async ({ home }) => {
    const { monitor, clock } = stage(home);
    const first = await monitor.get(false);

    clock.set(clock.now() - 86_400_000);
    clock.advance(60_000);
    const later = await monitor.get(false);

    expect(later).not.toBe(first);
    expect(later.durationMs).toBeGreaterThanOrEqual(0);
  });

  test("counts the sessions on disk, the five newest first", async ({ home }) => {
    const { monitor, clock } = stage(home);
    const folder = join(home.stateDir, "agents", "main", "sessions");
    mkdirSync(folder, { recursive: true });
    const store = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`s${index}`, { updatedAt: clock.now() - index * 1_000 }]),
    );
    writeFileSync(join(folder, "sessions.json"), JSON.stringify({ ...store, odd: "entry" }));

    const { sessions } = await monitor.get(true);

    expect(sessions.count).toBe(8);
    expect(sessions.recent.map((row) => row.key)).toEqual(["s0", "s1", "s2", "s3", "s4"]);
    expect(sessions.recent[2]).toEqual({ key: "s2", updatedAt: clock.now() - 2_000, age: 2_000 });
  });

  for (const [every, seconds] of [
    ["30m", 1_800],
    ["90s", 90],
    ["2h", 7_200],
    ["1.5h", 5_400],
    ["soon", 0],
  ] as const) {
    test(`reads the heartbeat interval ${every}`, async ({ home }) => {
      const { monitor } = stage(home, { agents: { defaults: { heartbeat: { every } } } });

      expect((await monitor.get(true)).heartbeatSeconds).toBe(seconds);
    });
  }
});
