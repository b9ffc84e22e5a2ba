import { expect, test } from "@playwright/test";
import { PresenceNews } from "../../../../sidecar/gateway/presence-news.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

function setUp() {
  const clock = new FakeClock();
  const sentAtMs: number[] = [];
  const startedAt = clock.now();
  const news = new PresenceNews(clock, () => sentAtMs.push(clock.now() - startedAt));
  return { clock, news, sentAtMs };
}

test.describe("PresenceNews", () => {
  test("goes out at once as long as there is little of it", () => {
    const { clock, news, sentAtMs } = setUp();

    for (let index = 0; index < 10; index += 1) {
      news.changed();
      clock.advance(200);
    }

    expect(sentAtMs).toEqual([0, 200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600, 1_800]);
  });

  test("S3: goes out together when clients come and go all the time, and the last change is never lost", () => {
    const { clock, news, sentAtMs } = setUp();

    for (let index = 0; index < 1_000; index += 1) {
      news.changed();
      clock.advance(1);
    }
    clock.advance(1_000);

    expect(sentAtMs.length).toBeLessThanOrEqual(21);
    expect(sentAtMs.at(-1)).toBeGreaterThanOrEqual(1_000);
  });

  test("holds no timer once it is over", () => {
    const { clock, news, sentAtMs } = setUp();
    for (let index = 0; index < 20; index += 1) news.changed();

    news.dispose();
    news.changed();
    clock.advance(1_000);

    expect([sentAtMs.length, clock.pending]).toEqual([10, 0]);
  });
});
