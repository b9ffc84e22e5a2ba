/**
 * `fetch` with an eye on the provider: one that is silent for too long is given up, one that refuses is understood before a library
 * can make something else of it, and nothing of a request goes anywhere but where it was addressed to.
 */
import type { Disposable } from "../../../../shared/lifecycle.ts";
import { advice } from "../../../../shared/remedy.ts";
import { ModelFailure } from "../failure.ts";
import type { CallPlace } from "./api.ts";
import { type Asked, failureOfKind, failureOfRefusal } from "./failure-of.ts";

/** Of a refusal this much is read, in bytes. */
const MAX_REFUSAL_BYTES = 64 * 1024;

export class WatchedFetch implements Disposable {
  /** Aborted with the caller's, and with a `ModelFailure` of the kind `timeout`. */
  readonly signal: AbortSignal;
  readonly #asked: Asked;
  readonly #place: CallPlace;
  readonly #abort = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onOuterAbort = () => this.#abort.abort(this.#outer.reason);
  #timer: Disposable | undefined;
  /** A page for people was sent, as portals of networks and wrong addresses do. */
  #isPage = false;
  /** How long it may be silent, and since when it is, on the monotonic clock. */
  #mostMs = 0;
  #heardAt = 0;

  constructor(asked: Asked, place: CallPlace, signal: AbortSignal) {
    this.#asked = asked;
    this.#place = place;
    this.#outer = signal;
    this.signal = this.#abort.signal;
    if (signal.aborted) this.#onOuterAbort();
    else signal.addEventListener("abort", this.#onOuterAbort, { once: true });
  }

  /** As `fetch`, but that it fails with a `ModelFailure` for every answer but 2xx. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { firstByteMs } = this.#place.limits;
    this.#expectWithin(firstByteMs);
    // A key in a header of its own would go along to wherever a redirect leads.
    const response = await fetch(input, { ...init, redirect: "manual", signal: this.signal });
    if (!response.ok) {
      const refusal = { status: response.status, headers: response.headers, body: await startOf(response) };
      throw failureOfRefusal(refusal, this.#asked, this.#place.clock.now());
    }
    const { status, headers } = response;
    this.#isPage = /^text\/html\b/i.test(headers.get("content-type") ?? "");
    if (response.body === null) return response;
    return new Response(this.#listenedTo(response.body), { status, headers });
  };

  /** What a call fails with that failed with `error`: whoever gave it up says why, else what `understood` makes of it. */
  reasonFor(error: unknown, understood: (error: unknown) => unknown): unknown {
    if (this.#outer.aborted) return this.#outer.reason;
    if (this.signal.aborted) return this.signal.reason;
    const reason = understood(error);
    const isUnread =
      reason instanceof ModelFailure && (reason.kind === "unreadable" || reason.kind === "server");
    return this.#isPage && isUnread && reason.usage === undefined
      ? failureOfKind("unreadable", this.#asked, advice`a web page came`)
      : reason;
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#outer.removeEventListener("abort", this.#onOuterAbort);
    // Nobody reads on: what still comes is not waited for.
    this.#abort.abort(new Error("the call is over"));
  }

  /** The same stream. A transform would cost a third of what a piece takes on its way to whoever reads. */
  #listenedTo(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await reader.read();
        this.#expectWithin(this.#place.limits.betweenChunksMs);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }

  /** A timer for each piece would cost more than one that looks again when its time has come. */
  #expectWithin(ms: number): void {
    this.#heardAt = this.#place.clock.monotonicMs();
    if (ms === this.#mostMs && this.#timer !== undefined) return;
    this.#mostMs = ms;
    this.#timer?.dispose();
    this.#watch(ms);
  }

  #watch(waitMs: number): void {
    this.#timer = this.#place.clock.after(waitMs, () => {
      const leftMs = this.#heardAt + this.#mostMs - this.#place.clock.monotonicMs();
      // A timer can be a moment early.
      if (leftMs > 1) return this.#watch(leftMs);
      const text = advice`nothing came for ${Math.round(this.#mostMs / 1_000)} s`;
      this.#abort.abort(failureOfKind("timeout", this.#asked, text));
    });
  }
}

async function startOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_REFUSAL_BYTES) break;
    }
  } catch {
    // The status has arrived, and that is what counts.
  }
  return Buffer.concat(chunks).toString("utf8").slice(0, MAX_REFUSAL_BYTES);
}
