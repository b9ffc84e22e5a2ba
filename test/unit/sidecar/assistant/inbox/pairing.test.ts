import { expect, test } from "@playwright/test";
import { newCode, PAIRING, Pairing } from "../../../../../sidecar/assistant/inbox/pairing.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { createTempHome } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

async function withPairing(use: (pairing: Pairing, clock: FakeClock) => Promise<void>): Promise<void> {
  const home = createTempHome();
  const store = new SqliteStore(await openDatabase(`${home.path}/store.db`));
  const clock = new FakeClock();
  try {
    await use(new Pairing(async () => store, clock), clock);
  } finally {
    await store.close();
    home.dispose();
  }
}

const wish = (senderId: string, account = "default") => ({
  channel: "fx",
  account,
  senderId,
  name: undefined,
  chat: senderId,
});
const noReply = () => [];

test.describe("case 2: a pairing code", () => {
  test("has eight characters that nobody takes for another", () => {
    for (let index = 0; index < 50; index += 1) {
      if (!/^[A-HJ-NP-Z2-9]{8}$/.test(newCode())) throw new Error("it has others");
    }
    expect(PAIRING.alphabet).toHaveLength(32);
  });

  test("is given once to a sender, and to three of an account within an hour", async () => {
    await withPairing(async (pairing, clock) => {
      const outcomes = [];
      for (const [sender, account] of [["a"], ["a"], ["b"], ["c"], ["d"], ["d", "work"]] as const)
        outcomes.push(await pairing.request(wish(sender, account), noReply));
      clock.advance(PAIRING.ttlMs + 1);
      outcomes.push(await pairing.request(wish("d"), noReply));

      expect(outcomes).toEqual(["created", "known", "created", "created", "full", "created", "created"]);
    });
  });

  test("is good for an hour and for its own channel", async () => {
    await withPairing(async (pairing, clock) => {
      await pairing.request(wish("a"), noReply);
      const [{ code = "" } = {}] = await pairing.list();
      await expect(pairing.approve({ channel: "other", code }, "operator", noReply)).rejects.toMatchObject({
        code: "PAIRING_CODE_INVALID",
      });
      clock.advance(PAIRING.ttlMs + 1);
      await expect(pairing.approve({ channel: "fx", code }, "operator", noReply)).rejects.toMatchObject({
        code: "PAIRING_CODE_INVALID",
      });
      expect(await pairing.isPaired("fx", "default", ["a"])).toBe(false);
    });
  });

  test("is taken from no chat for an hour after ten wrong ones, and from the operator still", async () => {
    await withPairing(async (pairing, clock) => {
      await pairing.request(wish("a"), noReply);
      const [{ code = "" } = {}] = await pairing.list();
      const wrong = { channel: "fx", code: "WRONGONE" };
      for (let index = 0; index < 10; index += 1)
        await pairing.approve(wrong, "chat", noReply).catch(() => {});
      const given = { channel: "fx", code };

      await expect(pairing.approve(given, "chat", noReply)).rejects.toMatchObject({
        code: "AUTH_RATE_LIMITED",
      });
      expect(await pairing.approve(given, "operator", noReply)).toMatchObject({ senderId: "a" });
      expect(await pairing.isPaired("fx", "default", ["a"])).toBe(true);
      expect(await pairing.isPaired("fx", "work", ["a"])).toBe(false);
      clock.advance(PAIRING.wrongTries.windowMs + 1);
      await expect(pairing.approve(given, "chat", noReply)).rejects.toMatchObject({
        code: "PAIRING_CODE_INVALID",
      });
    });
  });
});
