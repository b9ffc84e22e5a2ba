/**
 * An answer that is seen while it is written: one message that grows by edits, or says what is done as long as there is nothing else
 * to see. It is no message of its own: the answer takes its place, and after a crash the next attempt goes on with it.
 */
import { type Clock, sleep } from "../../shared/clock.ts";
import type { SessionStore, StartedTurn } from "../base/store/session-store.ts";
import { type ChatRules, piecesOf, thoughtText } from "./answer-parts.ts";
import type { ChannelConnection } from "./channel.ts";
import { formatText } from "./format/format.ts";
import { mayBecomeSilent, shapeAnswer } from "./shaping.ts";

/** What is remembered of previews is remembered under this name. */
const SCOPE = "preview";
/** No two edits come closer than this, in ms. */
const PACE_MS = 1_000;
/** What is under way at the end is waited for this long, in ms. */
const LAST_MS = 5_000;

export interface PreviewPlace {
  store: Pick<SessionStore, "remember" | "remembered">;
  clock: Clock;
  connection(): ChannelConnection | undefined;
  rules: ChatRules;
  /** Whether what was said so far is seen, and not only that something is done. */
  showsText: boolean;
}

interface Seen {
  text: string;
  /** What is done or thought, and goes when something is said. */
  isStatus: boolean;
}

export class Preview {
  #turn: StartedTurn;
  #place: PreviewPlace;
  #messageId: string | undefined;
  #shown: Seen = { text: "", isStatus: true };
  #wanted: Seen = this.#shown;
  #working: Promise<void> | undefined;
  #over = new AbortController();
  #isRemembered = false;

  constructor(turn: StartedTurn, place: PreviewPlace) {
    this.#turn = turn;
    this.#place = place;
  }

  /** Whether the store may know of it. */
  get isRemembered(): boolean {
    return this.#isRemembered || this.#turn.attempts > 1;
  }

  said(text: string): void {
    if (this.#place.showsText) this.#see({ text, isStatus: false });
  }

  /** What is done, as long as nothing that was said is seen. */
  status(text: string): void {
    if (this.#wanted.isStatus) this.#see({ text, isStatus: true });
  }

  /** What is thought, as long as nothing that was said is seen: of a long thought its end. */
  thought(text: string): void {
    const last = piecesOf(thoughtText(text.trim()), this.#place.rules).at(-1);
    if (last !== undefined) this.status(last);
  }

  #see(wanted: Seen): void {
    this.#wanted = wanted;
    if (this.#over.signal.aborted) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** The message that was shown, if there is one; no edit follows. */
  async end(): Promise<string | undefined> {
    this.#over.abort();
    const { clock } = this.#place;
    const settled = new AbortController();
    await Promise.race([this.#working, sleep(clock, LAST_MS, settled.signal).catch(() => {})]); // It ended in time.
    settled.abort();
    this.#messageId ??= this.#turn.attempts > 1 ? await this.#remembered() : undefined;
    if (this.#messageId !== undefined && this.#shown.text !== "" && this.#shown.isStatus)
      await this.#takeAway(this.#messageId);
    return this.#messageId;
  }

  /** Nobody is told of an edit: an answer that nothing was seen of before is a message of its own where that can be. */
  async #takeAway(messageId: string): Promise<void> {
    const { route } = this.#turn;
    const connection = this.#place.connection();
    if (route === undefined || connection?.remove === undefined) return;
    try {
      await connection.remove(route, messageId);
      this.#messageId = undefined;
    } catch {
      // Then the answer takes its place.
    }
  }

  async #work(): Promise<void> {
    const { clock } = this.#place;
    while (!this.#over.signal.aborted && this.#wanted !== this.#shown) {
      const next = this.#wanted;
      // A preview that does not come is no reason for anything: the answer does.
      await this.#show(next).catch(() => {});
      this.#shown = next;
      await sleep(clock, PACE_MS, this.#over.signal).catch(() => {}); // The answer is there.
    }
  }

  async #show({ text: said, isStatus }: Seen): Promise<void> {
    const { rules, store, clock } = this.#place;
    const connection = this.#place.connection();
    const { route } = this.#turn;
    if (route === undefined || connection?.edit === undefined) return;
    if (!isStatus && mayBecomeSilent(said)) return;
    const [text] = isStatus ? [said] : piecesOf(shapeAnswer(said, () => false).text, rules);
    if (text === undefined) return;
    const { format } = rules.descriptor.text;
    const message = { text: formatText(text, format), format, key: `${this.#turn.id}:preview` };
    this.#messageId ??= this.#turn.attempts > 1 ? await this.#remembered() : undefined;
    if (this.#messageId !== undefined) return await connection.edit(route, this.#messageId, message);
    this.#messageId = (await connection.send(route, message)).id;
    this.#isRemembered = true;
    await store.remember(SCOPE, this.#turn.id, this.#messageId, clock.now());
  }

  async #remembered(): Promise<string | undefined> {
    return await this.#place.store.remembered(SCOPE, this.#turn.id);
  }
}
