import { join } from "node:path";
import { expect } from "@playwright/test";
import { Compactor, type Summariser } from "../../../../../sidecar/assistant/compaction/compactor.ts";
import { cutOf } from "../../../../../sidecar/assistant/compaction/cut.ts";
import { factsIn } from "../../../../../sidecar/assistant/compaction/facts.ts";
import { faultsOf, HEADINGS, piecesOf } from "../../../../../sidecar/assistant/compaction/summary.ts";
import { isCrowded, isFull, type Room } from "../../../../../sidecar/assistant/compaction/when.ts";
import { MemoryIndex } from "../../../../../sidecar/assistant/memory/memory-index.ts";
import { conversationTokens, textTokens } from "../../../../../sidecar/assistant/prompt/tokens.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { textMessage, textOf } from "../../../../../sidecar/base/store/message.ts";
import type { EntryRow } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteMemoryStore } from "../../../../../sidecar/base/store/sqlite/memory.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const KEY = "agent:main:main";
const never = new AbortController().signal;
const FILLER = "We talked about the weather in the mountains and about what to cook for dinner. ".repeat(45);

async function arrange(home: TempHome) {
  const clock = new FakeClock();
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const store = new SqliteStore(database);
  const { logger: log } = memoryLog();
  const memory = new MemoryIndex({ store: new SqliteMemoryStore(database), clock, log });
  const compactor = new Compactor({ store, clock, log });
  const session = await store.patch(KEY, "main", {}, clock.now());
  const say = async (role: "user" | "assistant", text: string) => {
    await store.append(KEY, textMessage(role, text, clock.now()), clock.now());
  };
  const conversation = () => store.conversation(session.sessionId, 10_000);
  const room = async (window: number): Promise<Room> => ({
    window,
    outputCap: 4_000,
    fixed: 3_000,
    conversation: conversationTokens((await conversation()).map(({ message }) => message)),
  });
  const compact = async (summariser: Summariser, window = 64_000, isForced = true) =>
    compactor.compact(
      {
        sessionKey: KEY,
        sessionId: session.sessionId,
        conversation: await conversation(),
        room: await room(window),
        isForced,
      },
      summariser,
      never,
    );
  return { store, session, say, conversation, compact, memory };
}

/** Sums up by keeping every line with a fact in it, as far as `keeps` lets it. */
function summariser(keeps: (line: string) => boolean, window = 64_000): Summariser & { asked: string[] } {
  const asked: string[] = [];
  return {
    window,
    asked,
    async ask({ text }) {
      asked.push(text);
      const lines = [...new Set(text.match(/The code of [^.]*\./g) ?? [])].filter(keeps);
      const sections = HEADINGS.map((heading) =>
        heading === "Facts and preferences"
          ? [`## ${heading}`, ...lines]
          : [`## ${heading}`, "none, and nothing else to say"],
      );
      return `${sections.flat().join("\n")}\n${"The person likes to plan the week with the assistant. ".repeat(6)}`;
    },
  };
}

const FACTS = Array.from(
  { length: 30 },
  (_, index) => `The code of locker ${index + 1} is ${4_711 + 37 * index}.`,
);

/** A long conversation in which 30 facts are told and later repeated by the assistant. */
async function longConversation(say: (role: "user" | "assistant", text: string) => Promise<void>) {
  for (const fact of FACTS) {
    await say("user", `${fact} ${FILLER}`);
    await say("assistant", `Noted: ${fact} ${FILLER}`);
  }
}

test.describe("three compactions of a long conversation", () => {
  const randomly = (line: string) => [...line].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 3 !== 0;
  for (const [what, keeps] of [
    ["an honest summariser", () => true],
    ["one that drops facts", randomly],
    ["an empty one", undefined],
  ] as const) {
    test(`case 27: keep what was said, in the context or to be found, with ${what}`, async ({ home }) => {
      const { store, session, say, conversation, compact, memory } = await arrange(home);
      const model: Summariser =
        keeps === undefined ? { window: 64_000, ask: async () => "" } : summariser(keeps);
      for (let round = 0; round < 3; round += 1) {
        await longConversation(say);
        expect(await compact(model)).toBeDefined();
      }

      const context = (await conversation()).map(({ message }) => textOf(message)).join("\n");
      let known = 0;
      for (const [index, fact] of FACTS.entries()) {
        const code = fact.match(/\d{4,}/)?.[0] ?? "";
        const question = `What is the code of locker ${index + 1}?`;
        const found = await memory.said([session.sessionId], question, 6);
        if (context.includes(code) || found.some(({ text }) => text.includes(code))) known += 1;
      }
      expect(known).toBeGreaterThanOrEqual(28);
      expect(textTokens(context)).toBeLessThan(0.45 * 64_000);
      expect(context).not.toMatch(/summary (?:is )?unavailable/i);
      await store.close();
    });
  }
});

test.describe("a summary", () => {
  test("that holds takes the place of what was said, and what was said stays in the store", async ({
    home,
  }) => {
    const { store, session, say, conversation, compact } = await arrange(home);
    await longConversation(say);
    const before = await store.history(session.sessionId, { limit: 1_000 });

    const compacted = await compact(summariser(() => true));

    const [first, ...kept] = await conversation();
    expect(first?.type).toBe("compaction");
    expect(kept).toHaveLength(compacted?.kept ?? 0);
    expect(kept[0]?.message.role).toBe("user");
    expect(compacted?.isExtract).toBe(false);
    expect((await store.history(session.sessionId, { limit: 1_000 })).slice(0, before.length)).toEqual(
      before,
    );
    await store.close();
  });

  test("case 28: that lacks facts is asked for once more, and then sentences take its place", async ({
    home,
  }) => {
    const { store, say, conversation, compact } = await arrange(home);
    await longConversation(say);
    const liar = summariser(() => false);

    const compacted = await compact(liar);

    expect(compacted?.isExtract).toBe(true);
    expect(liar.asked.at(-1)).toContain("[why]");
    const text = textOf((await conversation())[0]?.message ?? { content: [] });
    expect(text).toContain("word for word");
    expect(text).toContain("The code of locker");
    await store.close();
  });

  test("case 28: of a model that fails is made of sentences", async ({ home }) => {
    const { store, say, compact } = await arrange(home);
    await longConversation(say);
    const broken: Summariser = {
      window: 64_000,
      ask: async () => {
        throw new Error("the provider is gone");
      },
    };
    expect((await compact(broken))?.isExtract).toBe(true);
    await store.close();
  });

  test("case 29: does not follow another one before eight entries, unless it is asked for", async ({
    home,
  }) => {
    const { store, say, compact } = await arrange(home);
    await longConversation(say);
    const honest = summariser(() => true);
    expect(await compact(honest, 64_000, false)).toBeDefined();
    for (let round = 0; round < 3; round += 1) await say("user", FILLER);
    expect(await compact(honest, 32_000, false)).toBeUndefined();
    expect(await compact(honest, 32_000, true)).toBeDefined();
    await store.close();
  });

  test("that is being made already is waited for, and made once", async ({ home }) => {
    const { store, session, say, compact } = await arrange(home);
    await longConversation(say);
    const honest = summariser(() => true);

    const [first, second] = await Promise.all([compact(honest), compact(honest)]);

    expect(second?.conversation.map(({ seq }) => seq)).toEqual(first?.conversation.map(({ seq }) => seq));
    const rows = await store.history(session.sessionId, { limit: 1_000 });
    expect(rows.filter(({ type }) => type === "compaction")).toHaveLength(1);
    await store.close();
  });

  test("keeps what is pinned, word for word", async ({ home }) => {
    const { store, say, conversation, compact } = await arrange(home);
    const pin = { ...textMessage("assistant", "The rent is due on the third.", 1), customType: "pin" };
    await store.append(KEY, pin, 1, "custom");
    await longConversation(say);
    await compact(summariser(() => true));
    expect(textOf((await conversation())[0]?.message ?? { content: [] })).toContain(
      "The rent is due on the third.",
    );
    await store.close();
  });

  test("of a conversation that was reset meanwhile is not kept", async ({ home }) => {
    const { store, say, compact } = await arrange(home);
    await longConversation(say);
    const slow: Summariser = {
      window: 64_000,
      ask: async () => {
        await store.reset(KEY, "main", {}, 2);
        return "";
      },
    };
    expect(await compact(slow)).toBeUndefined();
    const session = await store.get(KEY);
    expect(await store.conversation(session?.sessionId ?? "", 10)).toEqual([]);
    await store.close();
  });
});

const entry = (role: "user" | "assistant", text: string, seq = 1): EntryRow => ({
  seq,
  id: String(seq),
  type: "message",
  createdAtMs: 0,
  state: "ok",
  message: textMessage(role, text, 0),
});

test("a cut lies before a message of a person, and the last three of them stay whatever their size", () => {
  const long = "x".repeat(40_000);
  const rows = [1, 2, 3, 4, 5].flatMap((n) => [
    entry("user", long, 2 * n),
    entry("assistant", long, 2 * n + 1),
  ]);
  expect(cutOf(rows, 1_000)?.kept.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10, 11]);
  expect(cutOf(rows, 60_000)?.kept[0]?.seq).toBe(6);
  expect(cutOf(rows, 90_000)?.kept[0]?.seq).toBe(4);
  expect(cutOf(rows.slice(0, 4), 1_000)).toBeUndefined();
});

test("facts are dates, amounts, addresses, paths, names with @ and long numbers", () => {
  const text =
    "On 2026-03-04 pay 1.250,00 € to @anna (anna@example.org), see https://example.org/a?b=1, and /etc/hosts/x.conf; the number is 48151623.";
  expect(factsIn(text)).toEqual(
    expect.arrayContaining([
      "2026-03-04",
      "1.250,00 €",
      "@anna",
      "anna@example.org",
      "https://example.org/a?b=1",
      "/etc/hosts/x.conf",
      "48151623",
    ]),
  );
});

test("a summary has every heading, is neither too short nor too long, and is in the language of the conversation", () => {
  const covered = [
    entry("user", "Ich möchte, dass du mir hilfst und das für mich im Kalender einträgst, nicht morgen."),
  ];
  const summary = `${HEADINGS.map((heading) => `## ${heading}\nnone`).join("\n")}\n${"The person wants to have it in the calendar of the week. ".repeat(6)}`;
  expect(faultsOf(summary, covered, { most: 1_000 })).toEqual([expect.stringContaining("language")]);
  expect(faultsOf("", covered, { most: 1_000 })).toHaveLength(2);
  expect(faultsOf(summary, [entry("user", "hi")], { most: 20 })).toEqual([
    expect.stringContaining("longer than 20"),
  ]);
});

test("a conversation is handed over in pieces that fit, and no word of it is lost", () => {
  const rows = Array.from({ length: 50 }, (_, index) =>
    entry("user", `word${index} ${"filler ".repeat(200)}`),
  );
  const pieces = piecesOf(rows, 2_000);
  expect(pieces.every((piece) => textTokens(piece) <= 2_000)).toBe(true);
  expect(rows.every((_, index) => pieces.join(" ").includes(`word${index} `))).toBe(true);
  expect(
    piecesOf([entry("user", "y".repeat(100_000))], 1_000).every((piece) => textTokens(piece) <= 1_000),
  ).toBe(true);
});

test("room is full when an answer would not fit any more, and crowded before", () => {
  const room = { window: 100_000, outputCap: 16_000, fixed: 10_000, conversation: 60_000 };
  expect([isFull(room), isCrowded(room)]).toEqual([false, false]);
  expect([isFull({ ...room, conversation: 66_500 }), isCrowded({ ...room, conversation: 66_500 })]).toEqual([
    true,
    true,
  ]);
});
