/** Which conversations the nodes asked to hear of, by connection: what a node heard of is forgotten when it leaves. */

/** Conversations that one node may listen to; the one it asked for first goes first. */
const MOST_KEYS = 100;

export class NodeSubscriptions {
  #keys = new Map<string, Set<string>>();

  add(connId: string, sessionKey: string): void {
    const keys = this.#keys.get(connId) ?? new Set();
    keys.delete(sessionKey);
    keys.add(sessionKey);
    const [oldest] = keys;
    if (keys.size > MOST_KEYS && oldest !== undefined) keys.delete(oldest);
    this.#keys.set(connId, keys);
  }

  remove(connId: string, sessionKey: string): void {
    this.#keys.get(connId)?.delete(sessionKey);
  }

  /** The connection is a node's no longer. */
  drop(connId: string): void {
    this.#keys.delete(connId);
  }

  has(connId: string, sessionKey: string): boolean {
    return this.#keys.get(connId)?.has(sessionKey) === true;
  }

  /** Whether anybody listens to anything: a gateway without nodes looks nothing up. */
  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }
}
