/**
 * Keeps the page connected: connects, reports what arrives to the store, and comes back after a loss with growing
 * delays. A refusal ends the attempts until a person acts.
 */
import { backoffDelay, RECONNECT_BACKOFF } from "../../shared/client/backoff.ts";
import {
  type Closed,
  connectGateway,
  type GatewayConnection,
} from "../../shared/client/gateway-connection.ts";
import type { Clock } from "../../shared/clock.ts";
import { CodedError, errorText } from "../../shared/errors.ts";
import { Disposables } from "../../shared/lifecycle.ts";
import { mayReconnect } from "../../shared/protocol/close-codes.ts";
import { type EventFrame, isRecord } from "../../shared/protocol/frame.ts";
import type { OpenApproval } from "../../shared/protocol/methods/exec-approvals.ts";
import type { HealthSummary } from "../../shared/protocol/methods/health.ts";
import type { PresenceEntry } from "../../shared/protocol/methods/presence.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { ConversationLink } from "./conversation-link.ts";
import type { DeviceIdentity } from "./device-identity.ts";
import {
  asChange,
  isCuredBySecret,
  isLostInHandshake,
  type Refusal,
  refusalOf,
  TURNED_AWAY,
} from "./refusal.ts";
import { type Entry, entryAfter, forgetEntry, rememberEntry, type Secret } from "./secret.ts";
import type { Absence, Store } from "./store.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const LIVENESS_TIMEOUT_MS = 3_000;
/** How often a page that waits looks whether the gateway answers again. */
const RETURN_LOOK_MS = 1_000;
/** How often the log is read while the page is visible; presence, which also comes as an event, every other time. */
const POLL_MS = 2_000;
/** Lines of history the first read asks for, and the most a later one brings. */
const LOG_LINES = { first: 500, later: 2_000 } as const;
const LOG_BYTES = 1_000_000;
/** A tick may be this late before it counts as missing. */
const TICK_SLACK_MS = 2_000;
const TICK_TIMEOUT: Closed = { code: 4000, reason: "tick timeout" };

const CLIENT_ID = "clawdbot-control-ui";
const CLIENT_MODE = "webchat";
const SCOPES = ["operator.admin", "operator.approvals", "operator.pairing"] as const;

export class GatewayLink {
  /** The main conversation over whatever connection there is. */
  readonly conversation: ConversationLink;
  #store: Store;
  #clock: Clock;
  #identity: Promise<DeviceIdentity | undefined>;
  #address: string;
  #current = new AbortController();
  #entry: Entry | undefined;
  #skipDelay: (() => void) | undefined;
  /** Attempts in a row that a gateway which lives and answers HTTP let end without a word. */
  #turnedAway = 0;
  /** The gateway did not answer when it was looked for last. */
  #isAbsent = false;
  #isLooking = false;
  #connection: GatewayConnection | undefined;

  /** `address` is the gateway's WebSocket URL. */
  constructor(store: Store, clock: Clock, identity: Promise<DeviceIdentity | undefined>, address: string) {
    this.#store = store;
    this.#clock = clock;
    this.#identity = identity;
    this.#address = address;
    this.conversation = new ConversationLink(store, clock);
  }

  /** Ends what there is and connects with this. */
  connect(entry: Entry): void {
    this.#current.abort();
    this.#current = new AbortController();
    this.#entry = entry;
    void this.#run(entry, this.#current.signal);
  }

  /** Tries at once instead of after the delay, or again after a refusal. */
  retryNow(): void {
    if (this.#skipDelay !== undefined) this.#skipDelay();
    else if (this.#store.state.link.kind === "refused" && this.#entry !== undefined)
      this.connect(this.#entry);
  }

  /** Answers a question. What was decided meanwhile, or is over, comes as an event. */
  async decide(id: string, decision: string): Promise<void> {
    try {
      await this.#connection?.call("exec.approval.resolve", { id, decision });
    } catch (error) {
      if (isAnswer(error)) this.#store.dispatch({ type: "approval-resolved", id });
    }
  }

  async #run(first: Entry, signal: AbortSignal): Promise<void> {
    let entry = first;
    let absence: Absence = "lost";
    for (let failures = 0; !signal.aborted; ) {
      this.#store.dispatch({ type: "connecting" });
      try {
        const connection = await this.#open(entry.secret);
        if (signal.aborted) return connection.close();
        entry = entryAfter(entry, connection.hello.auth?.deviceToken);
        this.#entry = entry;
        rememberEntry(entry);
        const end = await this.#follow(connection, signal);
        if (signal.aborted) return;
        absence = end.absence;
        if (!mayReconnect(end.code, end.reason)) {
          return this.#store.dispatch({ type: "refused", refusal: { kind: "other", message: end.reason } });
        }
        failures = 1;
      } catch (error) {
        if (signal.aborted) return;
        const refusal = await this.#refusal(error, entry);
        if (signal.aborted) return;
        if (refusal !== undefined) return this.#store.dispatch({ type: "refused", refusal });
        failures += 1;
      }
      await this.#pause(failures, absence, signal);
    }
  }

  /** Once may be a gateway that has just come up; the second time in a row it means what it says. */
  async #refusal(error: unknown, entry: Entry): Promise<Refusal | undefined> {
    const isTurnedAway = isLostInHandshake(error) && (await readLiveness()) !== undefined;
    this.#turnedAway = isTurnedAway ? this.#turnedAway + 1 : 0;
    if (this.#turnedAway > 1) return TURNED_AWAY;
    const refusal = refusalOf(error);
    if (refusal === undefined || !entry.isKnown) return refusal;
    if (isCuredBySecret(refusal.kind)) forgetEntry(entry);
    return asChange(refusal);
  }

  async #open(secret: Secret): Promise<GatewayConnection> {
    const identity = await this.#identity;
    return connectGateway({
      open: () => new WebSocket(this.#address),
      client: {
        id: CLIENT_ID,
        mode: CLIENT_MODE,
        version: APP_VERSION,
        platform: browserPlatform(),
        displayName: "Dashboard",
      },
      scopes: SCOPES,
      auth: secret,
      timeoutMs: CONNECT_TIMEOUT_MS,
      ...(identity === undefined
        ? {}
        : {
            sign: (nonce: string | undefined) =>
              identity.sign({
                clientId: CLIENT_ID,
                clientMode: CLIENT_MODE,
                role: "operator",
                scopes: SCOPES,
                signedAtMs: this.#clock.now(),
                token: secret.token ?? "",
                nonce,
              }),
          }),
    });
  }

  /** Reports to the store until the connection ends, falls silent or is given up. */
  async #follow(connection: GatewayConnection, signal: AbortSignal): Promise<Closed & { absence: Absence }> {
    const life = new Disposables();
    const { hello } = connection;
    let absence: Absence = "lost";
    let lastSignMs = this.#clock.monotonicMs();
    this.#turnedAway = 0;
    this.#store.dispatch({ type: "connected", hello, monotonicMs: lastSignMs });

    const ended = new Promise<Closed>((resolve) => {
      void connection.closed.then(resolve);
      signal.addEventListener("abort", () => resolve(TICK_TIMEOUT), { once: true });
      life.add(
        this.#clock.every(1_000, () => {
          const silentMs = this.#clock.monotonicMs() - lastSignMs;
          // A dead peer answers no close either, so its end is not awaited.
          if (silentMs > 2 * hello.policy.tickIntervalMs + TICK_SLACK_MS) resolve(TICK_TIMEOUT);
        }),
      );
    });
    const stopListening = connection.onEvent((frame) => {
      lastSignMs = this.#clock.monotonicMs();
      if (frame.event === "shutdown") absence = absenceOf(frame);
      else this.#report(frame);
    });
    life.add({ dispose: stopListening });
    life.add(this.conversation.attach(connection));
    life.add(this.#pollWhileVisible(connection));
    void this.#learnFacts(connection);
    void this.#readApprovals(connection);
    this.#connection = connection;

    const closed = await ended;
    life.dispose();
    connection.close();
    return { ...closed, absence };
  }

  #report(frame: EventFrame): void {
    const { event, payload } = frame;
    this.conversation.take(frame);
    if (!isRecord(payload)) return;
    if (event === "health") this.#store.dispatch({ type: "health", health: payload as HealthSummary });
    else if (event === "presence" && Array.isArray(payload.presence)) {
      this.#store.dispatch({ type: "presence", presence: payload.presence as PresenceEntry[] });
    } else if (event === "exec.approval.requested")
      this.#store.dispatch({ type: "approval-requested", approval: payload as unknown as OpenApproval });
    else if (event === "exec.approval.resolved")
      this.#store.dispatch({ type: "approval-resolved", id: String(payload.id) });
  }

  async #readApprovals(connection: GatewayConnection): Promise<void> {
    if (!connection.hello.features.methods.includes("exec.approval.list")) return;
    try {
      const { approvals } = await connection.call("exec.approval.list", {});
      this.#store.dispatch({ type: "approvals", approvals });
    } catch (error) {
      if (isAnswer(error)) console.warn("exec.approval.list:", errorText(error));
    }
  }

  #pollWhileVisible(connection: GatewayConnection): Disposables {
    const life = new Disposables();
    let isBusy = false;
    let rounds = 0;
    const poll = async () => {
      if (isBusy || document.hidden) return;
      isBusy = true;
      await this.#readLog(connection);
      if (rounds++ % 2 === 1) await this.#readPresence(connection);
      isBusy = false;
    };
    const onVisible = () => void poll();
    document.addEventListener("visibilitychange", onVisible);
    life.add({ dispose: () => document.removeEventListener("visibilitychange", onVisible) });
    life.add(this.#clock.every(POLL_MS, onVisible));
    onVisible();
    return life;
  }

  async #readLog(connection: GatewayConnection): Promise<void> {
    const { cursor } = this.#store.state.log;
    const params =
      cursor === undefined
        ? { limit: LOG_LINES.first }
        : { cursor, limit: LOG_LINES.later, maxBytes: LOG_BYTES };
    try {
      this.#store.dispatch({ type: "log-read", tail: await connection.call("logs.tail", params) });
    } catch (error) {
      if (isAnswer(error)) this.#store.dispatch({ type: "log-unreadable", problem: errorText(error) });
    }
  }

  async #readPresence(connection: GatewayConnection): Promise<void> {
    try {
      this.#store.dispatch({ type: "presence", presence: await connection.call("system-presence", {}) });
    } catch (error) {
      if (isAnswer(error)) console.warn("system-presence:", errorText(error));
    }
  }

  /** What the welcome does not carry. A gateway that does not tell leaves the rows empty. */
  async #learnFacts(connection: GatewayConnection): Promise<void> {
    const pid = (await readLiveness())?.pid;
    if (typeof pid === "number") this.#store.dispatch({ type: "process-known", pid });
    try {
      const { model } = (await connection.call("status", {})).sessions.defaults;
      if (model !== null) this.#store.dispatch({ type: "model-known", model });
    } catch (error) {
      if (isAnswer(error)) console.warn("status:", errorText(error));
    }
  }

  #pause(failures: number, absence: Absence, signal: AbortSignal): Promise<void> {
    const delayMs = backoffDelay(RECONNECT_BACKOFF, failures, Math.random);
    return new Promise((resolve) => {
      const life = new Disposables();
      const go = () => {
        life.dispose();
        this.#skipDelay = undefined;
        resolve();
      };
      life.add(this.#clock.after(delayMs, go));
      life.add(this.#clock.every(RETURN_LOOK_MS, () => void this.#lookForReturn(go)));
      signal.addEventListener("abort", go, { once: true });
      this.#skipDelay = go;
      this.#store.dispatch({ type: "waiting", absence, retryAtMs: this.#clock.monotonicMs() + delayMs });
    });
  }

  /**
   * Goes on as soon as the gateway answers that did not answer before. One that answers all the time and does not let us in is left
   * to the delays.
   */
  async #lookForReturn(go: () => void): Promise<void> {
    if (this.#isLooking || document.hidden) return;
    this.#isLooking = true;
    const isThere = (await readLiveness()) !== undefined;
    this.#isLooking = false;
    // The wait may be over by now, and another one under way.
    if (isThere && this.#isAbsent && this.#skipDelay === go) go();
    this.#isAbsent = !isThere;
  }
}

/** A lost connection or a late answer is the watchdog's business; only the gateway's own "no" is worth telling. */
function isAnswer(error: unknown): boolean {
  return error instanceof CodedError && error.code === "REMOTE_ERROR";
}

function absenceOf({ payload }: EventFrame): Absence {
  return isRecord(payload) && typeof payload.restartExpectedMs === "number" ? "restarting" : "stopped";
}

/** What the gateway says of itself over plain HTTP; undefined when nothing of ours answers. */
async function readLiveness(): Promise<Record<string, unknown> | undefined> {
  try {
    const signal = AbortSignal.timeout(LIVENESS_TIMEOUT_MS);
    const live: unknown = await (await fetch("/healthz", { cache: "no-store", signal })).json();
    return isRecord(live) && live.service === "clawdbot-gateway" ? live : undefined;
  } catch {
    return undefined; // Nobody there, or a proxy's own page instead of JSON.
  }
}

/** Such as `Linux x86_64` or, where the browser has the newer interface, `Linux`. */
function browserPlatform(): string {
  const { userAgentData } = navigator as { userAgentData?: { platform?: string } };
  return userAgentData?.platform || navigator.platform || "web";
}
