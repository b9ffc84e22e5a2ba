/** The store in one file of SQLite: one writer, every change in one transaction. The tables are beside, in `sqlite/`. */
import type { DatabaseSync } from "node:sqlite";
import { quoted, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { advice } from "../../../shared/remedy.ts";
import type { ApprovalDecision, ApprovalWish, ProcessRow } from "./approval-records.ts";
import { failpoint } from "./failpoint.ts";
import { type Message, textMessage, textOf } from "./message.ts";
import type { OutboxPart } from "./outbox-records.ts";
import type { ImportedPairing, PairingLimits, PairingRow, PairingWish } from "./pairing-records.ts";
import type { Route } from "./route.ts";
import type {
  Accepted,
  AnswerBlock,
  Authority,
  Charge,
  ContextLimits,
  ContextLine,
  DeliveredEntry,
  EntryPage,
  EntryRange,
  EntryRow,
  EntryType,
  Inbound,
  Joined,
  MessageName,
  OutboxOutcome,
  Recovered,
  Renewal,
  Rewind,
  SessionFields,
  SessionPatch,
  SessionQuery,
  SessionRow,
  SessionStore,
  SpentQuery,
  StartedTurn,
  TurnEnd,
  TurnInput,
  TurnStart,
  TurnStep,
} from "./session-store.ts";
import { isOfPerson } from "./session-store.ts";
import { ApprovalTable } from "./sqlite/approvals.ts";
import { ContextTable } from "./sqlite/context.ts";
import { deliveriesIn } from "./sqlite/deliveries.ts";
import { EntryTable } from "./sqlite/entries.ts";
import { Erasure } from "./sqlite/erasure.ts";
import { holdingsIn, usedBytesIn } from "./sqlite/holdings.ts";
import { bodyOf, IngressTable, isOfOneBatch, isOfOneTurn } from "./sqlite/ingress.ts";
import { rememberedIn } from "./sqlite/kv.ts";
import { LedgerTable } from "./sqlite/ledger.ts";
import { MediaReferences } from "./sqlite/media.ts";
import { OutboxTable } from "./sqlite/outbox.ts";
import { PairingTable } from "./sqlite/pairing.ts";
import { SessionTable } from "./sqlite/sessions.ts";
import { json, type Row, Statements, text } from "./sqlite/statements.ts";
import { resultOf, stateOf, TurnTable, turnOf } from "./sqlite/turns.ts";

/** A turn that was cut off this often is not tried again. */
const MOST_ATTEMPTS = 2;
/** What comes after it knows that there was one before. */
const FIRST_ATTEMPT = 1;
/** Messages that wait in a session, whoever would take more. */
const MOST_WAITING = 1_000;
/** As much of a message as a model is shown of it that came when too many waited. */
const BEGINNING_CHARS = 160;
/** What a group said longer ago than this is not shown any more, in ms. */
const CONTEXT_AGE_MS = 86_400_000;
/** An edit of a message that was answered is worth a line. */
const EDIT_LIMITS: ContextLimits = { most: 100, maxAgeMs: CONTEXT_AGE_MS, maxChars: 8_000 };

export class SqliteStore implements SessionStore {
  #db: Statements;
  #sessions: SessionTable;
  #entries: EntryTable;
  #ingress: IngressTable;
  #turns: TurnTable;
  #ledger: LedgerTable;
  #outbox: OutboxTable;
  #pairing: PairingTable;
  #context: ContextTable;
  #approvals: ApprovalTable;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
    this.#sessions = new SessionTable(this.#db);
    this.#entries = new EntryTable(this.#db);
    this.#ingress = new IngressTable(this.#db);
    this.#turns = new TurnTable(this.#db);
    this.#ledger = new LedgerTable(this.#db);
    this.#outbox = new OutboxTable(this.#db);
    this.#pairing = new PairingTable(this.#db);
    this.#context = new ContextTable(this.#db);
    this.#approvals = new ApprovalTable(this.#db);
  }

  async list(query: SessionQuery) {
    return this.#sessions.list(query);
  }

  async count(agentId?: string) {
    return this.#sessions.count(agentId);
  }

  async get(key: string) {
    return this.#sessions.get(key);
  }

  async bySessionId(sessionId: string) {
    return this.#sessions.bySessionId(sessionId);
  }

  async patch(key: string, agentId: string, change: SessionPatch, nowMs: number): Promise<SessionRow> {
    return this.#db.together(() => {
      const { label } = change;
      if (typeof label === "string") this.#sessions.refuseTaken(key, label);
      this.#sessions.ensure(key, agentId, nowMs);
      return this.#sessions.setFields(key, change, nowMs);
    });
  }

  async reset(key: string, agentId: string, fields: SessionFields, nowMs: number) {
    return this.#db.together(() => this.#reset(key, agentId, fields, nowMs));
  }

  async undoReset(key: string, sinceMs: number, nowMs: number) {
    return this.#db.together(() => this.#sessions.undoReset(key, sinceMs, nowMs));
  }

  async former(key: string, limit: number) {
    return this.#sessions.former(key, limit);
  }

  async reopen(key: string, sessionId: string, nowMs: number) {
    return this.#db.together(() => this.#sessions.reopen(key, sessionId, nowMs));
  }

  async archive(key: string, reason: string, nowMs: number) {
    return this.#db.together(() => this.#sessions.archive(key, reason, nowMs));
  }

  async history(sessionId: string, page: EntryPage) {
    return this.#entries.page(sessionId, page);
  }

  async window(sessionId: string, range: EntryRange) {
    return this.#entries.window(sessionId, range);
  }

  async entry(sessionId: string, id: string) {
    return this.#entries.get(sessionId, id);
  }

  async forkPoint(sessionId: string) {
    const fork = this.#entries.forkOf(sessionId);
    const sessionKey = fork && this.#sessions.keyOf(fork.sessionId);
    if (fork === undefined || sessionKey === undefined) return undefined;
    const isThere = this.#entries.get(fork.sessionId, fork.id)?.state === "ok";
    return isThere ? { sessionKey, entryId: fork.id } : undefined;
  }

  async conversation(sessionId: string, limit: number) {
    return this.#entries.conversation(sessionId, limit);
  }

  async firstUserText(sessionId: string) {
    return this.#entries.firstUserText(sessionId);
  }

  async search(sessionIds: readonly string[], words: string, limit: number) {
    return this.#entries.search(sessionIds, words, limit);
  }

  async append(key: string, message: Message, nowMs: number, type: EntryType = "message") {
    return this.#db.together(() => {
      const row = this.#sessions.get(key);
      if (row === undefined) return undefined;
      this.#sessions.touch(key, nowMs);
      return this.#entries.add(row.sessionId, { message, type }, nowMs);
    });
  }

  async appendCompaction(key: string, sessionId: string, message: Message, nowMs: number) {
    return this.#db.together(() => {
      if (this.#sessions.get(key)?.sessionId !== sessionId) return undefined;
      const { firstKeptEntryId = "" } = message.compaction ?? {};
      // What was rewound meanwhile is summed up in it.
      if (this.#entries.inherited(sessionId, firstKeptEntryId)?.state === "off_path") return undefined;
      this.#entries.add(sessionId, { message, type: "compaction" }, nowMs);
      return this.#entries.page(sessionId, { limit: 1 })[0];
    });
  }

  async pinned(sessionId: string) {
    return this.#entries.custom(sessionId, "pin").map(textOf);
  }

  async checkRewind(key: string, rewind: Rewind) {
    this.#rewindPoint(key, rewind);
  }

  async accept(message: Inbound, nowMs: number, renewal?: Renewal): Promise<Accepted> {
    failpoint("before-ingress");
    const accepted = this.#db.together((): Accepted => {
      const known = this.#ingress.known(message, nowMs);
      if (known !== undefined) return this.#known(known);
      const { sessionKey, runId, rewind } = message;
      const isRenewed = this.#renew(message, nowMs, renewal) ? ({ isRenewed: true } as const) : {};
      if (rewind !== undefined) {
        const { sessionId, seq } = this.#rewindPoint(sessionKey, rewind);
        this.#entries.setAside(sessionId, seq);
      }
      const most = Math.min(message.mostWaiting ?? MOST_WAITING, MOST_WAITING);
      if (this.#ingress.countWaiting(sessionKey) >= most) throw queueFull(most);
      const { sessionId } = this.#sessions.ensure(sessionKey, message.agentId, nowMs);
      this.#fork(message, sessionId, nowMs);
      const id = this.#ingress.add(message, nowMs);
      if (isOfPerson(message.origin)) this.#sessions.heard(sessionKey, nowMs);
      const { holdMs = 0 } = message;
      if (holdMs > 0)
        return { fresh: true, waits: true, readyAtMs: this.#ingress.hold(id, holdMs, nowMs), ...isRenewed };
      this.#ingress.release(id, nowMs);
      // Whoever waits comes first.
      const waits = this.#turns.isOpen(sessionKey) || this.#ingress.countWaiting(sessionKey) > 1;
      const row = waits ? undefined : this.#ingress.get(id);
      if (row !== undefined)
        this.#ingress.setState(row, "turn", text(this.#turns.queue(row, runId, nowMs), "id"));
      return { fresh: true, waits, ...isRenewed };
    });
    failpoint("after-ingress");
    return accepted;
  }

  async run(runId: string) {
    const turn = this.#turns.ofRun(runId);
    if (turn !== undefined) return { state: stateOf(turn), result: resultOf(turn) };
    const row = this.#db.get("SELECT id FROM ingress WHERE run_id = ?", runId);
    if (row === undefined) return undefined;
    const { state, result } = this.#known(text(row, "id"));
    return { state, result };
  }

  async pending(): Promise<string[]> {
    const rows = this.#db.all(
      `SELECT session_key, min(at) AS at FROM (
         SELECT session_key, created_at AS at FROM turns WHERE state = 'queued'
         UNION ALL SELECT session_key, received_at FROM ingress WHERE state = 'new')
       GROUP BY session_key ORDER BY at`,
    );
    return rows.map((row) => text(row, "session_key"));
  }

  async startNext(sessionKey: string, start: TurnStart, nowMs: number): Promise<StartedTurn | undefined> {
    // Before anything is charged or done for it, something is written through.
    const started = this.#db.loosely(() => {
      if (this.#turns.running(sessionKey) !== undefined) return undefined;
      const queued = this.#turns.queued(sessionKey);
      if (queued !== undefined) return this.#start(queued, start, nowMs);
      const made = this.#queue(sessionKey, start, nowMs);
      return made && { ...this.#start(made.turn, start, nowMs), overflow: made.overflow };
    });
    failpoint("turn-started");
    return started;
  }

  async isSteerable(turnId: string, nowMs: number) {
    const [first] = this.#ingress.ofTurn(turnId);
    const [next] = first === undefined ? [] : this.#ingress.waiting(text(first, "session_key"), nowMs);
    return first !== undefined && next !== undefined && isOfOneTurn(first, next);
  }

  async steer(turnId: string, holder: string, nowMs: number) {
    return this.#handOver(turnId, holder, nowMs, (first) => {
      const waiting = this.#ingress.waiting(text(first, "session_key"), nowMs);
      // In the order they came: what has to wait makes what came after it wait.
      const other = waiting.findIndex((row) => !isOfOneTurn(first, row));
      return other === -1 ? waiting : waiting.slice(0, other);
    });
  }

  async waiting(sessionKey: string) {
    return this.#ingress.waiting(sessionKey).map((row) => ({
      key: text(row, "run_id"),
      text: bodyOf(row).text,
      channel: text(row, "channel"),
      sender: text(row, "sender"),
      authority: row.authority as Authority,
      receivedAtMs: Number(row.received_at),
      media: bodyOf(row).media,
    }));
  }

  async withdraw(sessionKey: string, key: string) {
    return this.#changeWaiting(sessionKey, key, (row) => this.#ingress.setState(row, "dropped", null));
  }

  async rewrite(sessionKey: string, key: string, said: string) {
    return this.#changeWaiting(sessionKey, key, (row) => {
      const { parts, ...body } = bodyOf(row);
      this.#ingress.setBody(row, { ...body, text: said, ...(parts && { parts: { ...parts, text: said } }) });
    });
  }

  async askSteer(sessionKey: string, key: string) {
    return this.#db.together(() => {
      const row = this.#ingress.waitingWith(sessionKey, key);
      const turn = this.#turns.running(sessionKey);
      const [first] = turn === undefined ? [] : this.#ingress.ofTurn(text(turn, "id"));
      if (turn === undefined || row === undefined || first === undefined || !isOfOneTurn(first, row))
        return undefined;
      this.#ingress.setBody(row, { ...bodyOf(row), isSteered: true });
      return text(turn, "run_id");
    });
  }

  async isSteerAsked(turnId: string) {
    const [first] = this.#ingress.ofTurn(turnId);
    return first !== undefined && asked(first, this.#ingress.waiting(text(first, "session_key"))).length > 0;
  }

  async steerAsked(turnId: string, holder: string, nowMs: number) {
    return this.#handOver(turnId, holder, nowMs, (first) =>
      asked(first, this.#ingress.waiting(text(first, "session_key"))),
    );
  }

  async dropWaiting(sessionKey: string, except?: string) {
    return this.#db.together(() => {
      const waiting = this.#ingress.waiting(sessionKey).filter((row) => row.run_id !== except);
      for (const row of waiting) this.#ingress.setState(row, "dropped", null);
      return waiting.map((row) => text(row, "run_id"));
    });
  }

  async keepPartial(turnId: string, partial: string): Promise<void> {
    this.#db.loosely(() => this.#turns.keepUnsentPartial(turnId, partial));
  }

  async addBlock(turnId: string, { parts, said }: AnswerBlock, nowMs: number): Promise<boolean> {
    const isRunning = this.#db.together(() => {
      if (!this.#turns.keepPartial(turnId, said)) return false;
      this.#outbox.add(parts, turnId, nowMs);
      return true;
    });
    failpoint("block-kept");
    return isRunning;
  }

  async reserve(turnId: string, charge: Charge): Promise<void> {
    this.#db.together(() => this.#turns.reserve(turnId, charge));
  }

  async recordStep(turnId: string, holder: string, step: TurnStep, nowMs: number): Promise<boolean> {
    const isOurs = this.#db.together(() => {
      const turn = this.#turns.held(turnId, holder);
      if (turn === undefined) return false;
      const sessionId = text(turn, "session_id");
      this.#settle(turnId, step.charges);
      for (const message of step.messages ?? []) this.#entries.add(sessionId, { message, turnId }, nowMs);
      for (const call of step.begun ?? []) this.#turns.callStarted(turnId, call, nowMs);
      for (const { id, state } of step.ended ?? []) this.#turns.callEnded(turnId, id, state, nowMs);
      if (step.messages !== undefined) this.#turns.keepPartial(turnId, "");
      return true;
    });
    failpoint("step-recorded");
    return isOurs;
  }

  async finish(turnId: string, holder: string, end: TurnEnd, nowMs: number): Promise<boolean> {
    failpoint("before-answer");
    const isDone = this.#db.together(() => {
      const turn = this.#turns.held(turnId, holder);
      if (turn === undefined) return false;
      this.#end(turn, end, nowMs);
      return true;
    });
    failpoint("after-answer");
    return isDone;
  }

  async splitUp(turnId: string, holder: string, nowMs: number): Promise<boolean> {
    return this.#db.together(() => {
      const turn = this.#turns.held(turnId, holder);
      const messages = this.#ingress.ofTurn(turnId);
      if (turn === undefined || messages.length < 2 || this.#outbox.hasPartsOf(turnId)) return false;
      const [said] = this.#entries.ofTurn(turnId);
      if (said !== undefined) this.#entries.setAside(text(turn, "session_id"), said.seq);
      const result = {
        status: "error" as const,
        text: "each of the messages is answered by itself",
        sessionId: text(turn, "session_id"),
        startedAtMs: Number(turn.started_at),
        endedAtMs: nowMs,
        provider: "",
        model: "",
        usage: undefined,
      };
      this.#turns.end(turnId, { state: "aborted", result }, nowMs);
      for (const row of messages) {
        this.#ingress.setState(row, "turn", text(this.#turns.queue(row, text(row, "run_id"), nowMs), "id"));
      }
      return true;
    });
  }

  async recover(
    holder: string,
    givenUpText: (said: readonly string[]) => string,
    nowMs: number,
  ): Promise<Recovered> {
    return this.#db.together(() => {
      const recovered: Recovered = { again: 0, givenUp: [] };
      for (const turn of this.#turns.cutOff(holder)) {
        this.#keepCutOff(turn, nowMs);
        const id = text(turn, "id");
        // Waiting for the owner ends no gateway, and what he is still asked is to be done when he says so.
        const wasWaiting = this.#approvals.isOpenIn(id);
        if (wasWaiting || Number(turn.attempts) < MOST_ATTEMPTS) {
          this.#turns.backInLine(id, wasWaiting ? FIRST_ATTEMPT : Number(turn.attempts));
          recovered.again += 1;
          continue;
        }
        const said = this.#ingress.ofTurn(id).map((row) => bodyOf(row).text);
        this.#end(turn, givenUp(turn, givenUpText(said), nowMs), nowMs);
        recovered.givenUp.push({ sessionKey: text(turn, "session_key"), runId: text(turn, "run_id") });
      }
      return recovered;
    });
  }

  async charge(charge: Charge) {
    this.#db.together(() => this.#ledger.charge(charge));
  }

  async spent(query: SpentQuery) {
    return this.#ledger.spent(query);
  }

  async spentByDay(sinceDay: string) {
    return this.#ledger.days(sinceDay);
  }

  async allowance(day: string) {
    return this.#ledger.allowance(day);
  }

  async allow(day: string, usd: number) {
    this.#db.together(() => this.#ledger.allow(day, usd));
  }

  async remembered(scope: string, key: string) {
    return rememberedIn(this.#db, scope, key);
  }

  async rememberedAll(scope: string) {
    const rows = this.#db.all("SELECT key, value FROM kv WHERE scope = ? ORDER BY updated_at, key", scope);
    return new Map(rows.map((row) => [text(row, "key"), text(row, "value")]));
  }

  async remember(scope: string, key: string, value: string | undefined, nowMs: number) {
    if (value === undefined) {
      this.#db.run("DELETE FROM kv WHERE scope = ? AND key = ?", scope, key);
      return;
    }
    this.#db.run(
      `INSERT INTO kv (scope, key, value, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      scope,
      key,
      value,
      nowMs,
    );
  }

  async requestPairing(
    wish: PairingWish,
    replies: readonly OutboxPart[],
    limits: PairingLimits,
    nowMs: number,
  ) {
    return this.#db.together(() => {
      const outcome = this.#pairing.request(wish, limits, nowMs);
      if (outcome === "created") this.#outbox.add(replies, undefined, nowMs);
      return outcome;
    });
  }

  async pendingPairings(ttlMs: number, nowMs: number) {
    return this.#pairing.pending(ttlMs, nowMs);
  }

  async decidePairing(
    row: PairingRow,
    state: "approved" | "dismissed",
    notices: readonly OutboxPart[],
    nowMs: number,
  ) {
    return this.#db.together(() => {
      const isDecided = state === "approved" ? this.#pairing.approve(row, nowMs) : this.#pairing.dismiss(row);
      if (isDecided) this.#outbox.add(notices, undefined, nowMs);
      return isDecided;
    });
  }

  async isPaired(channel: string, account: string, senderIds: readonly string[]) {
    return this.#pairing.isPaired(channel, account, senderIds);
  }

  async importPaired(people: readonly ImportedPairing[]) {
    return this.#db.together(() => this.#pairing.import(people));
  }

  async claimCommand(message: Inbound, nowMs: number) {
    return this.#db.together(() => {
      if (this.#ingress.known(message, nowMs) !== undefined) return false;
      const row = this.#ingress.get(this.#ingress.add({ ...message, text: "" }, nowMs));
      if (row !== undefined) {
        this.#ingress.setState(row, "command", null);
        this.#ingress.setBody(row, { ...bodyOf(row), isUnderWay: true });
      }
      return true;
    });
  }

  async endCommand(message: Inbound, parts: readonly OutboxPart[], nowMs: number) {
    this.#db.together(() => {
      this.#outbox.add(parts, undefined, nowMs);
      const row = this.#ingress.get(this.#ingress.known(message, nowMs) ?? "");
      if (row !== undefined) this.#ingress.setBody(row, { ...bodyOf(row), isUnderWay: false });
    });
  }

  async endCutCommands(told: (route: Route) => readonly OutboxPart[], nowMs: number) {
    return this.#db.together(() => {
      const rows = this.#ingress.commandsUnderWay();
      for (const row of rows) {
        const body = bodyOf(row);
        if (body.route !== undefined) this.#outbox.add(told(body.route), undefined, nowMs);
        this.#ingress.setBody(row, { ...body, isUnderWay: false });
      }
      return rows.length;
    });
  }

  async keepContext(sessionKey: string, line: ContextLine, limits: ContextLimits) {
    this.#db.together(() => this.#context.keep(sessionKey, line, limits));
  }

  async waitingEvents(sessionKey: string, sinceMs: number) {
    return this.#context.events(sessionKey, sinceMs);
  }

  async changeWaiting(message: MessageName, said: string | undefined, nowMs: number) {
    return this.#db.together(() => {
      const row = this.#ingress.named(message);
      if (row === undefined || row.state === "dropped") return "unknown";
      const turn = typeof row.turn_id === "string" ? this.#turns.get(row.turn_id) : undefined;
      if (row.state === "command" || (turn !== undefined && turn.state !== "queued")) {
        if (said !== undefined) this.#tellOfEdit(row, said, nowMs);
        return "late";
      }
      if (said !== undefined) this.#ingress.rewrite(row, said);
      else this.#takeAway(row, turn, nowMs);
      return "changed";
    });
  }

  async held() {
    return this.#ingress.held();
  }

  async addOutbox(parts: readonly OutboxPart[], nowMs: number) {
    this.#db.together(() => this.#outbox.add(parts, undefined, nowMs));
  }

  async sayOnce(name: string, parts: readonly OutboxPart[], nowMs: number) {
    return this.#db.together(() => {
      const isFresh = this.#outbox.named(name).length === 0;
      if (isFresh) this.#outbox.add(parts, { name }, nowMs);
      return isFresh;
    });
  }

  async said(name: string) {
    return this.#outbox.named(name);
  }

  async openOutbox(channel: string, account: string, limit: number) {
    return this.#outbox.open(channel, account, limit);
  }

  async claimOutbox(id: string, nowMs: number) {
    const row = this.#db.together(() => this.#outbox.claim(id, nowMs));
    failpoint("part-claimed");
    return row;
  }

  async settleOutbox(id: string, outcome: OutboxOutcome, nowMs: number) {
    failpoint("part-sent");
    this.#db.together(() => {
      const { notices = [] } = outcome;
      // One answer is one piece of bad news, however many parts it has.
      const isTold = notices.length > 0 && this.#outbox.isAnotherLost(id);
      this.#outbox.settle(id, outcome, nowMs);
      if (!isTold) this.#outbox.add(notices, undefined, nowMs);
    });
  }

  async splitOutbox(id: string, texts: readonly string[], nowMs: number) {
    this.#db.together(() => this.#outbox.split(id, texts, nowMs));
  }

  async recoverOutbox() {
    return this.#db.together(() => this.#outbox.recover());
  }

  async resendOutbox(id: string, nowMs: number) {
    return this.#db.together(() => this.#outbox.resend(id, nowMs));
  }

  async failedOutbox(limit: number) {
    return this.#outbox.failed(limit);
  }

  async deliveriesOf(entries: readonly DeliveredEntry[]) {
    return deliveriesIn(this.#db, entries);
  }

  async erase(key: string) {
    const erasure = new Erasure(this.#db);
    const erased = this.#db.together(() => {
      // What goes on from it is shown it as long as that runs, and may sum it up.
      if ([key, ...erasure.forksOf(key)].some((each) => this.#turns.running(each) !== undefined))
        throw new UnavailableError(
          "SESSION_BUSY",
          advice`A turn of the conversation runs; try again when it has ended.`,
        );
      return erasure.erase(key);
    });
    if (erased !== undefined) erasure.shrink();
    return erased;
  }

  async isKnown(key: string) {
    return new Erasure(this.#db).isKnown(key);
  }

  async prune(key: string, untouchedSinceMs: number) {
    return this.#db.together(() => {
      const isBusy = this.#turns.isOpen(key) || this.#ingress.countWaiting(key) > 0;
      const erasure = new Erasure(this.#db);
      if (isBusy || !this.#sessions.isUntouched(key, untouchedSinceMs)) return undefined;
      return erasure.forksOf(key).length > 0 ? undefined : erasure.erase(key);
    });
  }

  async holdings() {
    return holdingsIn(this.#db);
  }

  async usedBytes() {
    return usedBytesIn(this.#db);
  }

  async mediaReferred(ids: ReadonlySet<string>) {
    return await new MediaReferences(this.#db).among(ids);
  }

  async mediaOf(sessionId: string) {
    return new MediaReferences(this.#db).ofSession(sessionId);
  }

  async askApproval(wish: ApprovalWish) {
    return this.#db.together(() => this.#approvals.ask(wish));
  }

  async approval(id: string) {
    return this.#approvals.get(id);
  }

  async approvalOf(turnId: string, callId: string) {
    return this.#approvals.ofCall(turnId, callId);
  }

  async openApprovals() {
    return this.#approvals.open();
  }

  async decideApproval(id: string, decision: ApprovalDecision, nowMs: number) {
    return this.#db.together(() => this.#approvals.decide(id, decision, nowMs));
  }

  async useApproval(id: string, nowMs: number) {
    return this.#db.together(() => this.#approvals.use(id, nowMs));
  }

  async turnApprovals(turnId: string) {
    return this.#approvals.ofTurn(turnId);
  }

  async approvalRules(nowMs: number) {
    return this.#approvals.rules(nowMs);
  }

  async usedApprovalRule(id: string, usedFor: string, nowMs: number) {
    this.#db.loosely(() => this.#approvals.usedRule(id, usedFor, nowMs));
  }

  async removeApprovalRule(id: string) {
    return this.#db.together(() => this.#approvals.removeRule(id));
  }

  async keepProcess(row: ProcessRow) {
    this.#db.together(() => this.#approvals.keepProcess(row));
  }

  async startedProcess(id: string, pid: number, startId: string) {
    this.#db.together(() => this.#approvals.startedProcess(id, pid, startId));
  }

  async endProcess(id: string, end: { state: "done" | "killed"; exit: string }, nowMs: number) {
    this.#db.together(() => this.#approvals.endProcess(id, end, nowMs));
  }

  async loseProcesses(nowMs: number) {
    return this.#db.together(() => this.#approvals.loseProcesses(nowMs));
  }

  async hasProcess(turnId: string, callId: string) {
    return this.#approvals.hasProcess(turnId, callId);
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #tellOfEdit(row: Row, said: string, nowMs: number): void {
    const line: ContextLine = {
      kind: "edited",
      text: said,
      author: text(row, "sender"),
      authority: row.authority as ContextLine["authority"],
      atMs: nowMs,
    };
    this.#context.keep(text(row, "session_key"), line, EDIT_LIMITS);
  }

  /** Whoever wrote it took it back before anybody had it. */
  #takeAway(row: Row, turn: Row | undefined, nowMs: number): void {
    this.#ingress.setState(row, "dropped", null);
    if (turn === undefined || this.#ingress.ofTurn(text(turn, "id")).length > 0) return;
    const result = {
      status: "error" as const,
      text: "the message was taken back before its turn began",
      sessionId: "",
      startedAtMs: nowMs,
      endedAtMs: nowMs,
      provider: "",
      model: "",
      usage: undefined,
    };
    this.#turns.end(text(turn, "id"), { state: "aborted", result }, nowMs);
  }

  /** Makes one turn of what waits: of the first message, and of those behind it that may stand beside it. */
  /** Makes a turn of what waits; how many messages that were too many. */
  #queue(
    sessionKey: string,
    { runId, isOneByOne = false, overflow }: TurnStart,
    nowMs: number,
  ): { turn: Row; overflow: number } | undefined {
    const waiting = this.#ingress.waiting(sessionKey, nowMs);
    const [first] = waiting;
    if (first === undefined) return undefined;
    const belongs = isOneByOne ? isOfOneBatch : isOfOneTurn;
    const other = waiting.findIndex((row) => row.id !== first.id && !belongs(first, row));
    const all = waiting.slice(0, other === -1 ? waiting.length : other);
    const early = all.slice(0, Math.max(0, all.length - (overflow?.cap ?? all.length)));
    const taken = overflow?.drop === "old" ? all.slice(early.length) : all;
    for (const row of early) {
      if (overflow?.drop === "old") this.#ingress.setState(row, "dropped", null);
      else this.#ingress.setBody(row, { ...bodyOf(row), isShortened: true });
    }
    const turn = this.#turns.queue(taken[0] ?? first, runId, nowMs, taken.at(-1));
    for (const [index, row] of taken.entries())
      this.#ingress.setState(row, index === 0 ? "turn" : "merged", text(turn, "id"));
    return { turn, overflow: early.length };
  }

  /** Where the conversation is taken back to. Fails with `SESSION_BUSY`, `HEAD_MOVED`, `NOT_FOUND` and `PARAMS_INVALID`. */
  #rewindPoint(key: string, { to, head }: Rewind): { sessionId: string; seq: number } {
    const session = this.#sessions.get(key);
    if (session === undefined)
      throw new RequestError("NOT_FOUND", advice`there is no session ${quoted(key)}`);
    if (this.#turns.isOpen(key) || this.#ingress.countWaiting(key) > 0)
      throw new UnavailableError(
        "SESSION_BUSY",
        advice`A message of this conversation is being answered, or waits; stop that, or try again afterwards.`,
      );
    const { sessionId } = session;
    if (head !== undefined && this.#entries.head(sessionId) !== head) throw headMoved();
    if (to === null) return { sessionId, seq: 0 };
    const entry = this.#entries.get(sessionId, to);
    if (entry === undefined)
      throw new RequestError("NOT_FOUND", advice`there is no entry ${quoted(to)} in the session`);
    if (entry.state === "off_path") throw headMoved();
    // Half of an answer would stand there otherwise.
    if (entry.message.role !== "user")
      throw new RequestError("PARAMS_INVALID", advice`entry ${quoted(to)} is no message of a person`);
    return { sessionId, seq: entry.seq };
  }

  /** Only what is new, and only from a message that the other conversation has. */
  #fork({ channel, account = "", chat = "", forkOf, sessionKey }: Inbound, sessionId: string, nowMs: number) {
    if (forkOf === undefined || !this.#sessions.isFirst(sessionKey) || !this.#entries.isEmpty(sessionId))
      return;
    const from = this.#sessions.get(forkOf.sessionKey)?.sessionId;
    const name = { channel, account, chat, thread: "", dedupe: forkOf.messageId };
    const id = this.#entryNamed(name);
    const entry = from === undefined || id === undefined ? undefined : this.#entries.get(from, id);
    if (from !== undefined && entry?.state === "ok")
      this.#entries.fork(sessionId, { sessionId: from, entry }, nowMs);
  }

  /** The id of the entry that a message of a channel became, of whichever conversation. */
  #entryNamed(name: MessageName): string | undefined {
    const turnId = this.#ingress.named(name)?.turn_id;
    if (typeof turnId === "string") {
      const asked = this.#entries.ofTurn(turnId).filter(({ message }) => message.role === "user");
      const isIn = ({ message }: EntryRow) =>
        message.parts?.some(({ messageId }) => messageId === name.dedupe);
      return (asked.find(isIn) ?? asked[0])?.id;
    }
    const answered = this.#outbox.turnOf(name);
    const said = answered === undefined ? [] : this.#entries.ofTurn(answered);
    return said.findLast(({ message, state }) => message.role === "assistant" && state === "ok")?.id;
  }

  #changeWaiting(sessionKey: string, key: string, change: (row: Row) => void): boolean {
    return this.#db.together(() => {
      const row = this.#ingress.waitingWith(sessionKey, key);
      if (row !== undefined) change(row);
      return row !== undefined;
    });
  }

  /** Makes some of what waits part of the turn, as one entry. */
  #handOver(
    turnId: string,
    holder: string,
    nowMs: number,
    which: (first: Row) => readonly Row[],
  ): Joined | undefined {
    return this.#db.together(() => {
      const turn = this.#turns.held(turnId, holder);
      const [first] = this.#ingress.ofTurn(turnId);
      if (turn === undefined || first === undefined) return undefined;
      const sessionKey = text(turn, "session_key");
      const taken = which(first);
      if (taken.length === 0) return undefined;
      for (const row of taken) this.#ingress.setState(row, "merged", turnId);
      const inputs = taken.map(inputOf);
      const parts = inputs.map((input) => input.parts);
      const message = { ...saidIn(inputs, nowMs), parts };
      this.#entries.add(text(turn, "session_id"), { message, turnId }, nowMs);
      const entries = this.#entries.ofTurn(turnId).slice(-1);
      return { sessionKey, runId: text(turn, "run_id"), keys: inputs.map(({ key }) => key), entries };
    });
  }

  #start(queued: Row, { holder, limit }: { holder: string; limit: number }, nowMs: number): StartedTurn {
    const { id, sessionKey, agentId } = turnOf(queued);
    const { sessionId } = this.#sessions.ensure(sessionKey, agentId, nowMs);
    const turn = turnOf(this.#turns.start(id, { holder, sessionId }, nowMs));
    const inputs = this.#ingress.ofTurn(id).map(inputOf);
    if (!this.#entries.ofTurn(id).some(({ message }) => message.role === "user")) {
      const history = this.#context.take(sessionKey, nowMs - CONTEXT_AGE_MS);
      const message = { ...saidIn(inputs, nowMs), parts: withHistory(inputs, history) };
      this.#entries.add(sessionId, { message, turnId: id }, nowMs);
    }
    this.#sessions.touch(sessionKey, nowMs);
    return {
      ...turn,
      sessionId,
      startedAtMs: nowMs,
      overflow: 0,
      conversation: this.#entries.conversation(sessionId, limit),
      inputs,
      openCalls: this.#turns.openCalls(id),
    };
  }

  #end(turn: Row, end: TurnEnd, nowMs: number): void {
    const { state, messages, result } = end;
    const id = text(turn, "id");
    const key = text(turn, "session_key");
    const sessionId = text(turn, "session_id");
    this.#settle(id, end.charges);
    for (const message of messages) this.#entries.add(sessionId, { message, turnId: id }, nowMs);
    this.#turns.end(id, end, nowMs);
    // Whoever stopped it is told nothing of it any more.
    if (state === "aborted") this.#outbox.withdraw(id);
    this.#outbox.add(end.outbox ?? [], id, nowMs);
    const { usage, provider, model, contextWindow } = result;
    // A reset or a deletion meanwhile has another conversation under the key, to which this tells nothing.
    if (this.#sessions.get(key)?.sessionId !== sessionId) return;
    const tokens =
      usage === undefined
        ? {}
        : {
            modelProvider: provider,
            model,
            ...(contextWindow !== undefined && { contextTokens: contextWindow }),
            inputTokens: usage.input,
            outputTokens: usage.output,
            totalTokens: usage.totalTokens,
          };
    const outcome = { ...tokens, systemSent: true, abortedLastRun: state === "aborted" };
    this.#sessions.setFields(key, outcome, nowMs);
  }

  /** Begins the conversation anew where that is due. What runs or waits belongs to the one that there is. */
  #renew({ sessionKey, agentId, rewind }: Inbound, nowMs: number, renewal: Renewal | undefined): boolean {
    const session = this.#sessions.get(sessionKey);
    if (renewal === undefined || session === undefined || rewind !== undefined) return false;
    if (this.#turns.isOpen(sessionKey) || this.#ingress.countWaiting(sessionKey) > 0) return false;
    const fields = renewal(session);
    if (fields !== undefined) this.#reset(sessionKey, agentId, fields, nowMs);
    return fields !== undefined;
  }

  #reset(key: string, agentId: string, fields: SessionFields, nowMs: number): SessionRow {
    this.#context.forgetEdits(key);
    return this.#sessions.reset(key, agentId, fields, nowMs);
  }

  #settle(turnId: string, charges: readonly Charge[] = []): void {
    if (charges.length === 0) return;
    for (const charge of charges) this.#ledger.charge(charge);
    this.#turns.reserve(turnId, undefined);
  }

  /** What a cut off turn had said stays to be seen, and is gone on with where it was sent; what its call may have cost is charged. */
  #keepCutOff(turn: Row, nowMs: number): void {
    const { partial, reserved } = turn;
    if (typeof reserved === "string") this.#settle(text(turn, "id"), [json<Charge>(turn, "reserved")]);
    if (typeof partial !== "string" || partial === "") return;
    const message: Message = { ...textMessage("assistant", partial, nowMs), stopReason: "aborted" };
    const turnId = text(turn, "id");
    const wasSent = this.#outbox.hasPartsOf(turnId);
    const entry = wasSent
      ? { message: { ...message, goesOn: true }, turnId }
      : { message, turnId, state: "partial" as const };
    this.#entries.add(text(turn, "session_id"), entry, nowMs);
  }

  #known(ingressId: string): Extract<Accepted, { fresh: false }> {
    const row = this.#ingress.get(ingressId);
    const runId = row === undefined ? "" : text(row, "run_id");
    const turn = typeof row?.turn_id === "string" ? this.#turns.get(row.turn_id) : undefined;
    if (turn !== undefined) return { fresh: false, runId, state: stateOf(turn), result: resultOf(turn) };
    // Whoever dropped it has said so.
    return {
      fresh: false,
      runId,
      state: row?.state === "dropped" ? "aborted" : "waiting",
      result: undefined,
    };
  }
}

/** The messages as one: what they say, and the files behind it. */
function saidIn(inputs: readonly TurnInput[], nowMs: number): Message {
  const words = inputs.flatMap((input) => (input.text === "" ? [] : [input.text])).join("\n");
  const message = textMessage("user", words, nowMs);
  return { ...message, content: [...message.content, ...inputs.flatMap(({ media = [] }) => media)] };
}

/** What was said and what happened before comes with the first of the messages, once. */
function withHistory(inputs: readonly TurnInput[], lines: readonly ContextLine[]): TurnInput["parts"][] {
  const events = lines.flatMap(({ kind, atMs, text: said }) =>
    kind === "event" ? [{ atMs, text: said }] : [],
  );
  const others = lines.filter(({ kind }) => kind !== "event");
  const history = others.map(({ kind, text: said, author, atMs }) => ({
    atMs,
    from: author,
    text: kind === "edited" ? `(edited) ${said}` : said,
  }));
  return inputs.map(({ parts }, index) =>
    index === 0
      ? { ...parts, ...(history.length > 0 && { history }), ...(events.length > 0 && { events }) }
      : parts,
  );
}

/** Those that somebody wants to join the turn of `first`, and that may. */
function asked(first: Row, waiting: readonly Row[]): Row[] {
  return waiting.filter((row) => bodyOf(row).isSteered === true && isOfOneTurn(first, row));
}

function headMoved(): RequestError {
  return new RequestError(
    "HEAD_MOVED",
    advice`The conversation went on meanwhile; look at it again and repeat that.`,
  );
}

function inputOf(row: Row): TurnInput {
  const { text: said, parts, media, isShortened = false } = bodyOf(row);
  const sender = text(row, "sender");
  const receivedAtMs = Number(row.received_at);
  const known = {
    atMs: receivedAtMs,
    channel: row.channel,
    sender: { id: sender, authority: row.authority },
  };
  const key = text(row, "run_id");
  const shown = isShortened ? { text: beginningOf(said) } : {};
  return {
    key,
    text: said,
    sender,
    receivedAtMs,
    parts: { ...known, text: said, ...parts, ...shown },
    ...(media && { media }),
  };
}

/** What a model is told of a message that came when too many waited; the conversation has all of it. */
function beginningOf(said: string): string {
  const isLonger = said.length > BEGINNING_CHARS;
  return `(too many messages waited; this one begins) ${said.slice(0, BEGINNING_CHARS)}${isLonger ? " …" : ""}`;
}

/** Nothing that was taken is dropped: what comes when so much waits is not taken. */
function queueFull(most: number): UnavailableError {
  return new UnavailableError(
    "QUEUE_FULL",
    advice`${most} messages wait in this conversation already; send this one when they are answered.`,
  );
}

/** Whoever waits in a chat is told there. */
function outboxOf(turn: Row, said: string): Pick<TurnEnd, "outbox"> {
  const { route, origin } = turnOf(turn);
  return route === undefined || !isOfPerson(origin)
    ? {}
    : { outbox: [{ kind: "notice", route, payload: { text: said } }] };
}

/** A crash twice in the same turn is no accident. */
function givenUp(turn: Row, message: string, nowMs: number): TurnEnd {
  return {
    state: "failed",
    ...outboxOf(turn, message),
    messages: [{ ...textMessage("assistant", message, nowMs), stopReason: "error", errorMessage: message }],
    result: {
      status: "error",
      text: message,
      sessionId: text(turn, "session_id"),
      startedAtMs: Number(turn.started_at),
      endedAtMs: nowMs,
      provider: "",
      model: "",
      usage: undefined,
    },
  };
}
