import { expect, test } from "@playwright/test";
import { RefusalLog } from "../../../../../sidecar/gateway/connection/refusal-log.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

function setUp() {
  const { logger, records } = memoryLog();
  const clock = new FakeClock();
  return { clock, records, log: new RefusalLog(logger, clock) };
}

test.describe("RefusalLog", () => {
  test("S4: tells three refusals of a source within a minute and counts the others", () => {
    const { clock, records, log } = setUp();

    for (let index = 0; index < 250; index += 1)
      log.note("ws refused", { source: "192.0.2.1", reason: "no" });
    clock.advance(60_000);

    expect(records.map(({ msg, ip, more }) => [msg, ip, more])).toEqual([
      ["ws refused", "192.0.2.1", undefined],
      ["ws refused", "192.0.2.1", undefined],
      ["ws refused", "192.0.2.1", undefined],
      ["refused again and again within a minute", "192.0.2.1", 247],
    ]);
  });

  test("begins anew after the minute, and holds no timer while nobody is refused", () => {
    const { clock, records, log } = setUp();

    log.note("ws refused", { source: "192.0.2.1", reason: "no" });
    clock.advance(60_000);
    log.note("ws refused", { source: "192.0.2.1", reason: "no" });
    clock.advance(60_000);

    expect(records).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  test("S4: says as little about ten thousand sources as about forty", () => {
    const { clock, records, log } = setUp();

    for (let index = 0; index < 10_000; index += 1)
      log.note("ws refused", { source: `s${index}`, reason: "no" });
    clock.advance(60_000);

    expect(records).toHaveLength(41);
    expect(records.at(-1)).toMatchObject({
      msg: "refused from other addresses within a minute",
      more: 9_960,
    });
  });

  test("S4: cuts the reason and takes out of it what could drive a terminal", () => {
    const { records, log } = setUp();

    log.note("ws refused", { source: "192.0.2.1", reason: `a\u001b[31m\n\u202eb${"x".repeat(65_000)}` });

    expect(records[0]?.reason).toBe(`ab${"x".repeat(197)}…`);
  });

  test("tells what it counted when the gateway stops", () => {
    const { clock, records, log } = setUp();
    for (let index = 0; index < 5; index += 1) log.note("ws refused", { source: "192.0.2.1", reason: "no" });

    log.dispose();

    expect(records.at(-1)).toMatchObject({ more: 2 });
    expect(clock.pending).toBe(0);
  });
});
