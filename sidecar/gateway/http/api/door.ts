/**
 * The way to the assistant over plain HTTP: which paths there are, who may ask, and what is loaded with the first request. Whoever brings
 * the gateway's secret is its owner; pages in browsers that are none of ours are refused, whatever they bring.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { loadPart } from "../../../../shared/node/part.ts";
import type { AuthSettings } from "../../../base/config/settings.ts";
import type { ClientAddress } from "../../auth/client-address.ts";
import { FAILURE_LIMIT } from "../../auth/rate-limit.ts";
import { isOriginAllowed } from "../../connection/origin-check.ts";
import { bearerOf, type SecretCheck } from "../bearer.ts";
import { sendText } from "../responses.ts";
import { ApiError, sendError } from "./errors.ts";
import type { ApiHandler, ApiPlace } from "./place.ts";
import { SessionLine } from "./session-line.ts";

/** What holds for whoever asks. */
export interface ApiRules {
  auth: AuthSettings;
  config: GatewayConfig;
}

/** One request of a path that is served here. */
export interface ApiCall {
  request: IncomingMessage;
  response: ServerResponse;
  origin: ClientAddress;
  /** Called when it is known that the sender is welcome. */
  proven: () => void;
}

export class ApiDoor {
  #rules: () => ApiRules;
  #isSecret: SecretCheck;
  #place: ApiPlace;
  /** What is being answered, each with what ends it. */
  #open = new Map<Promise<void>, AbortController>();

  constructor(rules: () => ApiRules, isSecret: SecretCheck, place: Omit<ApiPlace, "line">) {
    this.#rules = rules;
    this.#isSecret = isSecret;
    this.#place = { ...place, line: new SessionLine() };
  }

  /** What answers under the path; undefined where nothing of this is served, or it is switched off. */
  routeOf(path: string): (() => Promise<ApiHandler>) | undefined {
    const endpoints = this.#rules().config.gateway?.http?.endpoints;
    switch (path) {
      case "/tools/invoke":
        return async () => (await loadPart(() => import("./tools-invoke.ts"))).answerToolsInvoke;
      case "/v1/chat/completions": {
        const isOn =
          endpoints?.chatCompletions?.enabled ?? DEFAULTS["gateway.http.endpoints.chatCompletions.enabled"];
        return isOn
          ? async () => (await loadPart(() => import("./chat-completions.ts"))).answerChatCompletions
          : undefined;
      }
      case "/v1/responses": {
        const isOn = endpoints?.responses?.enabled ?? DEFAULTS["gateway.http.endpoints.responses.enabled"];
        return isOn
          ? async () => (await loadPart(() => import("./open-responses.ts"))).answerOpenResponses
          : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Answers the request, if its sender is welcome. Fails with what nobody expected. */
  async answer(load: () => Promise<ApiHandler>, call: ApiCall): Promise<void> {
    const { request, response } = call;
    if (!this.#isFromOurPages(request)) {
      return sendError(response, new ApiError(403, "This page may not use the gateway.", "forbidden"));
    }
    if (request.method !== "POST") {
      return sendText(response, 405, "Method Not Allowed", { Allow: "POST" });
    }
    const refusal = this.#refusal(call);
    if (refusal !== undefined) return sendError(response, refusal);
    call.proven();
    const over = new AbortController();
    response.once("close", () => over.abort());
    const carriedOut = this.#carryOut(load, call, over.signal);
    this.#open.set(carriedOut, over);
    await carriedOut.finally(() => this.#open.delete(carriedOut));
  }

  /** Ends what is being answered: whoever asked is told, and nothing goes on that nobody hears. */
  async stop(): Promise<void> {
    for (const over of this.#open.values()) over.abort();
    await Promise.allSettled(this.#open.keys());
  }

  async #carryOut(
    load: () => Promise<ApiHandler>,
    { request, response }: ApiCall,
    signal: AbortSignal,
  ): Promise<void> {
    const handler = await load();
    try {
      await handler(this.#place, { request, response, signal });
    } catch (error) {
      if (!(error instanceof ApiError) || response.headersSent) throw error;
      sendError(response, error);
    }
  }

  /** A browser says where a page is from; other programs say nothing. */
  #isFromOurPages({ headers }: IncomingMessage): boolean {
    const allowed =
      this.#rules().config.gateway?.controlUi?.allowedOrigins ?? DEFAULTS["gateway.controlUi.allowedOrigins"];
    return isOriginAllowed(headers.origin, headers.host, allowed);
  }

  #refusal({ request, origin }: ApiCall): ApiError | undefined {
    const unknown = new ApiError(401, "Unauthorized", "unauthorized");
    // Nothing is asked for; then only programs of this machine are let in, and no name that a stranger's DNS leads here.
    if (this.#rules().auth.mode === "none") return origin.localDirect ? undefined : unknown;
    const secret = bearerOf(request);
    const verdict = secret === undefined ? false : this.#isSecret(secret, origin);
    if (verdict !== undefined) return verdict ? undefined : unknown;
    const tooMany = "Too many failed attempts; try again in a minute.";
    return new ApiError(429, tooMany, "rate_limited", FAILURE_LIMIT.windowMs);
  }
}
