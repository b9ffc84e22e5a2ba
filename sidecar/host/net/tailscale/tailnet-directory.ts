/** Who a tailnet address belongs to, by `tailscale whois`, remembered for a while so that a busy client costs one question. */
import type { Clock } from "../../../../shared/clock.ts";
import type { TailscaleCli } from "./tailscale-cli.ts";

/** How long an answer, and the lack of one, is believed. */
const KEEP_MS = { answer: 60_000, failure: 5_000 } as const;
/** Questions at once: each is a process. More callers are told that nothing is known. */
const MAX_QUESTIONS = 8;
/** Addresses remembered; the oldest goes first, so memory stays bounded. */
const MAX_ADDRESSES = 1_000;

interface Entry {
  login: string | undefined;
  untilMs: number;
}

export class TailnetDirectory {
  #cli: Pick<TailscaleCli, "loginOf">;
  #clock: Clock;
  #known = new Map<string, Entry>();
  #asked = new Map<string, Promise<string | undefined>>();
  #closed = new AbortController();

  constructor(cli: Pick<TailscaleCli, "loginOf">, clock: Clock) {
    this.#cli = cli;
    this.#clock = clock;
  }

  /** The login of the address's owner within about 5 s; undefined when nobody or nothing is known. Never rejects. */
  async loginOf(address: string): Promise<string | undefined> {
    const known = this.#known.get(address);
    if (known !== undefined && known.untilMs > this.#clock.monotonicMs()) return known.login;
    const asked = this.#asked.get(address);
    if (asked !== undefined) return asked;
    if (this.#asked.size >= MAX_QUESTIONS || this.#closed.signal.aborted) return undefined;
    const question = this.#ask(address).finally(() => this.#asked.delete(address));
    this.#asked.set(address, question);
    return question;
  }

  /** Ends the questions under way; from now on nothing is known. */
  close(): void {
    this.#closed.abort();
  }

  async #ask(address: string): Promise<string | undefined> {
    const answer = await this.#cli.loginOf(address, this.#closed.signal);
    const login = answer.ok ? answer.value : undefined;
    const keepMs = login === undefined ? KEEP_MS.failure : KEEP_MS.answer;
    this.#known.delete(address);
    this.#known.set(address, { login, untilMs: this.#clock.monotonicMs() + keepMs });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_ADDRESSES && oldest !== undefined) this.#known.delete(oldest);
    return login;
  }
}
