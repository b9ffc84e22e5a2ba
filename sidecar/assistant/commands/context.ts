/**
 * What commands of a chat act on. Whoever runs them puts it together: the gateway for its clients, channels for their chats. What is not
 * there is optional, and the commands that need it are then unknown.
 */
import type { Language } from "../../../shared/languages.ts";
import type { SessionFields, SessionPatch } from "../../base/store/session-store.ts";
import type { Authority } from "../authority.ts";
import type { PromptPart } from "../prompt/system-prompt.ts";
import type { QueueSettings } from "../turns/queue-settings.ts";

export interface CommandContext {
  language: Language;
  speaker: Speaker;
  session: SessionPort;
  models: ModelsPort;
  gateway: GatewayPort;
  usage?: UsagePort;
  budget?: BudgetPort;
  skills?: SkillsPort;
  approvals?: ApprovalsPort;
  /** Names of the directives that a turn goes by; in a sentence the others are words. */
  turnDirectives: readonly string[];
}

/** A skill that can be called. */
export interface SkillChoice {
  /** Of its command, without the slash. */
  name: string;
  skillName: string;
  about: string;
  /** Of its file, as a model is told it. */
  location: string;
  /** The tool that its command calls, without a model. */
  tool?: string | undefined;
}

/** The skills of the session's agent. */
export interface SkillsPort {
  choices: readonly SkillChoice[];
  /** It was called now. */
  used(choice: SkillChoice): Promise<void>;
  /** What its tool says to the words; undefined where the speaker has no such tool. */
  runTool(choice: SkillChoice, words: string): Promise<string | undefined>;
}

export interface Speaker {
  channel: string;
  id: string;
  name?: string;
  authority: Authority;
  isInGroup: boolean;
}

/** The session that the command was written in. */
export interface SessionPort {
  key: string;
  sessionId(): Promise<string | undefined>;
  /** None of a session that is not there yet. */
  fields(): Promise<SessionFields>;
  /** Makes the session where there is none. */
  patch(change: SessionPatch): Promise<void>;
  /** Begins a new conversation; what runs is ended first. Fails with `SESSION_BUSY`. */
  reset(): Promise<void>;
  /** Ends what runs, and returns how many runs that were. */
  abort(): Promise<number>;
  queue?: QueuePort;
  /** What it has handed over; absent where nobody may know. */
  subAgents?: SubAgentsPort;
  /** Drops what waits, and returns how many messages that were. */
  dropWaiting?(): Promise<number>;
  /** Undefined where there was too little to shorten. `kept` counts messages that stay as they are. */
  compact?(focus: string): Promise<{ tokensBefore: number; tokensAfter: number; kept: number } | undefined>;
  /** Brings back the conversation before the last reset, and returns when it began; undefined where that is too long ago. */
  undo?(): Promise<{ startedAtMs: number; messages: number } | undefined>;
  /** Pins the last answer, and returns its text; undefined where there is none. */
  pin?(): Promise<string | undefined>;
  /** What was said, the best hits first. */
  search?(text: string, limit: number): Promise<{ atMs: number; sessionKey: string; text: string }[]>;
  contextSizes?(): Promise<ContextSizes>;
}

/** Tasks that the conversation handed over. */
export interface SubAgentsPort {
  /** The newest first. */
  list(): Promise<readonly SubAgentFact[]>;
  /** Ends the one, or all that run; how many those were. */
  stop(id?: string): Promise<number>;
}

export interface SubAgentFact {
  id: string;
  label: string;
  task: string;
  state: "running" | "ok" | "error" | "aborted";
  /** How long it took; undefined while it runs. */
  seconds?: number | undefined;
  report?: string | undefined;
}

/** How messages wait while a run is under way. */
export interface QueuePort {
  /** What holds in the session. */
  settings(): Promise<QueueSettings>;
  waiting?(): Promise<number>;
}

/** Where the room of a model goes, in tokens. */
export interface ContextSizes {
  window: number;
  parts: readonly PromptPart[];
  history: { messages: number; tokens: number };
}

/** A model that may be chosen. */
export interface ModelChoice {
  /** `provider/model`. */
  ref: string;
  alias?: string;
}

export interface ModelsPort {
  /** In the order in which they are numbered. */
  choices(): readonly ModelChoice[];
  /** What answers in a session with these fields, or why nothing does. */
  inForce(fields: SessionFields): Promise<ModelInForce | { problem: string }>;
  /** Accounts at a provider that can be chosen with `@`; absent where there is no choice. */
  profiles?(provider: string): readonly string[];
}

export interface ModelInForce {
  ref: string;
  contextWindow: number;
  /** The level that holds. */
  thinking: string;
  /** What it is called with; never the key itself. */
  credential: "api-key" | "oauth" | "token" | "none";
}

export interface UsageSum {
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

export interface UsagePort {
  ofSession(): Promise<UsageSum>;
  today(): Promise<UsageSum>;
  last30Days(): Promise<UsageSum>;
}

/** US dollars; undefined limits are none. */
export interface BudgetFacts {
  today: { usedUsd: number; limitUsd: number | undefined };
  month: { usedUsd: number; limitUsd: number | undefined };
  /** The owner's limits do not hold today. */
  isLifted: boolean;
}

export interface BudgetPort {
  show(): Promise<BudgetFacts>;
  /** More for today. */
  add(usd: number): Promise<BudgetFacts>;
  /** No limit of the owner for today. */
  lift(): Promise<BudgetFacts>;
  /** The owner's limits again. */
  restore(): Promise<BudgetFacts>;
}

export type ApprovalAnswer = "allow-once" | "allow-turn" | "allow-always" | "deny";

/** Questions to the owner. */
export interface ApprovalsPort {
  /** Those that wait, the oldest first. */
  open(): Promise<{ id: string; command: string }[]>;
  /** Fails where that cannot be answered so. */
  decide(
    id: string,
    decision: { answer: ApprovalAnswer; by: string; forMs?: number; isForAll?: boolean },
  ): Promise<void>;
}

export interface GatewayPort {
  version: string;
  uptimeMs: number;
  /** How often the agent of a conversation looks around by itself, as it is written; absent where it does not. */
  heartbeat?: string | undefined;
  /** Told of a command of this conversation before it is carried out. Never fails. */
  commanded?: ((action: string) => Promise<void>) | undefined;
  /** Absent where nobody may ask for it, or nothing would start it again. */
  restart?(): void;
}
