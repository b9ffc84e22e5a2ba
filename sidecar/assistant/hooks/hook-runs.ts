/**
 * Runs that programs outside set off. Each is a message of its own, kept before the program is told so; what came of it is told to the
 * main conversation, once, also after a restart.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import { defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Logger } from "../../base/log/logger.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import type { Route } from "../../base/store/route.ts";
import type {
  Accepted,
  Authority,
  Inbound,
  SessionStore,
  StartedTurn,
} from "../../base/store/session-store.ts";
import { headAndTail } from "../prompt/cut.ts";
import { keyRules, requestedKey } from "../session-key.ts";
import { HOOK_SCOPE } from "./scope.ts";

export interface HookRunPlace {
  store: SessionStore;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  accept: (message: Inbound) => Promise<Accepted>;
  /** Tells the main conversation of the agent; what it is told is information. */
  tell: (agentId: string, text: string, mode: WakeMode) => Promise<void>;
  /** Where an answer goes. Fails with a sentence for whoever asked. */
  routeTo: (channel: string, to: string | undefined) => Promise<Route | undefined>;
}

type WakeMode = "now" | "next-heartbeat";

/** What is to be answered, and what then. */
export interface HookRun {
  message: string;
  name: string;
  sessionKey: string | undefined;
  agentId: string | undefined;
  wakeMode: WakeMode;
  deliver: boolean;
  channel: string;
  to: string | undefined;
  model: string | undefined;
  thinking: string | undefined;
  timeoutSeconds: number | undefined;
  authority: Authority;
}

/** What is remembered of a run until it is told. */
type Promised = Pick<HookRun, "name" | "wakeMode"> & { agentId: string };

const SUMMARY = { head: 1_500, tail: 300 } as const;
const AGAIN_MS = 30_000;

export class HookRuns {
  #place: HookRunPlace;
  #again: Disposable | undefined;
  #isOver = false;

  constructor(place: HookRunPlace) {
    this.#place = place;
  }

  /** Tells the main conversation of the default agent. */
  async tell(text: string, mode: WakeMode): Promise<void> {
    await this.#place.tell(defaultAgentId(this.#place.config()), text, mode);
  }

  /** Keeps the message and sees that it is answered; whoever repeats the delivery gets the same run. */
  async start(run: HookRun, delivery: string): Promise<string> {
    const { store, clock, config, accept, routeTo } = this.#place;
    const runId = randomUUID();
    const agentId = run.agentId ?? defaultAgentId(config());
    const name = neutralLine(run.name, 100);
    const nowMs = clock.now();
    const promised: Promised = { agentId, name, wakeMode: run.wakeMode };
    const route = run.deliver ? await routeTo(run.channel, run.to) : undefined;
    await store.remember(HOOK_SCOPE, runId, JSON.stringify(promised), nowMs);
    const drop = () => store.remember(HOOK_SCOPE, runId, undefined, clock.now());
    const accepted = await accept({
      idempotency: { scope: HOOK_SCOPE, key: delivery },
      runId,
      sessionKey: this.#keyOf(run, agentId, runId),
      agentId,
      channel: "hook",
      sender: name,
      authority: run.authority,
      origin: "hook",
      text: run.message,
      route,
      parts: {
        atMs: nowMs,
        channel: "hook",
        sender: { id: "hook", name, authority: run.authority },
        text: run.message,
        isForeign: run.authority !== "owner",
      },
      options: {
        model: run.model,
        thinking: run.thinking,
        timeoutMs: run.timeoutSeconds === undefined ? undefined : 1_000 * run.timeoutSeconds,
      },
    }).catch(async (error: unknown) => {
      await drop();
      throw error;
    });
    if (accepted.fresh) return runId;
    await drop();
    return accepted.runId;
  }

  /** A turn has ended; what came of a hook is told. Never fails. */
  async turnEnded({ origin, runId }: StartedTurn): Promise<void> {
    if (origin === "hook") await this.#look(runId).catch((error: unknown) => this.#later(error));
  }

  /** Tells what a former process left untold. Never fails. */
  async resume(): Promise<void> {
    if (this.#isOver) return;
    try {
      for (const runId of (await this.#place.store.rememberedAll(HOOK_SCOPE)).keys()) await this.#look(runId);
    } catch (error) {
      this.#later(error);
    }
  }

  dispose(): void {
    this.#isOver = true;
    this.#again?.dispose();
  }

  async #look(runId: string): Promise<void> {
    const { store, tell, clock } = this.#place;
    const kept = await store.remembered(HOOK_SCOPE, runId);
    if (kept === undefined || this.#isOver) return;
    const { agentId, name, wakeMode } = JSON.parse(kept) as Promised;
    const run = await store.run(runId);
    if (run !== undefined && run.state !== "done" && run.state !== "failed" && run.state !== "aborted")
      return;
    failpoint("hook-answered");
    // One that was never accepted was never promised to anybody.
    if (run !== undefined)
      await tell(agentId, `Hook ${name}: ${summaryOf(run.result?.text ?? run.state)}`, wakeMode);
    failpoint("hook-told");
    await store.remember(HOOK_SCOPE, runId, undefined, clock.now());
  }

  #keyOf({ sessionKey }: HookRun, agentId: string, runId: string): string {
    if (sessionKey === undefined) return `agent:${agentId}:hook:${runId}`;
    const rules = keyRules(this.#place.config());
    return requestedKey(sessionKey, { ...rules, defaultId: agentId });
  }

  #later(error: unknown): void {
    const { log, clock } = this.#place;
    if (this.#isOver) return;
    log.warn({ reason: errorText(error) }, "what came of a hook could not be told; it is tried again");
    this.#again?.dispose();
    this.#again = clock.after(AGAIN_MS, () => void this.resume());
  }
}

function summaryOf(text: string): string {
  const said = text.trim().replace(/^NO_REPLY$/i, "");
  return said === ""
    ? "(nothing to tell)"
    : headAndTail(said, SUMMARY, (missing) => `[… ${missing} characters …]`);
}
