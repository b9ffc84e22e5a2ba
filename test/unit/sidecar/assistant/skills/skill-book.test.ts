import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { SkillCatalogue } from "../../../../../sidecar/assistant/skills/catalogue.ts";
import { SkillBook } from "../../../../../sidecar/assistant/skills/skill-book.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import type { EntryRow, StartedTurn } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { skillText, writeSkill } from "../../../../helpers/assistant/skills.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { createTempHome, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const READ = [{ name: "read" }];
const turnOf = (agentId = "main", origin: StartedTurn["origin"] = "chat") => ({ agentId, origin });

interface Place {
  home: TempHome;
  own: string;
  store: SqliteStore;
  config: GatewayConfig;
  /** A book as a new process has it. */
  open(): SkillBook;
}

const test = base.extend<{ place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  place: async ({}, use) => {
    const home = createTempHome();
    const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
    const place: Place = {
      home,
      own: join(home.stateDir, "skills"),
      store,
      config: {},
      open: () => {
        const paths = { home: home.path, workspaceDir: join(home.path, "clawd") };
        const bundledDir = join(home.path, "bundled");
        const catalogue = new SkillCatalogue({
          config: () => place.config,
          paths,
          stateDir: home.stateDir,
          bundledDir,
          env: home.env(),
          platform: "linux",
        });
        return new SkillBook({ catalogue, store, clock: new FakeClock(), log: memoryLog().logger });
      },
    };
    await use(place);
    await store.close();
    home.dispose();
  },
});

const long = (name: string) => `---\nname: ${name}\ndescription: ${`${name} `.repeat(100)}\n---\n`;
const sizeOf = (lines: readonly { name: string; description: string }[], name: string) =>
  lines.find((each) => each.name === name)?.description.length ?? 0;

test.describe("the list of skills of an agent", () => {
  test("is there for whoever can read, and for nothing that the gateway asks by itself", async ({
    place,
  }) => {
    writeSkill(place.own, "a");
    const book = place.open();

    expect(await book.linesFor(turnOf(), READ)).toHaveLength(1);
    expect(await book.linesFor(turnOf("main", "channel"), [{ name: "exec" }])).toEqual([]);
    expect(await book.linesFor(turnOf("main", "background"), READ)).toEqual([]);
  });

  test("is the same in another process, and for who was used meanwhile, until a skill changes", async ({
    place,
  }) => {
    for (let index = 10; index < 50; index += 1)
      writeSkill(place.own, `skill${index}`, long(`skill${index}`));
    const book = place.open();
    const first = await book.linesFor(turnOf(), READ);
    // Never used, and the last of the list: the first to be shortened.
    const name = "skill49";
    const file = join(place.own, name, "SKILL.md");

    await book.used("main", file);
    expect(await place.open().linesFor(turnOf(), READ)).toEqual(first);
    writeSkill(place.own, "skill10", long("skill10 "));
    writeSkill(place.own, "skill99", long("skill99"));
    const next = await book.linesFor(turnOf(), READ);
    expect(sizeOf(next, name)).toBeGreaterThan(sizeOf(first, name));
    expect(sizeOf(next, name)).toBeGreaterThan(sizeOf(next, "skill48"));
  });

  test("is each agent's own, and follows the configuration", async ({ place }) => {
    place.config = { agents: { list: [{ id: "main", default: true }, { id: "work" }] } };
    writeSkill(place.own, "a");
    const book = place.open();
    const names = async (agentId: string) =>
      (await book.linesFor(turnOf(agentId), READ)).map(({ name }) => name);

    expect([await names("main"), await names("work")]).toEqual([["a"], ["a"]]);
    place.config = { ...place.config, skills: { entries: { a: { enabled: false } } } };
    expect([await names("main"), await names("work")]).toEqual([[], []]);
  });
});

test("a skill that a turn has read is remembered as used, by any name of its file", async ({ place }) => {
  writeSkill(place.own, "a", skillText("a"));
  const book = place.open();
  const call = (path: string) => ({ type: "toolCall" as const, id: "1", name: "read", arguments: { path } });
  const said = (turnId: string, path: string) =>
    ({ turnId, message: { role: "assistant", content: [call(path)], timestamp: 0 } }) as unknown as EntryRow;
  const history = [said("t1", "~/.clawdbot/skills/a/SKILL.md"), said("t2", "../.clawdbot/skills/b/SKILL.md")];
  place.store.history = async () => history;
  const uses = async () => JSON.parse((await place.store.remembered("skill-uses", "main")) ?? "{}");
  const after = (id: string) => {
    const turn = { id, agentId: "main", sessionId: "s", origin: "chat" } as StartedTurn;
    book.after(turn, { model: {} as never, totalTokens: 0 }, new AbortController().signal);
  };

  after("t2");
  after("t1");
  await expect.poll(uses).toEqual({ [join(place.own, "a", "SKILL.md")]: expect.any(Number) });
});
