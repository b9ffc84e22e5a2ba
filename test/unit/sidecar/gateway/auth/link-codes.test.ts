import { expect, test } from "@playwright/test";
import { LinkCodes } from "../../../../../sidecar/gateway/auth/link-codes.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

test.describe("LinkCodes", () => {
  test("takes a code once, and none that it did not issue", () => {
    const codes = new LinkCodes(new FakeClock());
    const code = codes.issue(60_000);

    expect(codes.isGood(`${code}x`)).toBe(false);
    expect(codes.isGood(code)).toBe(true);
    codes.use(code);
    expect(codes.isGood(code)).toBe(false);
  });

  test("takes none after its time, however the time of day is set", () => {
    const clock = new FakeClock();
    const codes = new LinkCodes(clock);
    const [early, late] = [codes.issue(60_000), codes.issue(60_000)];

    clock.advance(59_999);
    clock.set(0);
    expect(codes.isGood(early)).toBe(true);
    clock.advance(1);
    expect(codes.isGood(late)).toBe(false);
  });

  test("forgets the oldest when too many wait, and all at once when told to", () => {
    const codes = new LinkCodes(new FakeClock());
    const oldest = codes.issue(60_000);
    const others = Array.from({ length: 100 }, () => codes.issue(60_000));

    expect(codes.isGood(oldest)).toBe(false);
    expect(codes.isGood(others[0] ?? "")).toBe(true);
    codes.revokeAll();
    expect(codes.isGood(others[1] ?? "")).toBe(false);
  });

  test("makes codes that fit into an address and differ", () => {
    const codes = new LinkCodes(new FakeClock());

    expect(codes.issue(1)).toMatch(/^[\w-]{32}$/);
    expect(codes.issue(1)).not.toBe(codes.issue(1));
  });
});
