import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { systemClock } from "../../../../../shared/clock.ts";
import { MemoryIndex } from "../../../../../sidecar/assistant/memory/memory-index.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { SqliteMemoryStore } from "../../../../../sidecar/base/store/sqlite/memory.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { test as withHome } from "../../../../helpers/home/temp-home.ts";

interface Notes {
  directory: string;
  write(name: string, text: string): void;
  paths(question: string, more?: { most?: number; minScore?: number; nowMs?: number }): Promise<string[]>;
  index: MemoryIndex;
  store: SqliteMemoryStore;
}

const NOW = Date.parse("2026-06-30T12:00:00Z");

const test = withHome.extend<{ notes: Notes }>({
  notes: async ({ home }, use) => {
    const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
    const store = new SqliteMemoryStore(database);
    const directory = join(home.path, "clawd");
    mkdirSync(directory);
    const index = new MemoryIndex({
      store,
      clock: { ...systemClock, now: () => NOW },
      log: memoryLog().logger,
    });
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    };
    const paths: Notes["paths"] = async (question, { most = 6, minScore = 0 } = {}) => {
      const keeper = { agentId: "main", directory };
      const { parts } = await index.search(keeper, { question, most, minScore });
      return parts.map(({ path }) => path);
    };
    await use({ directory, write, paths, index, store });
    await index.stop();
    database.close();
  },
});

test("what is in the notes is found by its words, in any order and case, with and without accents", async ({
  notes: { write, paths },
}) => {
  write("MEMORY.md", "# People\nThe dentist is Dr. Müller, phone 0711-4432.");
  write("memory/topics/car.md", "# Car\nThe insurance of the Škoda ends in May.");
  write("memory/2026-06-01.md", "Bought apples.");

  expect((await paths("MULLER dentist"))[0]).toBe("MEMORY.md");
  expect((await paths("when does the Skoda insurance end"))[0]).toBe("memory/topics/car.md");
  expect((await paths("0711-4432"))[0]).toBe("MEMORY.md");
});

test("parts of longer words are found, and scripts without spaces between words", async ({
  notes: { write, paths },
}) => {
  write("memory/versicherung.md", "Die Autoversicherung läuft bei der Nordstern.");
  write("memory/tokyo.md", "東京の歯医者は田中先生です。");
  write("memory/bangkok.md", "หมอฟันชื่อสมชาย");
  write("memory/other.md", "Nothing of that.");

  expect(await paths("Versicherungen")).toEqual(["memory/versicherung.md"]);
  expect(await paths("歯医者は")).toEqual(["memory/tokyo.md"]);
  expect(await paths("田中")).toEqual(["memory/tokyo.md"]);
  expect(await paths("หมอฟัน")).toEqual(["memory/bangkok.md"]);
});

test("a change, a new note and one that is gone count at the next search", async ({
  notes: { directory, write, paths },
}) => {
  write("memory/plan.md", "The meeting is on Monday.");
  expect(await paths("meeting")).toEqual(["memory/plan.md"]);

  write("memory/plan.md", "The party is on Tuesday evening.");
  write("memory/new.md", "A meeting with Ada.");
  expect(await paths("meeting")).toEqual(["memory/new.md"]);
  rmSync(join(directory, "memory/new.md"));
  expect(await paths("meeting")).toEqual([]);
  expect(await paths("party")).toEqual(["memory/plan.md"]);
});

test("of daily notes the newer one counts more, and what lasts does not become old", async ({
  notes: { directory, write, paths },
}) => {
  write("memory/2025-01-10.md", "The router password hint is the river.");
  write("memory/2026-06-29.md", "The router password hint is the bridge.");
  write("MEMORY.md", "The router password hint is the tower.");
  const long = new Date("2020-01-01");
  utimesSync(join(directory, "MEMORY.md"), long, long);

  const found = await paths("router password hint");

  expect(found).toHaveLength(3);
  expect(found.at(-1)).toBe("memory/2025-01-10.md");
});

test("what a heading names, or an identifier that is given, comes first", async ({
  notes: { write, paths },
}) => {
  for (let index = 0; index < 20; index += 1)
    write(
      `memory/orders/${index}.md`,
      `# Order\nOrder INV-${4000 + index} of the boat parts was sent, the boat is near.`,
    );
  write("memory/boat.md", "# Boat\nIts name is Lotte.");

  expect((await paths("INV-4013"))[0]).toBe("memory/orders/13.md");
  expect((await paths("boat"))[0]).toBe("memory/boat.md");
});

test("no section fills the answer alone, and no more is given than asked for", async ({
  notes: { write, index, directory, paths },
}) => {
  write(
    "memory/long.md",
    `# One\n\n${Array.from({ length: 40 }, () => `zebra ${"x ".repeat(200)}`).join("\n\n")}`,
  );
  write("memory/short.md", "zebra");

  const keeper = { agentId: "main", directory };
  const { parts } = await index.search(keeper, { question: "zebra", most: 10, minScore: 0 });

  expect(parts.filter(({ path }) => path === "memory/long.md")).toHaveLength(2);
  expect(parts.map(({ path }) => path)).toContain("memory/short.md");
  expect(await paths("zebra", { most: 1 })).toHaveLength(1);
});

test("nothing outside the notes is taken in, by links as little as by other names", async ({
  home,
  notes: { directory, write, paths, store },
}) => {
  write("SOUL.md", "canary in the soul");
  write("memory/data.json", "canary in data");
  const outside = join(home.path, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret.md"), "canary outside");
  mkdirSync(join(directory, "memory"), { recursive: true });
  symlinkSync(join(outside, "secret.md"), join(directory, "memory", "linked.md"));
  symlinkSync(outside, join(directory, "memory", "folder"));
  write("memory/fine.md", "a canary that may be found");

  expect(await paths("canary")).toEqual(["memory/fine.md"]);
  expect([...(await store.notes("main")).keys()]).toEqual(["memory/fine.md"]);
});

test("agents do not find each other's notes", async ({ notes: { directory, write, index, paths } }) => {
  write("MEMORY.md", "the vault code");
  expect(await paths("vault")).toEqual(["MEMORY.md"]);

  const other = { agentId: "other", directory: `${directory}-other` };
  const { parts } = await index.search(other, { question: "vault", most: 6, minScore: 0 });

  expect(parts).toEqual([]);
  expect(await paths("vault")).toEqual(["MEMORY.md"]);
});

test("what is no word at all, and signs of the search language, find nothing and break nothing", async ({
  notes: { write, paths },
}) => {
  write("MEMORY.md", "plain text AND more");

  for (const question of ['"', "*", "NEAR(", "text:x", "AND", "- -", "a".repeat(5_000), '") OR ("'])
    expect(Array.isArray(await paths(question))).toBe(true);
  expect(await paths("--- !!!")).toEqual([]);
});
