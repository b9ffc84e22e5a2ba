/** The tools for commands without a model or a gateway around them: real programs, a real store, and somebody who answers. */
import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { OpenApproval } from "../../../shared/protocol/methods/exec-approvals.ts";
import type { Answer } from "../../../sidecar/assistant/approvals/desk.ts";
import { type Hands, handsOf } from "../../../sidecar/assistant/tools/exec/hands.ts";
import { execTool } from "../../../sidecar/assistant/tools/exec/tool.ts";
import { processTool } from "../../../sidecar/assistant/tools/process/tool.ts";
import type { Tool, ToolCall } from "../../../sidecar/assistant/tools/tool.ts";
import { EventBus } from "../../../sidecar/base/events/event-bus.ts";
import { openDatabase } from "../../../sidecar/base/store/database.ts";
import { textOf } from "../../../sidecar/base/store/message.ts";
import { SqliteStore } from "../../../sidecar/base/store/sqlite-store.ts";
import { memoryLog } from "../gateway/silent-log.ts";

export interface HandsOptions {
  home: string;
  config?: GatewayConfig;
  env?: Record<string, string>;
  /** `clawd` in the home directory without it. */
  workspace?: string;
  clock?: Clock;
  /** What the owner says to a question; nothing for a while of silence. */
  owner?: (question: OpenApproval) => Answer | undefined;
}

export interface TestHands {
  hands: Hands;
  bus: EventBus;
  store: SqliteStore;
  workspace: string;
  questions: OpenApproval[];
  /** A call of the conversation's turn. */
  call(more?: Partial<ToolCall>): ToolCall;
  /** What the tool says. */
  exec(args: string | Record<string, unknown>, call?: Partial<ToolCall>): Promise<string>;
  process(args: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

/** The variables of a gateway. */
export const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

export async function startHands(options: HandsOptions): Promise<TestHands> {
  const { home, config = {}, env = {}, clock = systemClock, owner } = options;
  const stateDir = join(home, ".clawdbot");
  mkdirSync(join(home, "clawd"), { recursive: true });
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const workspace = realpathSync(options.workspace ?? join(home, "clawd"));
  const store = new SqliteStore(await openDatabase(join(stateDir, "clawdbot.db")));
  const bus = new EventBus();
  const hands = handsOf(
    {
      store,
      clock,
      config: () => config,
      log: memoryLog().logger,
      bus,
      env: { PATH: SYSTEM_PATH, HOME: home, LANG: "C.UTF-8", ...env },
      stateDir,
      paths: { home, workspaceDir: workspace },
    },
    { list: async () => [] },
  );
  const questions: OpenApproval[] = [];
  bus.subscribe((name, payload) => {
    if (name !== "exec.approval.requested") return;
    const question = payload as OpenApproval;
    questions.push(question);
    const answer = owner?.(question);
    if (answer !== undefined)
      setImmediate(() => void hands.desk.decide(question.id, { answer, by: "test" }).catch(() => {}));
  });
  await hands.runs.start();
  await hands.desk.start();
  const turnId = randomUUID();
  const call = (more: Partial<ToolCall> = {}): ToolCall => ({
    id: randomUUID(),
    turn: {
      id: turnId,
      runId: turnId,
      sessionKey: "agent:main:main",
      sessionId: "s",
      agentId: "main",
      origin: "chat",
      authority: "owner",
      principal: "test",
      route: undefined,
      options: {},
      attempts: 1,
    },
    signal: new AbortController().signal,
    ...more,
  });
  const run = async (tool: Tool, args: Record<string, unknown>, more: Partial<ToolCall> = {}) => {
    try {
      return textOf(await tool.run(args, call(more)));
    } catch (error) {
      return String(error);
    }
  };
  const [exec, process] = [execTool(hands), processTool(hands)];
  return {
    hands,
    bus,
    store,
    workspace,
    questions,
    call,
    exec: (args, more) => run(exec, typeof args === "string" ? { command: args } : args, more),
    process: (args) => run(process, args),
    stop: async () => {
      hands.desk.dispose();
      await hands.runs.stop();
      await store.close();
    },
  };
}
