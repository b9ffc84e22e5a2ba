/**
 * The nodes that are connected, and what they were asked to do. A node is known by its id and held by its connection: whatever happens
 * on a connection that another one has taken the place of touches neither the new one nor what waits for it.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../shared/clock.ts";
import { RequestError, SetupError, UnavailableError } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { type CommandRules, commandRefusal, isPhone, offeredCommands } from "./command-policy.ts";

/** The connection of a node, as far as it is needed here. */
export interface NodeLink {
  readonly connId: string;
  /** Sends an event to this node alone; false when it did not take it. */
  send(event: string, payload: unknown): boolean;
}

/** What a node says of itself when it connects. */
export interface NodeFacts {
  nodeId: string;
  displayName?: string | undefined;
  platform?: string | undefined;
  version?: string | undefined;
  deviceFamily?: string | undefined;
  modelIdentifier?: string | undefined;
  remoteIp?: string | undefined;
  caps: readonly string[];
  /** As it declared them. */
  commands: readonly string[];
  pathEnv?: string | undefined;
  permissions?: Readonly<Record<string, boolean>> | undefined;
  connectedAtMs: number;
}

export interface NodeOrder {
  nodeId: string;
  command: string;
  params?: unknown;
  timeoutMs?: number | undefined;
  idempotencyKey?: string | undefined;
}

/** What a node answered: a value, and the text it came as if it came as one. */
export interface NodeAnswer {
  payload: unknown;
  payloadJSON: string | null;
}

/** How a command ended, as the node tells it. */
export interface NodeOutcome {
  ok: boolean;
  payload?: unknown;
  payloadJSON?: unknown;
  error?: { code?: string | undefined; message?: string | undefined } | null | undefined;
}

interface Present {
  link: NodeLink;
  facts: NodeFacts;
}

interface Waiting {
  connId: string;
  command: string;
  deadline: Disposable;
  settle(outcome: { answer: NodeAnswer } | { error: Error }): void;
}

/** How long a node may take that nobody set a limit for. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Commands that one node may have before it at once. */
const MOST_WAITING = 256;
/** Of a node's own words. */
const MOST_MESSAGE_CHARS = 2_000;

export class NodeRegistry {
  #rules: () => CommandRules;
  #clock: Clock;
  #nodes = new Map<string, Present>();
  #waiting = new Map<string, Waiting>();

  constructor(rules: () => CommandRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** The node is here. One of the same id that is here already is so no longer, and what was asked of it ends. */
  join(link: NodeLink, facts: NodeFacts): void {
    const before = this.#nodes.get(facts.nodeId);
    if (before !== undefined) this.#end(before.link.connId, disconnected);
    this.#nodes.delete(facts.nodeId);
    this.#nodes.set(facts.nodeId, { link, facts });
  }

  /** The connection is gone; what was asked over it ends. */
  leave(connId: string): void {
    const present = this.#of(connId);
    if (present !== undefined) this.#nodes.delete(present.facts.nodeId);
    this.#end(connId, disconnected);
  }

  /** Ends all that is asked, before whoever waits for it is cut off. */
  stop(): void {
    for (const { link } of this.#nodes.values()) this.#end(link.connId, stopped);
  }

  /** The id of the node on this connection; undefined when there is none, or another connection took its place. */
  idOf(connId: string): string | undefined {
    return this.#of(connId)?.facts.nodeId;
  }

  /** The connection that the node is on. */
  connectionOf(nodeId: string): string | undefined {
    return this.#nodes.get(nodeId)?.link.connId;
  }

  /** The node, its commands being those that may be asked of it now. */
  get(nodeId: string): NodeFacts | undefined {
    const facts = this.#nodes.get(nodeId)?.facts;
    return facts && { ...facts, commands: offeredCommands(facts.commands, facts, this.#rules()) };
  }

  list(): NodeFacts[] {
    return [...this.#nodes.keys()].flatMap((nodeId) => this.get(nodeId) ?? []);
  }

  get hasPhone(): boolean {
    return [...this.#nodes.values()].some(({ facts }) => isPhone(facts));
  }

  /**
   * Has a node carry out a command. Fails with `NOT_CONNECTED`, `NODE_COMMAND_REFUSED` and `NODE_FAILED`. `unchecked` is for commands
   * of the gateway's own, whatever the node offers. Who goes away by `signal` waits no longer; the node is not told.
   */
  async invoke(
    order: NodeOrder,
    signal: AbortSignal,
    { unchecked = false }: { unchecked?: boolean } = {},
  ): Promise<NodeAnswer> {
    const { nodeId, command, params, timeoutMs, idempotencyKey } = order;
    const present = this.#nodes.get(nodeId);
    if (present === undefined) throw new UnavailableError("NOT_CONNECTED", "node not connected");
    const { link, facts } = present;
    const reason = commandRefusal(command, { ...facts, declared: facts.commands }, this.#rules());
    if (reason !== undefined && !unchecked)
      throw new RequestError("NODE_COMMAND_REFUSED", "node command not allowed", {
        details: { reason, command },
      });
    this.#refuseCrowd(link.connId);
    return await new Promise((resolve, reject) => {
      const id = randomUUID();
      const settle: Waiting["settle"] = (outcome) => {
        this.#waiting.delete(id);
        deadline.dispose();
        signal.removeEventListener("abort", giveUp);
        if ("answer" in outcome) resolve(outcome.answer);
        else reject(outcome.error);
      };
      const giveUp = () => settle({ error: failure("nobody waits for it any more", "ABORTED") });
      const deadline = this.#clock.after(timeoutMs ?? DEFAULT_TIMEOUT_MS, () =>
        settle({ error: failure("node invoke timed out", "TIMEOUT") }),
      );
      this.#waiting.set(id, { connId: link.connId, command, deadline, settle });
      signal.addEventListener("abort", giveUp);
      const paramsJSON = params === undefined ? null : JSON.stringify(params);
      const request = {
        id,
        nodeId,
        command,
        paramsJSON,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
      if (signal.aborted) giveUp();
      else if (!link.send("node.invoke.request", request))
        settle({ error: failure("failed to send invoke to node", "UNAVAILABLE") });
    });
  }

  /** What came of a command; false when nobody waits for it any more. Fails with `PARAMS_INVALID` for another node's id. */
  settle(connId: string, { id, nodeId, ...outcome }: NodeOutcome & { id: string; nodeId: string }): boolean {
    const present = this.#of(connId);
    if (present !== undefined && present.facts.nodeId !== nodeId)
      throw new RequestError("PARAMS_INVALID", "nodeId mismatch");
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || waiting.connId !== connId) return false;
    waiting.settle(outcome.ok ? { answer: answerOf(outcome) } : { error: nodeFailure(outcome) });
    return true;
  }

  #of(connId: string): Present | undefined {
    return [...this.#nodes.values()].find(({ link }) => link.connId === connId);
  }

  #end(connId: string, errorOf: (command: string) => Error): void {
    for (const waiting of [...this.#waiting.values()])
      if (waiting.connId === connId) waiting.settle({ error: errorOf(waiting.command) });
  }

  #refuseCrowd(connId: string): void {
    const count = [...this.#waiting.values()].filter((each) => each.connId === connId).length;
    if (count < MOST_WAITING) return;
    throw new UnavailableError("NODE_FAILED", `the node has ${count} commands before it already`, {
      details: { nodeError: { code: "BUSY", message: "too many commands" } },
    });
  }
}

/** A payload that is no JSON stays the text that it is. */
function answerOf({ payload, payloadJSON }: NodeOutcome): NodeAnswer {
  if (typeof payloadJSON !== "string") {
    const value = payload ?? payloadJSON ?? null;
    return { payload: value, payloadJSON: null };
  }
  try {
    return { payload: JSON.parse(payloadJSON), payloadJSON };
  } catch {
    return { payload: { payloadJSON }, payloadJSON };
  }
}

/** The node says it in its words; whether trying again helps is for whoever reads them to say. */
function nodeFailure({ error }: NodeOutcome): Error {
  const message = error?.message?.slice(0, MOST_MESSAGE_CHARS) ?? "node invoke failed";
  return new SetupError("NODE_FAILED", message, { details: { nodeError: error ?? null } });
}

function failure(message: string, code: string): Error {
  return new UnavailableError("NODE_FAILED", message, { details: { nodeError: { code, message } } });
}

function disconnected(command: string): Error {
  return new UnavailableError("NODE_FAILED", `Error: node disconnected (${command})`);
}

function stopped(command: string): Error {
  return new UnavailableError("NODE_FAILED", `Error: gateway stopping (${command})`);
}
