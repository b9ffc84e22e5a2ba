import { expect, test } from "@playwright/test";
import {
  FAILURE_LIMIT,
  FailureLimiter,
  WIDER_LIMITS,
} from "../../../../../sidecar/gateway/auth/rate-limit.ts";
import { sourceOf } from "../../../../../sidecar/gateway/auth/source.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const GUESSER = sourceOf("192.0.2.1");

function limiterAfter(failures: number, clock: FakeClock, source = GUESSER): FailureLimiter {
  const limiter = new FailureLimiter(clock);
  for (let index = 0; index < failures; index += 1) {
    limiter.recordFailure(source);
    clock.advance(1_000);
  }
  return limiter;
}

/** A limiter that saw one failure of each address. */
function limiterAfterOneOfEach(addresses: string[]): FailureLimiter {
  const limiter = new FailureLimiter(new FakeClock());
  for (const address of addresses) limiter.recordFailure(sourceOf(address));
  return limiter;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test.describe("FailureLimiter", () => {
  test("lets an address try while it failed less than ten times", () => {
    const limiter = limiterAfter(FAILURE_LIMIT.count - 1, new FakeClock());

    expect(limiter.block(GUESSER)).toEqual({ ms: 0, isHard: false });
  });

  test("blocks the tenth failure until the first one is a minute old", () => {
    const clock = new FakeClock();
    const limiter = limiterAfter(FAILURE_LIMIT.count, clock);

    expect(limiter.block(GUESSER)).toEqual({ ms: FAILURE_LIMIT.windowMs - 10_000, isHard: true });
    clock.advance(FAILURE_LIMIT.windowMs - 10_000);
    expect(limiter.block(GUESSER).ms).toBe(0);
  });

  test("waits a minute of real time, whatever somebody does to the clock", () => {
    const clock = new FakeClock();
    const limiter = limiterAfter(FAILURE_LIMIT.count, clock);

    clock.set(clock.now() - 3 * 86_400_000);

    expect(limiter.block(GUESSER).ms).toBe(FAILURE_LIMIT.windowMs - 10_000);
  });

  test("counts every address for itself", () => {
    const limiter = limiterAfter(FAILURE_LIMIT.count, new FakeClock());

    expect(limiter.block(sourceOf("192.0.2.2")).ms).toBe(0);
  });

  test("S6: counts the addresses of one IPv6 network of 64 bits together", () => {
    const limiter = limiterAfterOneOfEach(numbers(10).map((index) => `2001:db8:1:2:${index}::${index}`));

    expect(limiter.block(sourceOf("2001:db8:1:2:ffff::1"))).toMatchObject({ isHard: true });
    expect(limiter.block(sourceOf("2001:db8:1:3::1")).ms).toBe(0);
  });

  test("S6: stops the guesses of an IPv6 network of 48 bits, but nobody there who knows the secret", () => {
    const limiter = limiterAfterOneOfEach(
      numbers(WIDER_LIMITS.network).map((index) => `2001:db8:1:${index}::1`),
    );

    const block = limiter.block(sourceOf("2001:db8:1:ffff::1"));

    expect(block).toEqual({ ms: FAILURE_LIMIT.windowMs, isHard: false });
    expect(limiter.block(sourceOf("2001:db8:2::1")).ms).toBe(0);
  });

  test("S6: stops the guesses of all strangers together, and nobody on this machine", () => {
    const limiter = limiterAfterOneOfEach(
      numbers(WIDER_LIMITS.strangers).map((index) => `198.51.${index}.1`),
    );

    expect(limiter.block(sourceOf("203.0.113.1"))).toEqual({ ms: FAILURE_LIMIT.windowMs, isHard: false });
    expect(limiter.block(sourceOf("127.0.0.1")).ms).toBe(0);
  });

  test("S6: frees no blocked address, however many others fail", () => {
    const limiter = limiterAfter(FAILURE_LIMIT.count, new FakeClock());

    for (const index of numbers(10_001))
      limiter.recordFailure(sourceOf(`10.0.${index >> 8}.${index & 0xff}`));

    expect(limiter.block(GUESSER)).toMatchObject({ isHard: true });
  });

  test("S6: takes all of 127.0.0.0/8 and ::1 for one guesser, who locks nobody out", () => {
    const limiter = limiterAfterOneOfEach(numbers(9).map((index) => `127.0.${index}.1`));
    limiter.recordFailure(sourceOf("::1"));

    expect(limiter.block(sourceOf("127.9.9.9"))).toEqual({ ms: FAILURE_LIMIT.windowMs, isHard: false });
  });
});
