import { expect, test } from "@playwright/test";
import { FAILURE_LIMIT, FailureLimiter } from "../../../../../sidecar/gateway/auth/rate-limit.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

function limiterAfter(failures: number, clock: FakeClock, address = "192.0.2.1"): FailureLimiter {
  const limiter = new FailureLimiter(clock);
  for (let index = 0; index < failures; index += 1) {
    limiter.recordFailure(address);
    clock.advance(1_000);
  }
  return limiter;
}

test.describe("FailureLimiter", () => {
  test("lets an address try while it failed less than ten times", () => {
    const limiter = limiterAfter(FAILURE_LIMIT.count - 1, new FakeClock());

    expect(limiter.retryAfterMs("192.0.2.1")).toBe(0);
  });

  test("blocks the tenth failure until the first one is a minute old", () => {
    const clock = new FakeClock();
    const limiter = limiterAfter(FAILURE_LIMIT.count, clock);

    expect(limiter.retryAfterMs("192.0.2.1")).toBe(FAILURE_LIMIT.windowMs - 10_000);
    clock.advance(FAILURE_LIMIT.windowMs - 10_000);
    expect(limiter.retryAfterMs("192.0.2.1")).toBe(0);
  });

  test("counts every address for itself", () => {
    const limiter = limiterAfter(FAILURE_LIMIT.count, new FakeClock());

    expect(limiter.retryAfterMs("192.0.2.2")).toBe(0);
  });

  test("forgets the addresses that failed longest ago once there are too many", () => {
    const limiter = limiterAfter(FAILURE_LIMIT.count, new FakeClock());

    for (let index = 0; index < 10_000; index += 1) limiter.recordFailure(`198.51.100.${index}`);

    expect(limiter.retryAfterMs("192.0.2.1")).toBe(0);
  });
});
