/** What a chat shows of a message that waits, and of an answer that takes its time. */
import { expect, test } from "@playwright/test";
import type { StartedTurn } from "../../../../sidecar/base/store/session-store.ts";
import type { ChannelAbilities, ChannelConnection } from "../../../../sidecar/channels/channel.ts";
import { Preview } from "../../../../sidecar/channels/preview.ts";
import { StatusLine } from "../../../../sidecar/channels/status-line.ts";
import { WaitingSigns } from "../../../../sidecar/channels/waiting-signs.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const ROUTE = {
  channel: "fixture",
  account: "default",
  chat: { kind: "dm" as const, id: "dm-ann" },
  messageId: "m1",
};
const WORDS = { waits: (before: number) => `waits behind ${before}`, goesOn: "goes on" };

/** A chat that keeps what happens in it. */
function chat(abilities: ChannelAbilities) {
  const seen: string[] = [];
  const connection: ChannelConnection = {
    closed: new Promise(() => {}),
    stop: async () => {},
    send: async (_to, { text }) => {
      seen.push(`+ ${text}`);
      return { id: "sent" };
    },
    ...(abilities.edit && { edit: async (_to, id, { text }) => void seen.push(`${id}: ${text}`) }),
    ...(abilities.remove && { remove: async (_to, id) => void seen.push(`- ${id}`) }),
    ...(abilities.react && {
      react: async (_to, id, emoji, isOff) => void seen.push(`${isOff ? "-" : "+"} ${emoji} ${id}`),
    }),
  };
  return { seen, connection };
}

const turnOf = (...keys: string[]) =>
  ({
    id: "t1",
    attempts: 1,
    route: ROUTE,
    inputs: keys.map((key) => ({
      key,
      text: key,
      sender: "ann",
      receivedAtMs: 100,
      parts: { messageId: key },
    })),
  }) as unknown as StartedTurn;

const settled = () => new Promise((resolve) => setImmediate(resolve));

function signsIn(abilities: ChannelAbilities, { startedAtMs = 0 } = {}) {
  const clock = new FakeClock();
  const { seen, connection } = chat(abilities);
  const signs = new WaitingSigns({
    clock,
    accountOf: () => ({ connection, descriptor: { abilities } as never, startedAtMs }),
    before: async (_session, key) => (key === "gone" ? undefined : 2),
    words: () => WORDS,
  });
  const show = (key = "k1", messageId = "m1") =>
    signs.show({ route: { ...ROUTE, messageId }, sessionKey: "s", key, atMs: 50 });
  return { clock, seen, signs, show };
}

test.describe("a message that waits", () => {
  test("has a reaction until it is taken up", async () => {
    const { seen, signs, show } = signsIn({ react: true });
    show();
    signs.began(turnOf("other"));
    expect(seen).toEqual(["+ ⏳ m1", "- ⏳ m1"]);
  });

  test("loses it when it joins the turn that runs, and no other message does", () => {
    const { seen, signs, show } = signsIn({ react: true });
    show("k1", "m1");
    show("k2", "m2");
    signs.joined(["k2", "unknown"]);
    expect(seen).toEqual(["+ ⏳ m1", "+ ⏳ m2", "- ⏳ m2"]);
  });

  test("loses the reaction of a process that was killed", () => {
    const { seen, signs } = signsIn({ react: true }, { startedAtMs: 1_000 });
    signs.began(turnOf("m7"));
    expect(seen).toEqual(["- ⏳ m7"]);
  });

  test("has a line with its place after ten seconds where there are no reactions; it is taken away", async () => {
    const { clock, seen, signs, show } = signsIn({ edit: true, remove: true });
    show();
    await clock.advance(9_999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    await settled();
    signs.began(turnOf("k1"));
    await settled();
    expect(seen).toEqual(["+ waits behind 2", "- sent"]);
  });

  test("has it edited where nothing can be taken away", async () => {
    const { clock, seen, signs, show } = signsIn({ edit: true });
    show();
    await clock.advance(10_000);
    await settled();
    signs.began(turnOf("k1"));
    await settled();
    expect(seen).toEqual(["+ waits behind 2", "sent: goes on"]);
  });

  test("has none when it is taken up in time, or waits no more", async () => {
    const { clock, seen, signs, show } = signsIn({ edit: true, remove: true });
    show("k1");
    signs.began(turnOf("k1"));
    show("gone");
    await clock.advance(20_000);
    await settled();
    expect(seen).toEqual([]);
  });
});

test.describe("an answer that takes its time", () => {
  function working(abilities: ChannelAbilities, { showsText = false } = {}) {
    const clock = new FakeClock();
    const { seen, connection } = chat(abilities);
    const preview = new Preview(turnOf("k1"), {
      store: { remember: async () => {}, remembered: async () => undefined },
      clock,
      connection: () => connection,
      rules: {
        descriptor: { abilities, text: { limits: { length: 200, unit: "utf16" }, format: "plain" } },
        policy: { chunkMode: "length" },
      } as never,
      showsText,
    });
    const line = new StatusLine(clock, (what) =>
      preview.status(typeof what === "string" ? what : Object.values(what).join("")),
    );
    return { clock, seen, preview, line };
  }

  test("says after twenty seconds what is done, and then what is done next, in one message", async () => {
    const { clock, seen, preview, line } = working({ edit: true, remove: true });
    line.does({ tool: "look" });
    await clock.advance(19_999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    await settled();
    line.does({ waitsFor: "too many requests" });
    await clock.advance(1_000);
    await settled();
    expect(seen).toEqual(["+ look", "sent: too many requests"]);

    line.dispose();
    expect(await preview.end()).toBeUndefined();
    expect(seen.at(-1)).toBe("- sent");
  });

  test("has the answer in its place where nothing can be taken away", async () => {
    const { clock, seen, preview } = working({ edit: true });
    await clock.advance(20_000);
    await settled();
    expect(seen).toEqual(["+ answer"]);
    expect(await preview.end()).toBe("sent");
  });

  test("says nothing of it once something of the answer is seen", async () => {
    const { clock, seen, preview } = working({ edit: true, remove: true }, { showsText: true });
    preview.said("The first words");
    await settled();
    await clock.advance(30_000);
    await settled();
    expect(seen).toEqual(["+ The first words"]);
    expect(await preview.end()).toBe("sent");
  });
});
