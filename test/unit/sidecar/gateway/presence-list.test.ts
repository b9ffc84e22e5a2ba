import { hostname } from "node:os";
import { expect, test } from "@playwright/test";
import { PRESENCE_BYTES, PresenceList } from "../../../../sidecar/gateway/presence-list.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const FIVE_MINUTES = 300_000;

function names(list: PresenceList): (string | undefined)[] {
  return list.list().map((entry) => entry.host);
}

test.describe("PresenceList", () => {
  test("begins with the gateway itself", () => {
    const clock = new FakeClock();

    expect(new PresenceList(clock).list()).toEqual([
      expect.objectContaining({ host: hostname(), mode: "gateway", reason: "self", ts: clock.now() }),
    ]);
  });

  test("lists the newest first", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);

    for (const host of ["a", "b", "c"]) {
      list.joined(host, { host });
      clock.advance(1);
    }

    expect(names(list)).toEqual([hostname(), "c", "b", "a"]);
  });

  test("keeps a connected client however long it says nothing, and forgets it five minutes after it left", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);
    list.joined("a", { host: "a" });

    clock.advance(10 * FIVE_MINUTES);
    expect(names(list)).toContain("a");
    list.left("a");
    expect(list.list()[1]).toMatchObject({ host: "a", reason: "disconnect", ts: clock.now() });
    clock.advance(FIVE_MINUTES + 1);

    expect(names(list)).toEqual([hostname()]);
  });

  test("F10: keeps, forgets and orders entries by what passes, not by a clock that is set back", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);
    list.report("old", { host: "old" });

    clock.set(clock.now() - 10 * FIVE_MINUTES);
    clock.advance(1_000);
    list.report("young", { host: "young" });
    expect(names(list)).toEqual([hostname(), "young", "old"]);
    clock.advance(FIVE_MINUTES - 500);

    expect(names(list)).toEqual([hostname(), "young"]);
  });

  test("forgets a reported machine five minutes after the last report", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);

    list.report("mac", { host: "mac", mode: "ui" });
    clock.advance(FIVE_MINUTES);
    list.report("mac", { lastInputSeconds: 3 });
    clock.advance(FIVE_MINUTES);
    expect(list.list()[1]).toMatchObject({ host: "mac", mode: "ui", lastInputSeconds: 3 });
    clock.advance(1);

    expect(names(list)).toEqual([hostname()]);
  });

  test("knows a key whatever its case", () => {
    const list = new PresenceList(new FakeClock());

    list.joined("DEV-1", { host: "a" });
    list.report("dev-1 ", { mode: "ui" });

    expect(list.list()).toHaveLength(2);
  });

  test("holds at most 200 entries, and gives up reports before clients that are connected", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);
    list.joined("client", { host: "client" });

    for (let index = 0; index < 300; index += 1) {
      clock.advance(1);
      list.report(`m${index}`, { host: `m${index}` });
    }

    expect(list.list()).toHaveLength(200);
    expect(names(list)).toContain("client");
    expect(names(list)).toContain("m299");
    expect(names(list)).not.toContain("m0");
  });

  test("raises its version with every change", () => {
    const list = new PresenceList(new FakeClock());
    const versions = [list.version];

    list.joined("a", { host: "a" });
    versions.push(list.version);
    list.report("b", { host: "b" });
    versions.push(list.version);
    list.left("a");
    versions.push(list.version);
    list.left("nobody");
    versions.push(list.version);

    expect(versions).toEqual([1, 2, 3, 4, 4]);
  });

  for (const [what, letter] of [
    ["plain letters", "x"],
    ["characters of three bytes", "語"],
    ["characters that JSON writes with six", "\u0001"],
    ["halves of characters", "\ud83d"],
  ] as const) {
    test(`S3: stays within its bytes, whatever clients say of themselves in ${what}`, () => {
      const clock = new FakeClock();
      const list = new PresenceList(clock);
      const text = letter.repeat(20_000);
      const facts = { host: text, ip: text, version: text, platform: text, mode: text, reason: text, text };

      for (let index = 0; index < 300; index += 1) {
        list.report(`m${index}`, { instanceId: `${index} ${text}`, ...facts, tags: Array(100).fill(text) });
        list.joined(`c${index}`, { deviceId: text, deviceFamily: text, modelIdentifier: text, ...facts });
      }

      const entries = list.list();
      const sizes = entries.map((entry) => Buffer.byteLength(JSON.stringify(entry)));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(PRESENCE_BYTES.entry);
      expect(Buffer.byteLength(JSON.stringify(entries))).toBeLessThanOrEqual(PRESENCE_BYTES.all + 1_000);
      expect(PRESENCE_BYTES.all).toBeLessThanOrEqual(256 * 1_024);
    });
  }

  test("S3: keeps no scope or role that nobody knows, and half a character of no text", () => {
    const list = new PresenceList(new FakeClock());

    list.report("m", {
      host: "😀".repeat(200),
      roles: ["operator", "made.up", "__proto__"],
      scopes: ["operator.read", "made.up", "operator.read"],
    });

    expect(list.list()[1]).toMatchObject({ roles: ["operator"], scopes: ["operator.read"] });
    expect(list.list()[1]?.host).toBe("😀".repeat(64));
  });

  test("S3: gives up reports before clients that are connected when the bytes run out", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);
    list.joined("client", { host: "client" });

    for (let index = 0; index < 150; index += 1) {
      clock.advance(1);
      list.report(`m${index}`, { host: `m${index}`, text: "語".repeat(400), ip: "語".repeat(128) });
    }

    expect(names(list)).toContain("client");
    expect(names(list)).toContain("m149");
    expect(names(list)).not.toContain("m0");
  });

  test("forgets by time that passes, whatever somebody does to the clock", () => {
    const clock = new FakeClock();
    const list = new PresenceList(clock);
    list.report("mac", { host: "mac" });

    clock.set(clock.now() - 86_400_000);
    clock.advance(FIVE_MINUTES + 1);

    expect(names(list)).toEqual([hostname()]);
  });
});
