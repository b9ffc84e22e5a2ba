/** What commands say. Numbers and times come as they are to be read. */
import type { QueueSettings } from "../../turns/queue-settings.ts";
import type { ContextSizes, ModelInForce, Speaker, UsageSum } from "../context.ts";

export interface CommandTexts {
  refused(command: string): string;
  failed(reason: string): string;
  didYouMean(written: string, meant: string): string;
  noCommand(written: string): string;
  help: string;
  commandsTitle: string;
  groups: Readonly<Record<"info" | "session" | "model" | "levels" | "gateway" | "skills", string>>;
  whoami(speaker: Speaker): string;
  reset: string;
  stopped(runs: number): string;
  dropped(messages: number): string;
  nothingRuns: string;
  compacted(before: string, after: string, kept: number): string;
  nothingToCompact: string;
  model(inForce: ModelInForce): string;
  modelProblem(problem: string): string;
  modelSet(ref: string): string;
  /** Another one may take its place while it cannot answer. */
  modelSetOpen(ref: string): string;
  modelDefault(ref: string): string;
  modelUnknown(written: string): string;
  modelNotUnique(written: string, refs: string): string;
  profileUnknown(written: string): string;
  models(provider: string | undefined): string;
  /** Undefined where there is none of any provider. */
  noModels(provider: string | undefined): string;
  more(count: number): string;
  level(name: LevelName, value: string, choices: string): string;
  levelSet(name: LevelName, value: string): string;
  usageTitle: string;
  usage(session: UsageSum, today: UsageSum, month: UsageSum): string[];
  sum(sum: UsageSum): string;
  queue(settings: QueueSettings, choices: string): string;
  queueSet(settings: string): string;
  queueDefault: string;
  activation(value: string): string;
  activationSet(value: string): string;
  /** The command has no such word. */
  chooseOne(command: string, written: string, choices: string): string;
  send(value: string): string;
  sendSet(value: string): string;
  budget(today: BudgetLine, month: BudgetLine): string[];
  budgetUsage(written: string, mostUsd: string): string;
  budgetLifted: string;
  noSubAgents: string;
  subAgentState(state: "running" | "ok" | "error" | "aborted"): string;
  subAgentsStopped(count: number): string;
  subAgentsUsage(count: number): string;
  approveUsage(open: number): string;
  /** More than one waits, or none. */
  approveWhich(open: number): string;
  approveUnknown(id: string): string;
  approveDone(id: string): string;
  approveDenied(id: string): string;
  undone(time: string, messages: number): string;
  nothingToUndo: string;
  pinned(text: string): string;
  nothingToPin: string;
  searchUsage: string;
  hits(count: number, text: string): string;
  noHits(text: string): string;
  restarting: string;
  skills: string;
  noSkills: string;
  noSkill(written: string, meant: string | undefined): string;
  skillWithoutTool(skill: string, tool: string): string;
  /** What the model is asked then. */
  useSkill(skill: string, location: string, input: string): string;
  context(sizes: ContextSizes): string[];
  contextParts: string;
  contextCut(name: string, shown: string, whole: string): string;
  status: StatusTexts;
}

export type LevelName = "thinking" | "verbose" | "reasoning" | "usage";

export interface BudgetLine {
  used: string;
  /** Undefined where there is no limit. */
  limit: string | undefined;
}

export interface StatusTexts {
  credential: Readonly<Record<ModelInForce["credential"], string>>;
  model(ref: string, credential: string): string;
  context(used: string, window: string, percent: number, compactions: number): string;
  today(tokens: string, cost: string, limit: string | undefined): string;
  session(key: string, messages: string): string;
  queue(settings: QueueSettings, waiting: number | undefined): string;
  levels(thinking: string, verbose: string, reasoning: string): string;
  /** How often it is; undefined where there is none. */
  heartbeat(every: string | undefined): string;
  uptime(text: string): string;
}
