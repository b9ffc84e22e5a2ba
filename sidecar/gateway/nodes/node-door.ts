/** Where nodes come in: who is here and who is known, what they hear of, and by which words they wake. */
import { join } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError } from "../../../shared/errors.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import type { NodeInfo } from "../../../shared/protocol/methods/nodes.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import { canonicalKey, keyRules } from "../../assistant/session-key.ts";
import { type NodeFacts, NodeRegistry } from "../../nodes/node-registry.ts";
import type { ClientIdentity } from "../auth/authenticate.ts";
import { NodePairingStore } from "../auth/node-pairing-store.ts";
import type { PairingStore, StoredDevice } from "../auth/pairing-store.ts";
import type { Connection } from "../connection/connection.ts";
import { NodeSubscriptions } from "./subscriptions.ts";
import { WakeWordStore } from "./wake-words.ts";

/** What the door stands on. */
export interface NodePlace {
  pairing: PairingStore;
  config: () => GatewayConfig;
  clock: Clock;
  stateDir: string;
}

export class NodeDoor {
  readonly registry: NodeRegistry;
  /** Of older programs. */
  readonly legacy: NodePairingStore;
  readonly wakeWords: WakeWordStore;
  #pairing: PairingStore;
  #config: () => GatewayConfig;
  #subscriptions = new NodeSubscriptions();

  constructor({ pairing, config, clock, stateDir }: NodePlace) {
    this.#pairing = pairing;
    this.#config = config;
    this.registry = new NodeRegistry(() => config().gateway?.nodes ?? {}, clock);
    this.legacy = new NodePairingStore(join(stateDir, "nodes"), clock);
    this.wakeWords = new WakeWordStore(join(stateDir, "settings", "voicewake.json"), () => clock.now());
  }

  /** A client was welcomed; one in the node role is a node from now on, and told the words by which it wakes. */
  joined(connection: Connection, connect: ConnectParams, { role, device }: ClientIdentity): void {
    if (role !== "node" || connection.state.kind !== "connected") return;
    const { client, caps = [], commands = [], pathEnv, permissions } = connect;
    const { origin } = connection;
    const link = {
      connId: connection.id,
      send: (event: string, payload: unknown) =>
        connection.sendEvent(Buffer.from(JSON.stringify({ type: "event", event, payload })), "critical"),
    };
    const nodeId = device?.id ?? connect.device?.id ?? client.id;
    const before = this.registry.connectionOf(nodeId);
    if (before !== undefined) this.#subscriptions.drop(before);
    this.registry.join(link, {
      nodeId,
      displayName: client.displayName,
      platform: client.platform,
      version: client.version,
      deviceFamily: client.deviceFamily,
      modelIdentifier: client.modelIdentifier,
      remoteIp: origin.untrustedProxy ? undefined : origin.ip,
      caps,
      commands,
      pathEnv,
      permissions,
      connectedAtMs: connection.state.sinceMs,
    });
    link.send("voicewake.changed", { triggers: this.wakeWords.get() });
  }

  left(connId: string): void {
    this.#subscriptions.drop(connId);
    this.registry.leave(connId);
  }

  /** Nothing where another connection has taken the node's place: it would hear everything twice. */
  subscribe(connId: string, sessionName: string): void {
    if (this.registry.idOf(connId) !== undefined) this.#subscriptions.add(connId, this.#keyOf(sessionName));
  }

  unsubscribe(connId: string, sessionName: string): void {
    this.#subscriptions.remove(connId, this.#keyOf(sessionName));
  }

  hears(connId: string, sessionName: string): boolean {
    return !this.#subscriptions.isEmpty && this.#subscriptions.has(connId, this.#keyOf(sessionName));
  }

  /** Nodes that are paired or connected; those that are connected first, then by name. */
  list(): NodeInfo[] {
    const connected = new Map(this.registry.list().map((facts) => [facts.nodeId, facts]));
    const paired = this.#pairing.list().paired.filter(({ roles = [] }) => roles.includes("node"));
    const ids = new Set([...paired.map(({ deviceId }) => deviceId), ...connected.keys()]);
    return [...ids]
      .map((nodeId) => this.#infoOf(nodeId, connected.get(nodeId)))
      .sort((a, b) => Number(b.connected) - Number(a.connected) || byName(a, b));
  }

  /** One of them. Fails with `NOT_FOUND`. */
  describe(nodeId: string): NodeInfo {
    const found = this.list().find((node) => node.nodeId === nodeId);
    if (found === undefined) throw unknownNode();
    return found;
  }

  /** Fails with `NOT_FOUND` for a node that nobody knows, and with `PARAMS_INVALID` for no name. */
  rename(nodeId: string, name: string): string {
    const displayName = name.trim();
    if (displayName === "") throw new RequestError("PARAMS_INVALID", "displayName required");
    const isKnown =
      this.legacy.isPaired(nodeId) ||
      this.registry.get(nodeId) !== undefined ||
      this.#pairing.get(nodeId)?.roles?.includes("node") === true;
    if (!isKnown) throw unknownNode();
    this.legacy.rename(nodeId, displayName);
    return displayName;
  }

  #infoOf(nodeId: string, live: NodeFacts | undefined): NodeInfo {
    const device = this.#pairing.get(nodeId);
    const isPaired = device?.roles?.includes("node") === true;
    const displayName = this.legacy.nameOf(nodeId) ?? live?.displayName ?? device?.displayName;
    return {
      ...withoutUndefined({
        nodeId,
        ...knownFacts(isPaired ? device : undefined),
        ...(live && withoutUndefined(liveFacts(live))),
        displayName,
      }),
      caps: [...(live?.caps ?? [])].sort(),
      commands: [...(live?.commands ?? [])].sort(),
      paired: isPaired,
      connected: live !== undefined,
    };
  }

  /** By the rules of now: another name of the main session means the same one. */
  #keyOf(sessionName: string): string {
    return canonicalKey(sessionName, keyRules(this.#config()));
  }
}

function knownFacts(device: StoredDevice | undefined): Partial<NodeInfo> {
  return { platform: device?.platform, remoteIp: device?.remoteIp };
}

function liveFacts({ platform, version, deviceFamily, modelIdentifier, ...more }: NodeFacts) {
  const { remoteIp, pathEnv, permissions, connectedAtMs } = more;
  return {
    ...{ platform, version, deviceFamily, modelIdentifier, remoteIp, pathEnv, connectedAtMs },
    permissions: permissions && { ...permissions },
  };
}

function byName(a: NodeInfo, b: NodeInfo): number {
  const [left, right] = [a, b].map(({ displayName, nodeId }) => (displayName ?? nodeId).toLowerCase());
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function unknownNode(): RequestError {
  return new RequestError("NOT_FOUND", "unknown nodeId");
}
