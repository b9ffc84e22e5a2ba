/** What commands act on in a session of the store: everything that this release keeps. Loaded when somebody writes a command. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorSentence } from "../../../shared/errors.ts";
import { chooseLanguage, type Language } from "../../../shared/languages.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { type Message, textMessage, textOf } from "../../base/store/message.ts";
import type { SessionStore, Spent, SpentQuery } from "../../base/store/session-store.ts";
import { toldIn } from "../../texts/told-in.ts";
import type { ApprovalDesk } from "../approvals/desk.ts";
import { isAtLeast } from "../authority.ts";
import { budgetLimits } from "../budget/limits.ts";
import type { Purse } from "../budget/purse.ts";
import { referenceOf } from "../models/model.ts";
import type { ModelRegistry } from "../models/model-registry.ts";
import { levelInForce } from "../models/thinking.ts";
import { ownerZone } from "../prompt/settings.ts";
import { dateIn } from "../prompt/time.ts";
import { agentOf, kindOf } from "../session-key.ts";
import { fieldsAfterReset } from "../sessions/reset.ts";
import { namedSkills } from "../skills/command-names.ts";
import type { SkillBook } from "../skills/skill-book.ts";
import type { SubAgents } from "../sub-agents/sub-agents.ts";
import { rawArguments } from "../tools/arguments.ts";
import type { Invocation } from "../tools/invoke.ts";
import type { ToolResult } from "../tools/tool.ts";
import { queueSettings } from "../turns/queue-settings.ts";
import type {
  ApprovalsPort,
  BudgetPort,
  CommandContext,
  ContextSizes,
  GatewayPort,
  ModelsPort,
  SessionPort,
  SkillsPort,
  Speaker,
  SubAgentsPort,
  UsagePort,
  UsageSum,
} from "./context.ts";
import { replyLanguage } from "./language.ts";
import { commandNames } from "./table.ts";

/** What the context is made of. */
export interface ClientPlace {
  store: SessionStore;
  purse: Purse;
  subAgents: SubAgents;
  desk: ApprovalDesk;
  models: ModelRegistry;
  clock: Clock;
  config: () => GatewayConfig;
  gateway: GatewayPort;
  runs: RunsPort;
  skills: Pick<SkillBook, "ready" | "used" | "catalogue">;
  tools: ToolsPort;
}

/** The tools of the agent, called without a model. */
export interface ToolsPort {
  /** Undefined where the speaker has no such tool. */
  run(invocation: Invocation): Promise<ToolResult | undefined>;
}

/** What runs in the session. */
export interface RunsPort {
  /** Ends it, and returns how many runs that were. */
  abort(): Promise<number>;
  /** Fails with `SESSION_BUSY` where it does not end. */
  end(): Promise<void>;
  compact: NonNullable<SessionPort["compact"]>;
  sizes(): Promise<ContextSizes | undefined>;
}

/** Where and by whom a command is written; `message` is the whole of what was written. */
export interface Written {
  key: string;
  speaker: Omit<Speaker, "isInGroup">;
  message: string;
}

/** Messages that are looked at for their language: commands, which show none, and their answers are among them. */
const RECENT = 100;
/** Messages among which the last answer is looked for. */
const RECENT_ANSWERS = 100;
/** A new beginning can be taken back for this long. */
const UNDO_MS = 600_000;
/** Sessions that a search looks into. */
const MOST_SESSIONS = 1_000;
const MONTH_DAYS = 30;

export async function clientContext(place: ClientPlace, written: Written): Promise<CommandContext> {
  const { store, config, gateway } = place;
  const row = await store.get(written.key);
  const said = row === undefined ? [] : await store.history(row.sessionId, { limit: RECENT });
  const texts = said.filter(({ message }) => message.role === "user").map(({ message }) => textOf(message));
  const { agents, language: ofProgram } = config();
  const language = replyLanguage(
    agents?.defaults?.language,
    [written.message, ...texts.reverse()],
    chooseLanguage({ configured: ofProgram }),
  );
  return {
    language,
    speaker: { ...written.speaker, isInGroup: kindOf(written.key, row?.fields.chatType) === "group" },
    session: sessionPort(place, written.key),
    models: await modelsPort(place, language),
    gateway,
    usage: usagePort(place, written.key),
    budget: budgetPort(place),
    ...(isAtLeast(written.speaker.authority, "trusted") ? { skills: await skillsPort(place, written) } : {}),
    approvals: approvalsPort(place),
    turnDirectives: ["think", "model"],
  };
}

function sessionPort({ store, clock, config, runs, subAgents }: ClientPlace, key: string): SessionPort {
  const fields = async () => (await store.get(key))?.fields ?? {};
  return {
    key,
    sessionId: async () => (await store.get(key))?.sessionId,
    fields,
    patch: async (change) => void (await store.patch(key, agentOf(key), change, clock.now())),
    abort: () => runs.abort(),
    reset: async () => {
      await runs.end();
      await store.reset(key, agentOf(key), fieldsAfterReset(await fields()), clock.now());
    },
    queue: { settings: async () => queueSettings(config(), await fields()) },
    subAgents: subAgentsPort(subAgents, key),
    dropWaiting: async () => (await store.dropWaiting(key)).length,
    undo: async () => {
      await runs.end();
      const back = await store.undoReset(key, clock.now() - UNDO_MS, clock.now());
      if (back === undefined) return undefined;
      const { length } = await store.history(back.sessionId, { limit: 1_000 });
      return { startedAtMs: back.startedAtMs, messages: length };
    },
    compact: (focus) => runs.compact(focus),
    contextSizes: async () => (await runs.sizes()) ?? NO_SIZES,
    pin: async () => {
      const row = await store.get(key);
      const said = row === undefined ? [] : await store.history(row.sessionId, { limit: RECENT_ANSWERS });
      const answer = said.findLast(({ message }) => isAnswer(message));
      const text = answer === undefined ? "" : textOf(answer.message);
      if (text === "") return undefined;
      const pin = { ...textMessage("assistant", text, clock.now()), customType: "pin" };
      await store.append(key, pin, clock.now(), "custom");
      return text;
    },
    search: async (text, limit) => {
      const rows = await store.list({ agentId: agentOf(key), limit: MOST_SESSIONS });
      const keys = new Map(rows.map((row) => [row.sessionId, row.key]));
      const found = await store.search([...keys.keys()], text, limit);
      return found.map(({ createdAtMs, message, sessionId }) => ({
        atMs: createdAtMs,
        sessionKey: keys.get(sessionId) ?? "",
        text: textOf(message),
      }));
    },
  };
}

const NO_SIZES: ContextSizes = { window: 0, parts: [], history: { messages: 0, tokens: 0 } };

/** Not a note of the gateway. */
function isAnswer({ role, stopReason }: Message): boolean {
  return role === "assistant" && stopReason !== "injected" && stopReason !== "error";
}

async function modelsPort({ models, config }: ClientPlace, language: Language): Promise<ModelsPort> {
  const [known, profiles] = await Promise.all([models.known(), models.profiles()]);
  return {
    profiles: (provider) => profiles.get(provider) ?? [],
    choices: () =>
      known.map(({ facts, alias }) => ({
        ref: referenceOf(facts),
        ...(alias === undefined ? {} : { alias }),
      })),
    inForce: async (fields) => {
      try {
        const [{ facts, problem, keys }] = await models.candidates(fields);
        if (problem !== undefined) return { problem: await toldIn(language, errorSentence(problem)) };
        const words = [fields.thinkingLevel, config().agents?.defaults?.thinkingDefault];
        const thinking = levelInForce(words, facts.reasoning);
        const credential = CREDENTIALS[(await models.kindOf(keys[0])) ?? "none"];
        return { ref: referenceOf(facts), contextWindow: facts.contextWindow, thinking, credential };
      } catch (error) {
        return { problem: await toldIn(language, errorSentence(error)) };
      }
    },
  };
}

const CREDENTIALS = { api_key: "api-key", oauth: "oauth", token: "token", none: "none" } as const;

async function skillsPort({ skills, tools }: ClientPlace, { key, speaker }: Written): Promise<SkillsPort> {
  const agentId = agentOf(key);
  const { home } = skills.catalogue.place.paths;
  const named = namedSkills(await skills.ready(agentId), commandNames());
  return {
    choices: named.map(({ name, skill }) => ({
      name,
      skillName: skill.name,
      about: skill.description,
      location: tildePath(skill.file, home),
      tool: skill.tool,
    })),
    used: async ({ name }) => {
      const found = named.find((each) => each.name === name);
      if (found !== undefined) await skills.used(agentId, found.skill.file);
    },
    runTool: async ({ name, skillName, tool = "" }, words) => {
      const result = await tools.run({
        name: tool,
        args: (parameters) => rawArguments(parameters, words, { commandName: name, skillName }),
        sessionKey: key,
        agentId,
        // Nobody else is offered any.
        speaker: {
          authority: speaker.authority === "owner" ? "owner" : "trusted",
          principal: `${speaker.channel}:${speaker.id}`,
        },
      });
      return result && textOf({ content: result.content });
    },
  };
}

function usagePort({ store, purse, clock, config }: ClientPlace, key: string): UsagePort {
  const sum = async (query: SpentQuery) => sumOf(await store.spent(query));
  return {
    ofSession: () => sum({ sessionKey: key }),
    today: () => sum({ sinceDay: purse.today(), untilDay: purse.today() }),
    last30Days: () => sum({ sinceDay: dateIn(ownerZone(config()), clock.now(), MONTH_DAYS - 1) }),
  };
}

function sumOf({ input, output, usd }: Spent): UsageSum {
  return { inputTokens: input, outputTokens: output, costUsd: usd };
}

const MOST_SUB_AGENTS = 20;

function subAgentsPort(subAgents: SubAgents, key: string): SubAgentsPort {
  return {
    list: async () =>
      (await subAgents.of(key, MOST_SUB_AGENTS)).map(({ id, label, task, outcome }) => ({
        id,
        label,
        task,
        state: outcome?.status ?? "running",
        seconds: outcome && Math.round(outcome.ranMs / 1_000),
        report: outcome?.text,
      })),
    stop: (id) => subAgents.stopOf(key, id),
  };
}

function approvalsPort({ desk }: ClientPlace): ApprovalsPort {
  return {
    open: async () =>
      (await desk.list()).map(({ id, payload }) => ({ id, command: String(payload.command ?? "") })),
    decide: async (id, decision) => void (await desk.decide(id, decision)),
  };
}

function budgetPort({ purse, config }: ClientPlace): BudgetPort {
  const show = async () => {
    const { perDayUsd, perMonthUsd } = budgetLimits(config());
    const { dayUsd, monthUsd, allowedUsd } = await purse.sums({});
    const limit = (usd: number) => (usd === 0 ? undefined : usd + allowedUsd);
    return {
      today: { usedUsd: dayUsd, limitUsd: limit(perDayUsd) },
      month: { usedUsd: monthUsd, limitUsd: limit(perMonthUsd) },
      isLifted: await purse.isLifted(),
    };
  };
  return {
    show,
    add: async (usd) => {
      await purse.allow(usd);
      return await show();
    },
    lift: async () => {
      await purse.lift();
      return await show();
    },
    restore: async () => {
      await purse.restore();
      return await show();
    },
  };
}
