/** Everything behind the door: the store, opened when it is first needed, and the turns. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { agentIds } from "../../shared/config/agents.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { quoted, RequestError } from "../../shared/errors.ts";
import { loadPart } from "../../shared/node/part.ts";
import { advice, joined } from "../../shared/remedy.ts";
import { MediaStore } from "../base/media/media-store.ts";
import type { ApprovalRow } from "../base/store/approval-records.ts";
import type {
  Accepted,
  Inbound,
  SessionRow,
  SessionStore,
  TurnResult,
  TurnState,
} from "../base/store/session-store.ts";
import type { AssistantPlace } from "./assistant-place.ts";
import type { Purse } from "./budget/purse.ts";
import type { Compacted } from "./compaction/compactor.ts";
import type { Attachment } from "./media/attachments.ts";
import { modelInForce } from "./models/choose-model.ts";
import { ECHO } from "./models/echo.ts";
import { referenceOf } from "./models/model.ts";
import type { ModelRegistry } from "./models/model-registry.ts";
import type { Parts } from "./parts.ts";
import type { Hands } from "./tools/exec/hands.ts";
import type { Invocation } from "./tools/invoke.ts";
import type { ToolResult } from "./tools/tool.ts";
import type { Sizes } from "./turns/shortener.ts";
import type { AbortReason } from "./turns/turn-runner.ts";

/** What is known of a run. */
export interface RunState {
  state: TurnState | "waiting";
  result: TurnResult | undefined;
}

export class Assistant {
  /** Files that came with messages. */
  readonly media: MediaStore;
  #place: AssistantPlace;
  #parts: Promise<Parts> | undefined;
  #opened: Parts | undefined;
  #isOver = false;
  /** Of those who wait for runs that no turn ends. */
  #lookers = new Set<() => void>();

  constructor(place: AssistantPlace) {
    this.#place = place;
    this.media = new MediaStore(join(place.stateDir, "media"));
  }

  get storeFile(): string {
    return this.#place.storeFile;
  }

  /** The store. Fails with what `openDatabase` fails with; the next call tries again then. */
  async store(): Promise<SessionStore> {
    return (await this.#open()).store;
  }

  /** How many sessions there are, and the newest of them; undefined while there is no store. */
  async digest(agentId: string, most: number): Promise<{ count: number; recent: SessionRow[] } | undefined> {
    if (this.#parts === undefined && !existsSync(this.storeFile)) return undefined;
    const store = await this.store();
    const [count, recent] = await Promise.all([store.count(agentId), store.list({ agentId, limit: most })]);
    return { count, recent };
  }

  /** What the owner's call of the tool gives, as `invokeTool`. */
  async invokeTool(invocation: Invocation, signal: AbortSignal): Promise<ToolResult | undefined> {
    const { invokeTool } = await loadPart(() => import("./tools/invoke.ts"));
    return await invokeTool(await this.#open(), invocation, signal);
  }

  /** Shortens the conversation of the key; undefined where there is none, or nothing to shorten. */
  async compact(
    key: string,
    how: { focus?: string; keepEntries?: number } = {},
  ): Promise<Compacted | undefined> {
    const { store, runner } = await this.#open();
    const session = await store.get(key);
    return session && (await runner.compact(session, how));
  }

  /** Where the room of the model goes in the session; undefined where there is none. */
  async sizes(key: string): Promise<Sizes | undefined> {
    const { store, runner } = await this.#open();
    const session = await store.get(key);
    return session && (await runner.sizes(session));
  }

  /** A note of the gateway in the conversation, which no model sees; its entry's id, undefined where there is no such session. */
  async note(
    session: { sessionKey: string; sessionName: string },
    text: string,
  ): Promise<string | undefined> {
    const [{ addNote }, { store }] = await Promise.all([
      loadPart(() => import("./turns/notes.ts")),
      this.#open(),
    ]);
    const { bus, clock } = this.#place;
    return await addNote({ store, bus, clock }, session, text);
  }

  /** Who answers where nobody chose for the session, by reference, and its window in tokens if that is known. */
  async answerer(): Promise<{ model: string; contextTokens: number | null }> {
    const { config, env } = this.#place;
    const isOpen = this.#parts !== undefined || existsSync(this.storeFile);
    // Whoever writes is told what is wrong with the store.
    const models = isOpen ? await this.models().catch(() => undefined) : undefined;
    const facts = await models?.defaultFacts();
    if (facts !== undefined) return { model: referenceOf(facts), contextTokens: facts.contextWindow };
    const { model, kind } = modelInForce(config(), env);
    return { model, contextTokens: kind === "echo" ? ECHO.contextWindow : null };
  }

  /** Which models there are, and who answers. */
  async models(): Promise<ModelRegistry> {
    return (await this.#open()).models;
  }

  /** What commands run by, and where they ask. */
  async hands(): Promise<Hands> {
    return (await this.#open()).hands;
  }

  /** What waits for an answer of the owner; nothing is opened for that where nobody has talked yet. */
  async waitingApprovals(): Promise<ApprovalRow[]> {
    if (this.#parts === undefined && !existsSync(this.storeFile)) return [];
    return await (await this.hands()).desk.list();
  }

  /** What is spent, and what may be. */
  async purse(): Promise<Purse> {
    return (await this.#open()).purse;
  }

  /** Takes up what a former process left: nothing of it waits for the next message. */
  async resume(): Promise<void> {
    const { store, runner } = await this.#open();
    runner.resume(await store.pending());
  }

  /**
   * Keeps the message and sees that it is answered. Fails with `AGENT_UNKNOWN` and with what `admit` fails with, and nothing is
   * kept then.
   */
  async accept(message: Inbound): Promise<Accepted> {
    this.#place.admit?.();
    refuseUnknownAgent(message, this.#place.config());
    const { store, runner, renewals } = await this.#open();
    const mostWaiting = await runner.mostWaiting(message.sessionKey);
    const renewal = renewals.forMessage(message);
    const accepted = await store.accept({ ...message, mostWaiting }, this.#place.clock.now(), renewal);
    // Whoever sent it hears that it is kept before he hears what comes of it.
    if (accepted.fresh) setImmediate(() => this.#taken(runner, message, accepted));
    return accepted;
  }

  /**
   * Keeps files that come with a message: what the message is to hold of them. Fails with `ATTACHMENT_REFUSED` before any of them is
   * kept, and with `STATE_UNWRITABLE`.
   */
  async attach(files: readonly Attachment[]): Promise<Pick<Inbound, "media" | "parts">> {
    if (files.length === 0) return {};
    const { keepAttachments } = await loadPart(() => import("./media/attachments.ts"));
    const { media, parts } = await keepAttachments(files, this.media);
    return { media, parts: { media: parts } };
  }

  /** Removes those of the files that nothing refers to any more; how many they are. */
  async dropMedia(ids: ReadonlySet<string>): Promise<number> {
    return await (await this.#open()).keeper.drop(ids);
  }

  /** The session has something to do that nobody told of when it was accepted. */
  async wake(sessionKey: string): Promise<void> {
    (await this.#open()).runner.resume([sessionKey]);
  }

  /** Takes a message back that waits; false when it does not any more. */
  async withdraw(sessionKey: string, key: string): Promise<boolean> {
    const isDone = await (await this.store()).withdraw(sessionKey, key);
    if (isDone) for (const look of this.#lookers) look();
    return isDone;
  }

  /** Ends what runs in the session, or that one run of it, and returns the runs that were ended. */
  async abort(sessionKey: string, runId: string | undefined, reason: AbortReason): Promise<string[]> {
    const { runner } = await this.#open();
    const runs = runner
      .runsOf(sessionKey)
      .filter((each) => each !== "" && (runId === undefined || each === runId));
    if (runs.length > 0) await runner.abort(sessionKey, reason);
    return runs;
  }

  /** How many runs are under way. */
  async underWay(): Promise<number> {
    return (await this.#parts?.catch(() => undefined))?.runner.underWay ?? 0;
  }

  /** Why answers are not given at the moment, for `/readyz`; undefined while they are. */
  get heldUpBy(): string | undefined {
    return this.#opened?.runner.heldUpBy;
  }

  /** Resolves when no run is under way, or when `timeoutMs` are over. */
  async idle(timeoutMs: number): Promise<void> {
    const runner = (await this.#parts?.catch(() => undefined))?.runner;
    if (runner === undefined || runner.underWay === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const deadline = this.#place.clock.after(timeoutMs, resolve);
    const stopListening = runner.onEnd(() => {
      if (runner.underWay === 0) resolve();
    });
    await promise;
    deadline.dispose();
    stopListening();
  }

  async isRunning(sessionKey: string): Promise<boolean> {
    return (await this.#open()).runner.runsOf(sessionKey).length > 0;
  }

  /** The session in which the run is under way. */
  async sessionOf(runId: string): Promise<string | undefined> {
    return (await this.#open()).runner.sessionOf(runId);
  }

  /**
   * What became of the run when it has ended, and what is known of it when `timeoutMs` are over or the signal is aborted; undefined
   * for a run that nobody knows.
   */
  async waitFor(runId: string, timeoutMs: number, signal: AbortSignal): Promise<RunState | undefined> {
    const { store, runner } = await this.#open();
    const { clock } = this.#place;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        stopListening();
        this.#lookers.delete(lookAgain);
        deadline.dispose();
        signal.removeEventListener("abort", giveUp);
        act();
      };
      const look = (isLast: boolean) => {
        store.run(runId).then(
          (run) => {
            const isEnded =
              run !== undefined &&
              (run.state === "done" || run.state === "failed" || run.state === "aborted");
            if (isEnded || isLast || this.#isOver) settle(() => resolve(run));
          },
          (error: unknown) => settle(() => reject(error)),
        );
      };
      const giveUp = () => look(true);
      const lookAgain = () => look(false);
      this.#lookers.add(lookAgain);
      const stopListening = runner.onEnd(lookAgain);
      const deadline = clock.after(timeoutMs, giveUp);
      signal.addEventListener("abort", giveUp);
      look(false);
    });
  }

  /** Leaves what runs to the next process and closes the store. */
  async stop(): Promise<void> {
    this.#isOver = true;
    const parts = await this.#parts?.catch(() => undefined);
    parts?.upkeep.dispose();
    parts?.keeping.dispose();
    parts?.hands.desk.dispose();
    // What a turn waits for ends with it; nobody is told of commands that end here.
    await Promise.all([parts?.runner.stop(), parts?.hands.runs.stop()]);
    await parts?.store.close();
  }

  #taken(runner: Parts["runner"], message: Inbound, accepted: { waits: boolean }): void {
    runner.taken(message, accepted).catch((error: unknown) => {
      const { runId } = message;
      this.#place.log.error(
        { runId, err: error },
        "a message is kept, and waits until the next one of its session",
      );
    });
  }

  #open(): Promise<Parts> {
    this.#parts ??= this.#openParts().catch((error: unknown) => {
      this.#parts = undefined;
      throw error;
    });
    return this.#parts;
  }

  async #openParts(): Promise<Parts> {
    const { openParts } = await loadPart(() => import("./parts.ts"));
    this.#opened = await openParts(this.#place, this.media);
    return this.#opened;
  }
}

/** An agent that nobody made would get a work directory, and answer. */
function refuseUnknownAgent({ sessionKey, agentId }: Inbound, config: GatewayConfig): void {
  const named = /^agent:([^:]*)/.exec(sessionKey)?.[1] ?? agentId;
  const ids = agentIds(config);
  if (ids.includes(named)) return;
  throw new RequestError(
    "AGENT_UNKNOWN",
    advice`There is no agent ${quoted(named)}; there is ${joined(ids.map(quoted), ", ")}`,
  );
}
