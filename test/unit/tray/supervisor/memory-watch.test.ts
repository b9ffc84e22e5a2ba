import { expect, test } from "@playwright/test";
import { HEALTH_INTERVAL_MS } from "../../../../tray/model/limits.ts";
import type { MemoryUse } from "../../../../tray/model/tray-model.ts";
import { MemoryWatch } from "../../../../tray/supervisor/memory-watch.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const MB = 1_048_576;
const PID = 4711;

/** A watch over a process that uses what the test says; undefined where the system does not tell. */
function stage(outsideMb?: number) {
  const clock = new FakeClock();
  const now = { outsideMb };
  const seen: (MemoryUse | null)[] = [];
  const ofProcess = (pid: number) =>
    pid === PID && now.outsideMb !== undefined ? now.outsideMb * MB : undefined;
  const watch = new MemoryWatch(PID, ofProcess, (use) => seen.push(use), clock);
  const look = (mb: number) => {
    now.outsideMb = mb;
    clock.advance(HEALTH_INTERVAL_MS);
  };
  const tell = (rssMb: number) =>
    watch.told({ rssBytes: rssMb * MB, level: "ok", warnBytes: 200 * MB, refuseBytes: 300 * MB });
  return { watch, seen, look, tell, clock };
}

test.describe("MemoryWatch", () => {
  test("sees from outside what the gateway does not tell", () => {
    const { seen, look } = stage();

    for (const mb of [390, 404, 402, 431, 610, 380, 350]) look(mb);

    expect(seen).toEqual([
      { usedMb: 400, isShort: false },
      { usedMb: 430, isShort: false },
      { usedMb: 610, isShort: true },
      { usedMb: 380, isShort: false },
      null,
    ]);
  });

  test("goes by the limits that the gateway tells", () => {
    const { seen, look, tell } = stage();

    tell(90);
    look(210);
    look(305);

    expect(seen).toEqual([
      { usedMb: 210, isShort: false },
      { usedMb: 310, isShort: true },
    ]);
  });

  test("believes the gateway where nobody can look from outside", () => {
    const { seen, tell } = stage();

    tell(250);
    tell(90);

    expect(seen).toEqual([{ usedMb: 250, isShort: false }, null]);
  });

  test("takes nothing from a gateway that says something else, and looks no more when it is over", () => {
    const { watch, seen, look } = stage();

    for (const memory of ["much", { rssBytes: -1, warnBytes: 1, refuseBytes: 1 }, { rssBytes: 9e9 }, null])
      watch.told(memory);
    watch.dispose();
    look(900);

    expect(seen).toEqual([]);
  });
});
