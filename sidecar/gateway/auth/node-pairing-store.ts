/**
 * Nodes that older programs paired by `node.pair.*`, in `<state>/nodes/{paired,pending}.json`, and the names that people gave to nodes of
 * any kind, in `names.json` beside them. None of it lets anybody in: that is what devices are paired for.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import type { Clock } from "../../../shared/clock.ts";
import { RequestError, UnavailableError } from "../../../shared/errors.ts";
import { NodePairRequest, PairedNode } from "../../../shared/protocol/methods/nodes.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import { secretsEqual } from "../../base/secrets-equal.ts";
import { RecordFile } from "./record-file.ts";

/** A request that nobody answers is forgotten after five minutes. */
const REQUEST_TTL_MS = 300_000;
const MOST_PENDING = 100;
const MOST_NAMES = 1_000;

const Named = z.looseObject({ displayName: z.string().min(1) });
type Named = { displayName: string };

/** What a node says of itself when it asks. */
export type NodeWish = Omit<NodePairRequest, "requestId" | "isRepair" | "ts">;

export class NodePairingStore {
  #clock: Clock;
  #newSecret: () => string;
  #paired: RecordFile<PairedNode>;
  #pending: RecordFile<NodePairRequest>;
  #names: RecordFile<Named>;

  constructor(directory: string, clock: Clock, newSecret = () => randomBytes(16).toString("hex")) {
    this.#clock = clock;
    this.#newSecret = newSecret;
    this.#paired = new RecordFile(join(directory, "paired.json"), (value, key) => {
      const node = PairedNode.loose().safeParse(value);
      return node.success && node.data.nodeId === key ? node.data : undefined;
    });
    this.#pending = new RecordFile(join(directory, "pending.json"), (value, key) => {
      const request = NodePairRequest.loose().safeParse(value);
      return request.success && request.data.requestId === key ? request.data : undefined;
    });
    this.#names = new RecordFile(join(directory, "names.json"), (value) => {
      const named = Named.safeParse(value);
      return named.success ? named.data : undefined;
    });
  }

  /** What of the files cannot be used and is kept, one sentence each. */
  get problems(): string[] {
    return [this.#paired, this.#pending, this.#names].flatMap(({ problem }) => problem ?? []);
  }

  /** Newest first; expired requests are gone. */
  list(): { pending: NodePairRequest[]; paired: PairedNode[] } {
    return {
      pending: [...this.#requests().values()].sort((a, b) => b.ts - a.ts),
      paired: [...this.#paired.records.values()]
        .sort((a, b) => b.approvedAtMs - a.approvedAtMs)
        .map((node) => PairedNode.parse(node)),
    };
  }

  /** Records the wish; a node has one request at a time. Fails with `TOO_MANY_CLIENTS` when too many wait. */
  request(wish: NodeWish): { request: NodePairRequest; created: boolean } {
    const waiting = this.#requests();
    const stored = [...waiting.values()].find(({ nodeId }) => nodeId === wish.nodeId);
    if (stored !== undefined) return { request: stored, created: false };
    if (waiting.size >= MOST_PENDING)
      throw new UnavailableError("TOO_MANY_CLIENTS", "too many nodes wait to be paired already");
    const request: NodePairRequest = {
      requestId: randomUUID(),
      ...withoutUndefined(wish),
      nodeId: wish.nodeId,
      isRepair: this.#paired.records.has(wish.nodeId),
      ts: this.#clock.now(),
    };
    this.#pending.replace(new Map(waiting).set(request.requestId, request));
    return { request, created: true };
  }

  /** Pairs the node with a new token. Fails with `NOT_FOUND`. */
  approve(requestId: string): PairedNode {
    const { requestId: _id, isRepair: _repair, silent: _silent, ts: _ts, ...facts } = this.find(requestId);
    const now = this.#clock.now();
    const known = this.#paired.records.get(facts.nodeId);
    const createdAtMs = known?.createdAtMs ?? now;
    const node: PairedNode = { ...facts, token: this.#newSecret(), createdAtMs, approvedAtMs: now };
    this.#paired.replace(new Map(this.#paired.records).set(node.nodeId, node));
    this.#forget(requestId);
    return node;
  }

  /** Forgets the request and returns it. Fails with `NOT_FOUND`. */
  reject(requestId: string): NodePairRequest {
    const request = this.find(requestId);
    this.#forget(requestId);
    return request;
  }

  /** The node whose token it is; undefined where it is none, or another one's. */
  verify(nodeId: string, token: string): PairedNode | undefined {
    const node = this.#paired.records.get(nodeId);
    return node !== undefined && secretsEqual(node.token, token) ? PairedNode.parse(node) : undefined;
  }

  isPaired(nodeId: string): boolean {
    return this.#paired.records.has(nodeId);
  }

  /** The name that somebody gave the node. */
  nameOf(nodeId: string): string | undefined {
    return this.#names.records.get(nodeId)?.displayName;
  }

  /** Keeps a name for the node, and where it was paired here, with its record. */
  rename(nodeId: string, displayName: string): void {
    const node = this.#paired.records.get(nodeId);
    if (node !== undefined)
      this.#paired.replace(new Map(this.#paired.records).set(nodeId, { ...node, displayName }));
    const names = new Map(this.#names.records);
    names.delete(nodeId);
    this.#names.replace(new Map([...names, [nodeId, { displayName }] as const].slice(-MOST_NAMES)));
  }

  /** The request that waits under this id. Fails with `NOT_FOUND`. */
  find(requestId: string): NodePairRequest {
    const request = this.#requests().get(requestId);
    if (request === undefined) throw new RequestError("NOT_FOUND", "unknown requestId");
    return request;
  }

  #forget(requestId: string): void {
    this.#pending.replace(new Map([...this.#pending.records].filter(([id]) => id !== requestId)));
  }

  #requests(): Map<string, NodePairRequest> {
    const now = this.#clock.now();
    return new Map([...this.#pending.records].filter(([, { ts }]) => Math.abs(now - ts) <= REQUEST_TTL_MS));
  }
}
