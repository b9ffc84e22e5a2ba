/**
 * An answer that is sent in blocks while it is being written. A block is kept, together with how far the answer was said with it, before
 * it is sent, and never taken back: what is not said yet is the end's.
 */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { OutboxPart } from "../base/store/outbox-records.ts";
import type { Route } from "../base/store/route.ts";
import type { SessionStore } from "../base/store/session-store.ts";
import { type ChatRules, fitsInChat, replyOf, thinkingParts } from "./answer-parts.ts";
import type { BlockSettings } from "./block-settings.ts";
import { type Fence, takePiece, wholeUpTo } from "./format/chunk.ts";
import type { SaidInBlocks } from "./said-in-blocks.ts";
import { isSilent, mayBecomeSilent, shapeAnswer } from "./shaping.ts";

export interface BlockPlace {
  store: () => Promise<Pick<SessionStore, "addBlock">>;
  clock: Clock;
  random: () => number;
  rules: ChatRules;
  settings: BlockSettings;
  /** Whether what was thought is sent before what is said. */
  showsThoughts: boolean;
  /** Stands before the first block. */
  prefix: () => string;
  /** A first block takes the place of this message, if there is one. */
  preview: () => Promise<string | undefined>;
  /** So many messages are to be sent. */
  kept: (count: number) => void;
  failed: (error: unknown) => void;
}

export class BlockStream {
  #turnId: string;
  #route: Route;
  #place: BlockPlace;
  #text = "";
  /** How much of the text is on its way, and in which block of code it goes on. */
  #sent = 0;
  #open: Fence | undefined;
  /** Where the message begins that is being said. */
  #messageStart = 0;
  #blocks = 0;
  #thoughts: string[] = [];
  #sentThoughts: string[] = [];
  #lastDueAtMs = 0;
  #preview: string | undefined;
  #timer: Disposable | undefined;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  #isOver = false;

  constructor(turnId: string, route: Route, place: BlockPlace) {
    this.#turnId = turnId;
    this.#route = route;
    this.#place = place;
  }

  /** All that was said so far. */
  said(text: string): void {
    if (this.#isOver) return;
    this.#text = text;
    const { settings } = this.#place;
    if (!settings.waitsForEnd && this.#rest.length >= settings.maxChars) this.#go("full");
    else this.#await();
  }

  /** All of one thought so far. */
  thought(text: string): void {
    const last = this.#thoughts.at(-1);
    if (last !== undefined && text.startsWith(last)) this.#thoughts[this.#thoughts.length - 1] = text;
    else this.#thoughts.push(text);
  }

  /** A message is whole, and is sent as far as it can be. */
  async paused(): Promise<void> {
    this.#timer?.dispose();
    this.#go("whole");
    await this.#working;
    // Nothing was said with it, and nothing follows from it for what is said next.
    if (isSilent(this.#text.slice(this.#sent))) this.#sent = this.#text.length;
    this.#messageStart = this.#text.length;
  }

  /** No block follows. Undefined where there was none. */
  async end(): Promise<SaidInBlocks | undefined> {
    this.#isOver = true;
    this.#timer?.dispose();
    await this.#working;
    if (this.#sent === 0) return undefined;
    const now = this.#place.clock.now();
    return {
      text: this.#text.slice(0, this.#sent),
      blocks: this.#blocks,
      open: this.#open,
      thoughts: this.#sentThoughts,
      delayMs: this.#blocks === 0 ? 0 : Math.max(0, this.#pausedUntil() - now),
    };
  }

  dispose(): void {
    this.#isOver = true;
    this.#timer?.dispose();
  }

  get #rest(): string {
    return this.#text.slice(this.#sent);
  }

  /** Nothing more may come for a while. */
  #await(): void {
    const { settings, clock } = this.#place;
    this.#timer?.dispose();
    if (this.#isOver || settings.waitsForEnd || this.#rest.length < settings.minChars) return;
    this.#timer = clock.after(settings.idleMs, () => this.#go("idle"));
  }

  #go(why: "full" | "idle" | "whole"): void {
    // Whoever works looks again afterwards; but what is whole is not to wait for more.
    if (this.#isWorking && why !== "whole") return;
    this.#isWorking = true;
    this.#working = this.#working
      .then(() => this.#work(why))
      .catch((error: unknown) => this.#place.failed(error))
      .finally(() => {
        this.#isWorking = false;
        this.#await();
      });
  }

  async #work(why: "full" | "idle" | "whole"): Promise<void> {
    const { settings } = this.#place;
    for (;;) {
      const ready = this.#readyFor(why);
      if (ready === "" || this.#isOver) return;
      if (why === "full" && this.#rest.length < settings.maxChars) return;
      await this.#send(ready);
    }
  }

  /** As much of the rest as may be sent now. */
  #readyFor(why: "full" | "idle" | "whole"): string {
    const rest = this.#rest;
    if (mayBecomeSilent(rest)) return "";
    const safe = rest.slice(0, safeEnd(rest));
    if (why === "full" || safe === "") return safe;
    if (why === "whole") return safe.length < rest.length ? safe.slice(0, wholeUpTo(safe, this.#open)) : safe;
    const whole = safe.slice(0, wholeUpTo(safe, this.#open));
    return whole.length < this.#place.settings.minChars ? "" : whole;
  }

  async #send(ready: string): Promise<void> {
    const { store, clock, rules, settings } = this.#place;
    const prefix = this.#blocks === 0 ? this.#place.prefix() : "";
    const fits = (piece: string) => piece.length <= settings.maxChars && fitsInChat(prefix + piece, rules);
    const { piece, end, open } = takePiece(ready, fits, this.#open);
    const sent = this.#sent + end;
    const text = piece === undefined ? "" : shapeAnswer(piece, () => false).text;
    if (text !== "") {
      const parts = await this.#partsOf(prefix + text);
      const said = this.#text.slice(this.#messageStart, sent).trim();
      const isKept = await (await store()).addBlock(this.#turnId, { parts, said }, clock.now());
      // Somebody else has the turn.
      if (!isKept) this.#isOver = true;
      if (!isKept) return;
      this.#blocks += 1;
      this.#sentThoughts = [...this.#thoughts];
      this.#lastDueAtMs = clock.now() + (parts.at(-1)?.delayMs ?? 0);
      this.#place.kept(parts.length);
    }
    this.#sent = sent;
    this.#open = open;
  }

  async #partsOf(text: string): Promise<OutboxPart[]> {
    const { rules, clock, showsThoughts } = this.#place;
    const route = this.#route;
    const isFirst = this.#blocks === 0;
    const thoughts = showsThoughts ? this.#thoughts.slice(this.#sentThoughts.length) : [];
    // It is handed out once.
    if (isFirst) this.#preview ??= await this.#place.preview();
    const preview = isFirst ? this.#preview : undefined;
    const delayMs = isFirst ? 0 : Math.max(0, this.#pausedUntil() - clock.now());
    const shaped = shapeAnswer(this.#text, () => false);
    const block: OutboxPart = {
      kind: "answer",
      route,
      payload: { text, ...replyOf(shaped, route, this.#blocks, rules) },
      ...(delayMs === 0 ? {} : { delayMs }),
    };
    const [first = block, ...others] = [...thinkingParts(route, thoughts, rules), block];
    return [{ ...first, ...(preview === undefined ? {} : { preview }) }, ...others];
  }

  /** When somebody who types would have written the next one. */
  #pausedUntil(): number {
    const { pause } = this.#place.settings;
    if (pause === undefined) return 0;
    const { minMs, maxMs } = pause;
    return this.#lastDueAtMs + Math.round(minMs + this.#place.random() * (maxMs - minMs));
  }
}

/** Up to where nothing stands that is meant for the gateway and is not whole yet: files go with the end, as they are looked at then. */
function safeEnd(rest: string): number {
  const file = /^[ \t]*`?MEDIA:/im.exec(rest)?.index ?? rest.length;
  const lineStart = rest.lastIndexOf("\n") + 1;
  const line = rest.slice(lineStart).trim();
  const begun = line !== "" && "MEDIA:".startsWith(line.toUpperCase()) ? lineStart : rest.length;
  const tag = /\[\[[^\]\n]{0,220}\]?$/.exec(rest)?.index ?? rest.length;
  return Math.min(file, begun, tag);
}
