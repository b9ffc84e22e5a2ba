/** What the page knows, and the only way it changes: a pure function of state and action. */
import type { Disposable } from "../../shared/lifecycle.ts";
import type { HelloOk } from "../../shared/protocol/handshake.ts";
import type { MethodResult } from "../../shared/protocol/index.ts";
import type { OpenApproval } from "../../shared/protocol/methods/exec-approvals.ts";
import type { HealthSummary } from "../../shared/protocol/methods/health.ts";
import type { PresenceEntry } from "../../shared/protocol/methods/presence.ts";
import {
  type ConversationAction,
  type ConversationState,
  conversationAfter,
  NO_CONVERSATION,
} from "./conversation.ts";
import { type LogLine, parseLogLine } from "./log-line.ts";
import type { Refusal } from "./refusal.ts";

/** Why there is no connection: it broke, or the gateway said that it restarts or stops. */
export type Absence = "lost" | "restarting" | "stopped";

/** The connection as a person sees it. `connecting` carries an absence unless it is the first attempt. */
export type Link =
  | { kind: "secret-missing" }
  | { kind: "connecting"; absence?: Absence }
  | { kind: "connected" }
  /** `retryAtMs` is on the page's monotonic clock. */
  | { kind: "waiting"; absence: Absence; retryAtMs: number }
  | { kind: "refused"; refusal: Refusal };

/** The gateway of the last welcome. `pid` and `model` follow the welcome, if the gateway tells them. */
export interface GatewaySummary {
  version: string;
  host: string | undefined;
  configPath: string | undefined;
  /** On the page's monotonic clock; below zero when it is older than the page. */
  startedAtMs: number;
  pid?: number;
  model?: string;
}

export interface LogEntry extends LogLine {
  /** Rises by one per line for as long as the page lives. */
  id: number;
}

export interface LogState {
  file: string | undefined;
  /** Where to read on; undefined before the first read. */
  cursor: number | undefined;
  entries: readonly LogEntry[];
  /** Why the log cannot be read at the moment. */
  problem: string | undefined;
}

export interface State {
  link: Link;
  gateway: GatewaySummary | undefined;
  presence: readonly PresenceEntry[];
  health: HealthSummary | undefined;
  /** What waits for an answer, the oldest first. */
  approvals: readonly OpenApproval[];
  conversation: ConversationState;
  log: LogState;
}

export type Action =
  | ConversationAction
  | { type: "secret-missing" }
  | { type: "connecting" }
  | { type: "connected"; hello: HelloOk; monotonicMs: number }
  | { type: "waiting"; absence: Absence; retryAtMs: number }
  | { type: "refused"; refusal: Refusal }
  | { type: "process-known"; pid: number }
  | { type: "model-known"; model: string }
  | { type: "presence"; presence: readonly PresenceEntry[] }
  | { type: "health"; health: HealthSummary }
  | { type: "approvals"; approvals: readonly OpenApproval[] }
  | { type: "approval-requested"; approval: OpenApproval }
  | { type: "approval-resolved"; id: string }
  | { type: "log-read"; tail: MethodResult<"logs.tail"> }
  | { type: "log-unreadable"; problem: string };

/** Lines kept at most; the oldest go first. */
export const MAX_LOG_LINES = 2_000;

export const INITIAL_STATE: State = {
  link: { kind: "connecting" },
  gateway: undefined,
  presence: [],
  health: undefined,
  approvals: [],
  conversation: NO_CONVERSATION,
  log: { file: undefined, cursor: undefined, entries: [], problem: undefined },
};

/** The state after `action`. Parts that did not change stay the same objects, so that views can compare them. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "secret-missing":
      return { ...state, link: { kind: "secret-missing" } };
    case "connecting": {
      const absence = state.link.kind === "waiting" ? state.link.absence : undefined;
      return {
        ...state,
        link: absence === undefined ? { kind: "connecting" } : { kind: "connecting", absence },
      };
    }
    case "connected":
      return connected(state, action.hello, action.monotonicMs);
    case "waiting":
      return { ...state, link: { kind: "waiting", absence: action.absence, retryAtMs: action.retryAtMs } };
    case "refused":
      return { ...state, link: { kind: "refused", refusal: action.refusal } };
    case "process-known":
      return withFacts(state, { pid: action.pid });
    case "model-known":
      return withFacts(state, { model: action.model });
    case "presence":
      return { ...state, presence: action.presence };
    case "health":
      return { ...state, health: action.health };
    case "approvals":
      return { ...state, approvals: action.approvals };
    case "approval-requested":
      return { ...state, approvals: [...without(state, action.approval.id), action.approval] };
    case "approval-resolved":
      return { ...state, approvals: without(state, action.id) };
    case "log-read":
      return { ...state, log: logAfter(state.log, action.tail) };
    case "log-unreadable":
      return { ...state, log: { ...state.log, problem: action.problem } };
    default:
      return { ...state, conversation: conversationAfter(state.conversation, action) };
  }
}

/** Holds the state and tells listeners about each change. */
export class Store {
  #state: State = INITIAL_STATE;
  #listeners = new Set<(state: State) => void>();

  get state(): State {
    return this.#state;
  }

  dispatch(action: Action): void {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener(next);
  }

  subscribe(listener: (state: State) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}

function connected(state: State, { server, snapshot }: HelloOk, monotonicMs: number): State {
  const health = snapshot.health as HealthSummary | Record<string, never>;
  return {
    ...state,
    link: { kind: "connected" },
    gateway: {
      version: server.version,
      host: server.host,
      configPath: snapshot.configPath,
      startedAtMs: monotonicMs - snapshot.uptimeMs,
    },
    presence: snapshot.presence,
    // What waited before may be over by now; the list is asked for.
    approvals: [],
    health: health.ok === true ? (health as HealthSummary) : undefined,
  };
}

function without({ approvals }: State, id: string): OpenApproval[] {
  return approvals.filter((each) => each.id !== id);
}

function withFacts(state: State, facts: Partial<GatewaySummary>): State {
  return state.gateway === undefined ? state : { ...state, gateway: { ...state.gateway, ...facts } };
}

/** Another file starts afresh; the same file goes on, also over a rotation or a restart of the gateway. */
function logAfter(log: LogState, tail: MethodResult<"logs.tail">): LogState {
  const { file, cursor } = tail;
  const before = log.file === undefined || log.file === file ? log.entries : [];
  if (tail.lines.length === 0 && log.cursor === cursor && log.file === file && log.problem === undefined)
    return log;
  let id = log.entries.at(-1)?.id ?? 0;
  const added = tail.lines.slice(-MAX_LOG_LINES).map((line) => ({ id: ++id, ...parseLogLine(line) }));
  return { file, cursor, entries: [...before, ...added].slice(-MAX_LOG_LINES), problem: undefined };
}
