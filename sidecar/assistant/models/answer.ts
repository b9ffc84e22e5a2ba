/**
 * Has an answer made by whoever can: the chosen model with each of its keys, once more after a short wait, and then the next model. What
 * was said is never said again: whoever takes over goes on from there.
 */
import { type Clock, sleep } from "../../../shared/clock.ts";
import { errorSentence } from "../../../shared/errors.ts";
import { advice, joined, ours, type Remedy, type Sentence, withoutStop } from "../../../shared/remedy.ts";
import type { Message, TokenUsage } from "../../base/store/message.ts";
import { textTokens } from "../prompt/tokens.ts";
import type { AnswerPart, SpendGate, SpendPermit } from "../turns/mind.ts";
import { Cooldowns, type KeyName } from "./credentials/cooldowns.ts";
import { NO_PROFILE } from "./credentials/keys.ts";
import { type FailureKind, ModelFailure, WORTH_ANOTHER } from "./failure.ts";
import { type Model, type ModelFacts, type ModelPart, type ModelRequest, referenceOf } from "./model.ts";
import { estimatedInput, usageOf } from "./usage.ts";

/** One model with the ways to it. */
export interface Candidate {
  facts: ModelFacts;
  /** The best first; none where there is no key, and `problem` says what to do about it. */
  keys: readonly KeyName[];
  problem?: Error;
  open(key: KeyName): Model;
}

export interface AnswerPlace {
  clock: Clock;
  cooldowns: Cooldowns;
  /** Asked before each call. */
  gate: SpendGate;
}

/** Of one answer. */
const MOST_ATTEMPTS = 8;
const MOST_WAITING_MS = 60_000;
const MOST_WAIT_MS = 20_000;
/** Where the provider does not say how long. */
const SHORT_WAIT_MS = 1_000;
/** Worth a second try with the same model. One that was silent for a minute and a half is not. */
const WORTH_WAITING: readonly FailureKind[] = ["rate", "overloaded", "server", "network", "unreadable"];

/**
 * Asks the candidates in their order. Fails with a `ModelFailure` when none of them answers, at once for a kind of failure that another
 * model would meet too, with what the gate refuses with, and with the signal's reason.
 */
export async function* answer(
  candidates: readonly Candidate[],
  request: ModelRequest,
  place: AnswerPlace,
): AsyncGenerator<AnswerPart> {
  const run = new AnswerRun(request, place);
  for (const candidate of candidates) {
    const isDone = yield* run.ask(candidate);
    if (isDone) return;
  }
  throw run.nobody();
}

interface Refused {
  facts: ModelFacts;
  kind: FailureKind;
  error: Error;
  /** When it may be asked again, on the monotonic clock; undefined where nobody knows. */
  backAt: number | undefined;
  /** Whether there was a key that could be wrong. */
  hasKey: boolean;
}

class AnswerRun {
  readonly #request: ModelRequest;
  readonly #place: AnswerPlace;
  readonly #refused: Refused[] = [];
  #attempts = 0;
  #waitedMs = 0;
  /** Who spoke last. */
  #speaker: ModelFacts | undefined;
  /** Of answers that broke off, in order. */
  #said = "";

  constructor(request: ModelRequest, place: AnswerPlace) {
    this.#request = request;
    this.#place = place;
  }

  /** True when the answer is whole. */
  async *ask(candidate: Candidate): AsyncGenerator<AnswerPart, boolean> {
    const { cooldowns } = this.#place;
    const { facts } = candidate;
    const left = [...candidate.keys];
    let waits = 0;
    if (left.length === 0) {
      this.#speaker ??= facts;
      this.#refused.push(withoutKey(candidate));
    }
    while (left.length > 0) {
      const key = left.find((each) => cooldowns.leftMs(each, facts.id) === 0);
      if (key === undefined) {
        this.#refused.push(this.#cooling(facts, left));
        return false;
      }
      if (this.#attempts >= MOST_ATTEMPTS) return false;
      const failure = yield* this.#attempt(candidate, key);
      if (failure === undefined) return true;
      const isLast = left.every((each) => each === key || cooldowns.leftMs(each, facts.id) > 0);
      const waitMs = waits === 0 && isLast ? this.#waitFor(failure) : undefined;
      if (waitMs !== undefined) {
        waits += 1;
        yield* this.#wait(facts, failure, waitMs);
        continue;
      }
      if (Cooldowns.isCause(failure.kind))
        cooldowns.failed(key, facts.id, failure.kind, failure.retryAfterMs);
      const backAt = this.#after(cooldowns.leftMs(key, facts.id) || failure.retryAfterMs);
      this.#refused.push({ facts, kind: failure.kind, error: failure, backAt, hasKey: hasKey(key) });
      left.splice(left.indexOf(key), 1);
      // Another key reaches the same server over the same line.
      if (!Cooldowns.isCause(failure.kind)) return false;
    }
    return false;
  }

  /** What to say when all was in vain. */
  nobody(): Error {
    const [first, ...others] = this.#refused;
    if (first === undefined)
      return new ModelFailure("unknown", advice`there is no model that could be asked`);
    if (others.length === 0 && !(first.error instanceof ModelFailure)) return first.error;
    const now = this.#place.clock.monotonicMs();
    const [back] = this.#refused
      .flatMap(({ error, backAt }) =>
        backAt === undefined || backAt <= now ? [] : [{ error, ms: backAt - now }],
      )
      .sort((a, b) => a.ms - b.ms);
    const told = lastOfEach(this.#refused).map(({ error }) => withoutStop(errorSentence(error)));
    const when = back === undefined ? "" : advice` ${whenText(back)}`;
    const remedy = remedyFor(this.#refused, back !== undefined);
    const message = advice`${joined(told, "; ")}.${when}${remedy === undefined ? "" : advice` ${remedy}`}`;
    const { status, code } = first.error instanceof ModelFailure ? first.error : {};
    return new ModelFailure(first.kind, message, {
      status,
      code,
      retryAfterMs: back?.ms,
      cause: first.error,
    });
  }

  /** Undefined when it went well; a failure that is worth asking somebody else. Throws every other. */
  async *#attempt(candidate: Candidate, key: KeyName): AsyncGenerator<AnswerPart, ModelFailure | undefined> {
    const { cooldowns, gate } = this.#place;
    const { facts } = candidate;
    const request = this.#requestFor(facts);
    const model = candidate.open(key);
    const input = estimatedInput(request);
    const bill = new Bill(await gate.ask(model, { input, output: request.maxOutputTokens }), facts, input);
    this.#attempts += 1;
    try {
      for await (const part of model.stream(request)) {
        if (this.#speaker !== undefined && this.#speaker !== facts) yield this.#switchTo(model);
        this.#speaker = facts;
        bill.heard(part);
        if (part.type === "end") {
          cooldowns.succeeded(key, facts.id);
          // Before it is told: whoever hears of the end may not come back for more.
          bill.pay(part.usage);
        }
        yield part;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      bill.pay(error.usage ?? bill.soFar);
      this.#speaker ??= facts;
      this.#said += bill.text;
      if (WORTH_ANOTHER.includes(error.kind)) return error;
      const remedy = ALONE[error.kind];
      throw remedy === undefined ? error : error.withRemedy(remedy);
    } finally {
      bill.pay(bill.soFar);
    }
  }

  #after(ms: number | undefined): number | undefined {
    return ms === undefined ? undefined : this.#place.clock.monotonicMs() + ms;
  }

  #switchTo(to: Model): AnswerPart {
    const from = this.#speaker;
    const failed = this.#refused.findLast((each) => each.facts === from);
    return { type: "switched", to, why: failed?.error.message ?? "" };
  }

  /** What was said stands as the beginning of the answer. */
  #requestFor(facts: ModelFacts): ModelRequest {
    const maxOutputTokens = Math.min(this.#request.maxOutputTokens, facts.maxOutputTokens);
    if (this.#said.trim() === "") return { ...this.#request, maxOutputTokens };
    const timestamp = this.#request.conversation.at(-1)?.timestamp ?? 0;
    const begun: Message = {
      role: "assistant",
      content: [{ type: "text", text: this.#said }],
      stopReason: "length",
      timestamp,
    };
    const goOn: Message = { role: "user", content: [{ type: "text", text: GO_ON }], timestamp };
    return { ...this.#request, maxOutputTokens, conversation: [...this.#request.conversation, begun, goOn] };
  }

  #cooling(facts: ModelFacts, keys: readonly KeyName[]): Refused {
    const { cooldowns } = this.#place;
    const [soonest] = keys
      .map((key) => ({
        leftMs: cooldowns.leftMs(key, facts.id),
        kind: cooldowns.causeOf(key, facts.id),
        hasKey: hasKey(key),
      }))
      .sort((a, b) => a.leftMs - b.leftMs);
    const kind = soonest?.kind ?? "rate";
    this.#speaker ??= facts;
    // Why another key failed a moment ago says more.
    const tried = this.#refused.findLast((each) => each.facts === facts);
    if (tried !== undefined) return { ...tried, backAt: this.#after(soonest?.leftMs) };
    const isKeyed = soonest?.hasKey ?? true;
    const why = kind === "auth" && !isKeyed ? advice`it wanted a key` : COOLING[kind];
    const error = new ModelFailure(
      kind,
      advice`${referenceOf(facts)}: not asked, as ${why ?? advice`it failed`} a moment ago`,
    );
    return { facts, kind, error, backAt: this.#after(soonest?.leftMs), hasKey: isKeyed };
  }

  /** Undefined where waiting makes no sense, or takes longer than somebody waits. */
  #waitFor({ kind, retryAfterMs = SHORT_WAIT_MS }: ModelFailure): number | undefined {
    if (!WORTH_WAITING.includes(kind) || this.#attempts >= MOST_ATTEMPTS) return undefined;
    const isShort = retryAfterMs <= MOST_WAIT_MS && this.#waitedMs + retryAfterMs <= MOST_WAITING_MS;
    return isShort ? retryAfterMs : undefined;
  }

  async *#wait(facts: ModelFacts, { kind }: ModelFailure, ms: number): AsyncGenerator<AnswerPart> {
    const untilMs = this.#place.clock.now() + ms;
    yield {
      type: "waiting",
      why: advice`${referenceOf(facts)}: ${WAITING[kind] ?? advice`it is tried again`}`,
      untilMs,
    };
    this.#waitedMs += ms;
    await sleep(this.#place.clock, ms, this.#request.signal);
  }
}

const GO_ON =
  "[From the gateway: the connection broke here. Go on exactly where the text above ends, without repeating any of it and without a remark about this.]";

const WAITING: Partial<Record<FailureKind, Sentence>> = {
  rate: advice`too many requests`,
  overloaded: advice`the provider is overloaded`,
  server: advice`the provider failed`,
  network: advice`the provider was not reached`,
};

const COOLING: Partial<Record<FailureKind, Sentence>> = {
  auth: advice`its key was refused`,
  billing: advice`its account had no credit left`,
  rate: advice`it had too many requests`,
  overloaded: advice`its provider was overloaded`,
};

/** What helps where no other model is asked. */
const ALONE: Partial<Record<FailureKind, Sentence>> = {
  format: advice`Send it again in other words, or begin a new conversation with /new.`,
  refusal: advice`Send it again in other words, or choose another model with /model.`,
  overflow: advice`Shorten the conversation with /compact, or begin a new one with /new.`,
  unknown: advice`Choose another model with /model; ${ours`models list`} names those there are.`,
};

/** Pays once, with what is known. */
class Bill {
  text = "";
  readonly #permit: SpendPermit;
  readonly #facts: ModelFacts;
  readonly #input: number;
  #thoughts = "";
  #isPaid = false;

  constructor(permit: SpendPermit, facts: ModelFacts, input: number) {
    this.#permit = permit;
    this.#facts = facts;
    this.#input = input;
  }

  heard(part: ModelPart): void {
    if (part.type === "text") this.text += part.delta;
    if (part.type === "thinking") this.#thoughts += part.delta;
  }

  /** What it may have cost up to here; undefined where nothing was said. */
  get soFar(): TokenUsage | undefined {
    const output = textTokens(this.text) + textTokens(this.#thoughts);
    return output === 0 ? undefined : usageOf({ input: this.#input, output }, this.#facts.prices);
  }

  /** Of a provider that refused before it did anything there is nothing to pay. */
  pay(usage: TokenUsage | undefined): void {
    if (this.#isPaid) return;
    this.#isPaid = true;
    if (usage === undefined) this.#permit.release();
    else this.#permit.settle(usage);
  }
}

function withoutKey({ facts, problem }: Candidate): Refused {
  const error = problem ?? new ModelFailure("auth", advice`${referenceOf(facts)}: there is no key`);
  return { facts, kind: "auth", error, backAt: undefined, hasKey: false };
}

function hasKey({ profile }: KeyName): boolean {
  return profile !== NO_PROFILE;
}

/** The last word of each model. */
function lastOfEach(refused: readonly Refused[]): Refused[] {
  return [...new Map(refused.map((each) => [each.facts, each])).values()];
}

/** `isDated`: it is said already when to ask again. */
function remedyFor(refused: readonly Refused[], isDated: boolean): Remedy | undefined {
  const wrongKey = refused.find(({ kind }) => kind === "auth");
  if (wrongKey !== undefined) {
    const { provider } = wrongKey.facts;
    if (!wrongKey.hasKey) return advice`Give it a key: ${ours`models auth add ${provider}`}`;
    return advice`Give it another key: ${ours`models auth add ${provider}`}`;
  }
  const empty = refused.find(({ kind }) => kind === "billing");
  if (empty !== undefined)
    return advice`Add credit to the account at ${empty.facts.provider}, or choose another model: ${ours`models list`}`;
  const unreached = refused.find(({ kind }) => kind === "network");
  if (unreached !== undefined)
    return advice`Look whether ${unreached.facts.provider} can be reached from the gateway, or choose another model with /model.`;
  const unread = refused.find(({ kind }) => kind === "unreadable");
  if (unread !== undefined)
    return advice`Likely the network wants a sign-in first, or models.providers.${unread.facts.provider}.baseUrl is wrong; /model chooses another model.`;
  return isDated ? undefined : advice`Send it again later, or choose another model with /model.`;
}

/** When a model is asked again, which is later than its provider asks for where it refused after all that. */
function whenText({ error, ms }: { error: Error; ms: number }): Remedy {
  const asked = error instanceof ModelFailure ? error.retryAfterMs : undefined;
  if (asked === undefined || asked <= 0 || inWords(asked) === inWords(ms) || asked >= ms)
    return advice`It can be asked again in ${inWords(ms)}.`;
  return advice`The provider names a wait of ${inWords(asked)}; the gateway lets what refuses rest for longer, and asks again in ${inWords(ms)} at the earliest.`;
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
