import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});
const utc = (text: string) => Date.parse(`${text}Z`);

interface Chat {
  clock: FakeClock;
  client: WireClient;
  /** The id of the conversation that the message is in. */
  say(message: string): Promise<string>;
  history(): Promise<string>;
}

type Start = Parameters<Parameters<typeof test>[2]>[0]["start"];

async function chatAt(start: Start, at: string, session: GatewayConfig["session"]): Promise<Chat> {
  const clock = new FakeClock(utc(at));
  const agents = { defaults: { userTimezone: "Europe/Berlin" } };
  const { port } = await start({ clock, config: { agents, ...(session && { session }) } });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const read = async () => payloadOf(await client.request("chat.history", { sessionKey: "main" }));
  return {
    clock,
    client,
    say: async (message) => {
      const idempotencyKey = crypto.randomUUID();
      await client.request("chat.send", { sessionKey: "main", message, idempotencyKey });
      await client.next(
        "its end",
        ({ event, payload }) =>
          event === "chat" &&
          isRecord(payload) &&
          payload.runId === idempotencyKey &&
          payload.state === "final",
      );
      return String((await read()).sessionId);
    },
    history: async () => JSON.stringify((await read()).messages),
  };
}

test.describe("conversations that begin anew by themselves", () => {
  for (const [day, before, after] of [
    ["an ordinary day", "2026-01-15T02:59:59", "2026-01-15T03:00:00"],
    ["the day on which clocks go forward", "2026-03-29T01:59:59", "2026-03-29T02:00:00"],
    ["the day on which they go back", "2026-10-25T02:59:59", "2026-10-25T03:00:00"],
  ] as const) {
    test(`case 25: a daily one ends at four in Berlin on ${day}, when somebody writes`, async ({ start }) => {
      const { clock, client, say, history } = await chatAt(start, before, { reset: { mode: "daily" } });
      const evening = await say("good night");
      await client.request("sessions.patch", { key: "main", label: "Home", thinkingLevel: "high" });

      clock.moveTo(utc(after));
      const morning = await say("good morning");

      expect(morning).not.toBe(evening);
      expect(await history()).not.toContain("good night");
      await client.next(
        "the reset",
        ({ event, payload }) =>
          event === "sessions.changed" && isRecord(payload) && payload.reason === "reset",
      );
      const { sessions } = payloadOf(await client.request("sessions.list", { limit: 1 }));
      expect(sessions).toMatchObject([{ label: "Home", thinkingLevel: "high" }]);
      clock.set(clock.now() + 12 * 3_600_000);
      expect(await say("still here")).toBe(morning);
    });
  }

  test("case 26: an idle one ends an hour after the last message of a person, whatever else is written", async ({
    start,
  }) => {
    const { clock, client, say } = await chatAt(start, "2026-01-15T10:00:00", { reset: { mode: "idle" } });
    const first = await say("hello");
    clock.advance(59 * 60_000);
    expect(await say("still there")).toBe(first);
    clock.advance(30 * 60_000);
    await client.request("chat.inject", { sessionKey: "main", message: "a heartbeat" });
    clock.advance(30 * 60_000 - 1);
    await client.request("sessions.patch", { key: "main", verboseLevel: "on" });
    clock.advance(1);

    expect(await say("an hour later")).not.toBe(first);
  });

  test("what ended by itself comes back with /undo, and goes on from there", async ({ start }) => {
    const { clock, say, history } = await chatAt(start, "2026-01-15T10:00:00", { idleMinutes: 5 });
    const first = await say("the word is swordfish");
    clock.advance(6 * 60_000);
    const second = await say("where were we?");
    clock.advance(4 * 60_000);

    const back = await say("/undo");

    expect(second).not.toBe(first);
    expect(back).toBe(first);
    expect(await history()).toContain("swordfish");
    clock.advance(4 * 60_000);
    expect(await say("good")).toBe(first);
  });

  test("what ended long ago is listed with its title, and can be gone back to", async ({ start }) => {
    const { clock, client, say, history } = await chatAt(start, "2026-01-15T10:00:00", { idleMinutes: 5 });
    const first = await say("the word is swordfish");
    clock.advance(6 * 60_000);
    const second = await say("something else");
    clock.set(clock.now() + 86_400_000);
    expect(await say("/undo")).toBe(second);

    const params = { includeFormer: true, includeDerivedTitles: true };
    const { sessions } = payloadOf(await client.request("sessions.list", params));
    const back = await client.request("sessions.reopen", { key: "main", sessionId: first });

    expect(sessions).toMatchObject([
      {
        sessionId: second,
        former: [{ sessionId: first, reason: "reset", derivedTitle: "the word is swordfish" }],
      },
    ]);
    expect(payloadOf(back)).toMatchObject({ ok: true, key: "agent:main:main", entry: { sessionId: first } });
    expect(await history()).toContain("swordfish");
    const again = await client.request("sessions.reopen", { key: "main", sessionId: first });
    expect(again.error).toMatchObject({ message: `No former session found: ${first}` });
    const other = await client.request("sessions.reopen", { key: "main", sessionId: second });
    expect(payloadOf(other)).toMatchObject({ entry: { sessionId: second } });
  });

  test("nothing ends by itself where nothing is said of it", async ({ start }) => {
    const { clock, say } = await chatAt(start, "2026-01-15T10:00:00", undefined);
    const first = await say("hello");

    clock.set(clock.now() + 40 * 86_400_000);

    expect(await say("hello again")).toBe(first);
  });

  test("a word of the owner's own begins a new one, with what follows as its first message", async ({
    start,
  }) => {
    const session = { resetTriggers: ["Frischer Start"] };
    const { say, history } = await chatAt(start, "2026-01-15T10:00:00", session);
    const first = await say("hello");

    const second = await say("FRISCHER START");
    const third = await say("frischer start mit einer Frage");

    expect(new Set([first, second, third]).size).toBe(3);
    expect(await history()).toContain("mit einer Frage");
    expect(await history()).not.toContain("START");
  });
});
