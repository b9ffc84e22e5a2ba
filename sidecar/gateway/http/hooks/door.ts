/**
 * Webhooks: what programs outside may set off with a secret that is good for nothing else. Whatever they send is information of a guest,
 * unless the owner's configuration says otherwise.
 */
import type { IncomingMessage } from "node:http";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import { missingCharacters } from "../../../../shared/config/secrets.ts";
import { loadPart } from "../../../../shared/node/part.ts";
import { secretsEqual } from "../../../base/secrets-equal.ts";
import type { ClientAddress } from "../../auth/client-address.ts";
import { FAILURE_LIMIT } from "../../auth/rate-limit.ts";
import { bearerOf } from "../bearer.ts";
import { sendText } from "../responses.ts";
import { CallCounts } from "./call-counts.ts";
import type { HookExchange, HookPlace } from "./place.ts";

/** Counts wrong secrets of a source. */
export interface GuessCount {
  /** False while the source has guessed too often to be heard. */
  isHeard(origin: ClientAddress, isRight: boolean): boolean;
  wrong(origin: ClientAddress): void;
  /** Whether the text is the gateway's own secret, which opens everything. */
  isGateways(secret: string): boolean;
}

export class HookDoor {
  #place: HookPlace;
  #guesses: GuessCount;

  constructor(place: Omit<HookPlace, "calls">, guesses: GuessCount) {
    this.#place = { ...place, calls: new CallCounts(place.clock) };
    this.#guesses = guesses;
  }

  /** Whether the path is one of hooks, and they are on. */
  takes(path: string): boolean {
    const { enabled = false, token } = this.#place.config().hooks ?? {};
    const base = this.#base;
    return enabled && token !== undefined && (path === base || path.startsWith(`${base}/`));
  }

  /** Answers the call. Fails with what nobody expected. */
  async answer(exchange: HookExchange): Promise<void> {
    const { request, response, url, origin, proven } = exchange;
    const flaw = this.#flawFor(origin);
    if (flaw !== undefined) {
      this.#place.log.warn(`${flaw}; give another: clawdbot config set hooks.token --generate`);
      return sendText(response, 401, "Unauthorized");
    }
    const isRight = this.#isToken(request, url);
    if (!this.#guesses.isHeard(origin, isRight))
      return sendText(response, 429, "Too Many Requests", {
        "Retry-After": String(Math.ceil(FAILURE_LIMIT.windowMs / 1_000)),
      });
    if (!isRight) {
      this.#guesses.wrong(origin);
      return sendText(response, 401, "Unauthorized");
    }
    proven();
    if (request.method !== "POST") return sendText(response, 405, "Method Not Allowed", { Allow: "POST" });
    const path = url.pathname.slice(this.#base.length).replace(/^\/+|\/+$/g, "");
    if (path === "") return sendText(response, 404, "Not Found");
    const { answerHook } = await loadPart(() => import("./answer.ts"));
    await answerHook(this.#place, { ...exchange, path });
  }

  /** Why the configured secret lets nobody in, or nobody from elsewhere. */
  #flawFor({ local }: ClientAddress): string | undefined {
    const token = this.#place.config().hooks?.token?.trim() ?? "";
    if (this.#guesses.isGateways(token)) return "hooks.token is the secret of the gateway itself";
    return !local && missingCharacters(token) > 0
      ? "hooks.token is too short for calls from elsewhere"
      : undefined;
  }

  get #base(): string {
    const { path = DEFAULTS["hooks.path"] } = this.#place.config().hooks ?? {};
    return `/${path.replace(/^\/+|\/+$/g, "") || "hooks"}`;
  }

  /** In a header, or in the address, where it stands in the logs of others: some programs can do nothing else. */
  #isToken(request: IncomingMessage, url: URL): boolean {
    const header = request.headers["x-clawdbot-token"];
    const given = bearerOf(request) ?? (typeof header === "string" ? header : url.searchParams.get("token"));
    const expected = this.#place.config().hooks?.token?.trim();
    return (
      given !== null && given !== undefined && expected !== undefined && secretsEqual(given.trim(), expected)
    );
  }
}
