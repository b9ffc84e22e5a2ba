/** What skills give to the programs of a run: real programs print what they see. */
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { SkillCatalogue } from "../../../../../sidecar/assistant/skills/catalogue.ts";
import { SkillBook } from "../../../../../sidecar/assistant/skills/skill-book.ts";
import { workspaceOf } from "../../../../../sidecar/assistant/workspace/place.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { skillText, writeSkill } from "../../../../helpers/assistant/skills.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const CONFIG: GatewayConfig = {
  agents: { list: [{ id: "main", default: true }, { id: "work" }] },
  skills: {
    entries: {
      mine: { apiKey: "key of main", env: { COLOUR: "red" } },
      theirs: { apiKey: "key of work", env: { COLOUR: "blue" } },
    },
  },
};
const needing = (name: string, variable: string) =>
  skillText(name, `metadata: {clawdbot: {primaryEnv: ${variable}, requires: {env: [${variable}]}}}`);

/** A program that runs, and when it is asked says where and with which variables. */
async function startShowing(cwd: string, env: Record<string, string>) {
  const script = `process.stdin.on("end", () => {
    console.log(JSON.stringify({ folder: process.cwd(), env: process.env }));
  }).resume();
  console.log("up");`;
  const child = spawn(process.execPath, ["-e", script], { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return async () => {
    child.stdin.end();
    return JSON.parse((await lines.next()).value ?? "");
  };
}

test("case 53: of two agents that run at once neither program sees the other's keys and folder", async ({
  home,
}) => {
  const paths = { home: home.path, workspaceDir: join(home.path, "clawd") };
  const env = { ...home.env(), SECRET_OF_THE_GATEWAY: "s" };
  const place = { config: () => CONFIG, paths, stateDir: home.stateDir, env, platform: process.platform };
  const catalogue = new SkillCatalogue(place);
  writeSkill(join(home.path, "clawd", "skills"), "mine", needing("mine", "MINE_KEY"));
  writeSkill(join(home.path, "clawd-work", "skills"), "theirs", needing("theirs", "THEIRS_KEY"));
  for (const { skill, hash = "" } of (await catalogue.lookAtAll()).skills)
    if (skill.source === "workspace") catalogue.trust.give(skill.folder, skill.name, { hash, atMs: 1 });
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const clock = new FakeClock();
  const book = new SkillBook({ catalogue, store, clock, log: memoryLog().logger });
  const before = JSON.stringify([process.env, process.cwd()]);

  const started = await Promise.all(
    ["main", "work"].map(async (agentId) => {
      const given = await book.environment(agentId);
      const cwd = workspaceOf(CONFIG, agentId, paths);
      return await startShowing(cwd, { PATH: process.env.PATH ?? "", ...given.env });
    }),
  );
  // Both are under way before either looks.
  const [main, work] = await Promise.all(started.map((show) => show()));
  await store.close();

  const { PATH } = process.env;
  const folderOf = (name: string) => realpathSync(join(home.path, name));
  expect(main).toEqual({
    folder: folderOf("clawd"),
    env: { PATH, MINE_KEY: "key of main", COLOUR: "red" },
  });
  expect(work).toEqual({
    folder: folderOf("clawd-work"),
    env: { PATH, THEIRS_KEY: "key of work", COLOUR: "blue" },
  });
  expect(JSON.stringify([process.env, process.cwd()])).toBe(before);
});

test("a skill without the owner's word gives nothing to anybody", async ({ home }) => {
  const paths = { home: home.path, workspaceDir: join(home.path, "clawd") };
  const place = {
    config: () => CONFIG,
    paths,
    stateDir: home.stateDir,
    env: home.env(),
    platform: process.platform,
  };
  writeSkill(join(home.path, "clawd", "skills"), "mine", needing("mine", "MINE_KEY"));
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const catalogue = new SkillCatalogue(place);
  const book = new SkillBook({ catalogue, store, clock: new FakeClock(), log: memoryLog().logger });

  expect(await book.environment("main")).toEqual({ env: {}, path: [] });
  await store.close();
});
