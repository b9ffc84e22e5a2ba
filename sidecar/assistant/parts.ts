/** What is behind the door, made when somebody says something: nothing of it is in the memory of a gateway that nobody talks to. */
import type { Disposable } from "../../shared/lifecycle.ts";
import { loadPart } from "../../shared/node/part.ts";
import type { MediaStore } from "../base/media/media-store.ts";
import type { CronStore } from "../base/store/cron-store.ts";
import { openDatabase } from "../base/store/database.ts";
import type { HeartbeatStore } from "../base/store/heartbeat-store.ts";
import type { SessionStore } from "../base/store/session-store.ts";
import { SqliteCredentialStore } from "../base/store/sqlite/credentials.ts";
import { SqliteCronStore } from "../base/store/sqlite/cron.ts";
import { SqliteHeartbeatStore } from "../base/store/sqlite/heartbeats.ts";
import { SqliteMemoryStore } from "../base/store/sqlite/memory.ts";
import { SqliteSpawnStore } from "../base/store/sqlite/spawns.ts";
import { StoreUpkeep, wasCutOff } from "../base/store/upkeep.ts";
import { AgentMind } from "./agent-mind.ts";
import type { AssistantPlace } from "./assistant-place.ts";
import { Purse } from "./budget/purse.ts";
import { McpTools } from "./mcp/mcp-tools.ts";
import { MediaKeeper } from "./media/media-keeper.ts";
import { PictureFit } from "./media/picture-fit.ts";
import { MemoryIndex } from "./memory/memory-index.ts";
import { ModelRegistry } from "./models/model-registry.ts";
import type { MaintenancePlace, SessionMaintenance } from "./sessions/maintenance.ts";
import { Renewals } from "./sessions/renewals.ts";
import { SkillCatalogue } from "./skills/catalogue.ts";
import { SkillBook } from "./skills/skill-book.ts";
import { SubAgents } from "./sub-agents/sub-agents.ts";
import { ToldStore } from "./told-store.ts";
import { Browsers } from "./tools/browser/browsers.ts";
import { type Hands, handsOf } from "./tools/exec/hands.ts";
import { allTools } from "./tools/registry.ts";
import type { Talk, Tool, ToolPlace } from "./tools/tool.ts";
import { BackgroundLane } from "./turns/background-lane.ts";
import { MemoryFlush } from "./turns/memory-flush.ts";
import { Titles } from "./turns/titles.ts";
import { TurnRunner } from "./turns/turn-runner.ts";
import { Vision } from "./turns/vision.ts";
import { turnLanguage, turnWords } from "./turns/words.ts";

/** What parts have to say in conversations, and how runs are ended. */
export interface TalkPlace extends Talk {
  abort: (sessionKey: string) => Promise<unknown>;
}

export interface Parts {
  store: SessionStore;
  runner: TurnRunner;
  background: BackgroundLane;
  purse: Purse;
  models: ModelRegistry;
  cron: CronStore;
  heartbeats: HeartbeatStore;
  tools: readonly Tool[];
  skills: SkillBook;
  memory: MemoryIndex;
  subAgents: SubAgents;
  upkeep: Disposable;
  renewals: Renewals;
  keeper: MediaKeeper;
  /** What commands run by. */
  hands: Hands;
  mcp: McpTools;
  browsers: Browsers;
  /** Its daily look. */
  keeping: Disposable;
}

/** Opens the store and takes back the turns of former processes. Fails with what `openDatabase` fails with. */
export async function openParts(
  place: AssistantPlace,
  media: MediaStore,
  { cron, wake, ...talk }: TalkPlace & Pick<ToolPlace, "cron" | "wake">,
): Promise<Parts> {
  const { storeFile, log, holder, clock, config, bus, surface, env, stateDir, paths, nodes, messages } =
    place;
  const needsCheck = wasCutOff(storeFile);
  const database = await openDatabase(storeFile);
  const store = new ToldStore(database, bus);
  const givenUpText = (said: readonly string[]) => turnWords(turnLanguage(config(), said)).givenUp;
  const { again, givenUp } = await store.recover(holder, givenUpText, clock.now());
  if (again > 0) log.info({ turns: again }, "turns that were cut off are run again");
  for (const { runId } of givenUp) log.warn({ runId }, "a turn was cut off twice and is given up");
  const purse = new Purse({ store, clock, config });
  const credentials = new SqliteCredentialStore(database);
  const models = new ModelRegistry({ ...place, credentials });
  const catalogue = new SkillCatalogue({ config, paths, stateDir, env, platform: process.platform });
  const skills = new SkillBook({ catalogue, store, clock, log });
  const mind = new AgentMind({ store, clock, log, config, paths, stateDir, models, media, skills });
  const memory = new MemoryIndex({ store: new SqliteMemoryStore(database), clock, log });
  const spawns = new SqliteSpawnStore(database);
  const subAgents = new SubAgents({ store, spawns, clock, log, config, ...talk });
  const browsers = new Browsers({ config, env, stateDir, home: paths.home, clock, log });
  const vision = new Vision({
    store,
    clock,
    log,
    purse,
    models,
    pictures: new PictureFit({ store: media, clock }),
  });
  const around = {
    browsers,
    store,
    credentials,
    clock,
    config,
    log,
    bus,
    env,
    stateDir,
    paths,
    memory,
    subAgents,
    talk,
    cron,
    wake,
    media,
    vision,
    nodes,
    messages,
    skills,
  };
  const hands = handsOf(around, credentials);
  const { desk } = hands;
  const tools = allTools({ ...around, desk }, hands);
  const mcp = new McpTools({ store, clock, config, log, desk, directory: stateDir });
  const background = new BackgroundLane(log);
  const aside = { store, clock, log, config, mind, purse, background };
  const flush = new MemoryFlush({ ...aside, paths });
  const titles = new Titles({ ...aside, bus, models });
  const afterwards = [flush.after, titles.after, skills.after];
  const runner = new TurnRunner({
    ...aside,
    bus,
    holder,
    tools,
    moreTools: () => mcp.tools(),
    surface,
    afterwards,
  });
  runner.onEnd((turn) => {
    if (turn !== undefined) void subAgents.turnEnded(turn);
  });
  const isIdle = () => runner.underWay === 0;
  const renewals = new Renewals(config, clock);
  const keeper = new MediaKeeper({ store, media, clock, log, config });
  const drop = (ids: ReadonlySet<string>) => keeper.drop(ids);
  const looked = { database, store, media, drop, stateDir, clock, log, config, isIdle };
  const besides = lookAfter(looked);
  const upkeep = new StoreUpkeep({ database, file: storeFile, clock, log, isIdle, besides }, { needsCheck });
  await hands.runs.start();
  await hands.desk.start();
  return {
    store,
    runner,
    background,
    purse,
    models,
    tools,
    skills,
    memory,
    subAgents,
    hands,
    mcp,
    browsers,
    upkeep,
    renewals,
    keeper,
    keeping: keeper.start(),
    cron: new SqliteCronStore(database),
    heartbeats: new SqliteHeartbeatStore(database),
  };
}

/** Loaded when it is first looked at: not on the way of whoever made us open the store. */
function lookAfter(place: MaintenancePlace): () => Promise<void> {
  let maintenance: SessionMaintenance | undefined;
  return async () => {
    if (maintenance === undefined) {
      const loaded = await loadPart(() => import("./sessions/maintenance.ts"));
      maintenance ??= new loaded.SessionMaintenance(place);
    }
    await maintenance.look();
  };
}
