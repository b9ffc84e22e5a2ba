/**
 * `POST /media` and `GET /media/<id>`: files on their way in and out, beside the frames, which hold a few hundred kilobytes. Whoever
 * brings the gateway's secret may do both; a device's token opens what its scopes do.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { loadPart } from "../../../shared/node/part.ts";
import type { MethodAccess } from "../../../shared/protocol/contract.ts";
import type { AuthSettings } from "../../base/config/settings.ts";
import type { MediaStore } from "../../base/media/media-store.ts";
import type { ClientAddress } from "../auth/client-address.ts";
import { FAILURE_LIMIT } from "../auth/rate-limit.ts";
import { grants } from "../auth/scopes.ts";
import { isOriginAllowed } from "../connection/origin-check.ts";
import { ApiError, sendError } from "./api/errors.ts";
import { normalizeBasePath } from "./base-path.ts";
import { bearerOf, type SecretCheck } from "./bearer.ts";
import { sendText } from "./responses.ts";

/** What holds for whoever asks. */
export interface MediaRules {
  auth: AuthSettings;
  config: GatewayConfig;
}

/** Who may come in by what secret. */
export interface MediaKeys {
  isSecret: SecretCheck;
  /** What the token of a device opens; undefined for what is none. */
  scopesOf(token: string): readonly string[] | undefined;
}

/** A request of a path that is served here. */
export interface MediaCall {
  request: IncomingMessage;
  response: ServerResponse;
  origin: ClientAddress;
  /** Called when it is known that the sender is welcome. */
  proven: () => void;
}

export class MediaRoute {
  #rules: () => MediaRules;
  #keys: MediaKeys;
  #store: MediaStore;

  constructor(rules: () => MediaRules, keys: MediaKeys, store: MediaStore) {
    this.#rules = rules;
    this.#keys = keys;
    this.#store = store;
  }

  /** What the path names: the id of a file, "" for the place where files are left; undefined for any other path. */
  idIn(path: string): string | undefined {
    const base = normalizeBasePath(this.#rules().config.gateway?.controlUi?.basePath ?? "");
    const name = [`${base}/media`, "/media"].find((each) => path === each || path.startsWith(`${each}/`));
    return name === undefined ? undefined : path.slice(name.length + 1);
  }

  /** Answers the request, if its sender is welcome. Fails with what nobody expected. */
  async answer(id: string, call: MediaCall): Promise<void> {
    const { request, response } = call;
    const isIn = id === "";
    const methods = isIn ? ["POST"] : ["GET", "HEAD"];
    if (!methods.includes(request.method ?? ""))
      return sendText(response, 405, "Method Not Allowed", { Allow: methods.join(", ") });
    const refusal = this.#refusal(call, isIn ? "operator.write" : "operator.read");
    if (refusal !== undefined) {
      // What is still on its way is not read: the connection ends with the answer.
      response.setHeader("Connection", "close");
      return sendError(response, refusal);
    }
    call.proven();
    const { receiveMedia, sendMedia } = await loadPart(() => import("./media-transfer.ts"));
    if (isIn) await receiveMedia(this.#store, request, response);
    else await sendMedia(this.#store, id, response);
  }

  #refusal({ request, origin }: MediaCall, access: MethodAccess): ApiError | undefined {
    const { config, auth } = this.#rules();
    const allowed = config.gateway?.controlUi?.allowedOrigins ?? DEFAULTS["gateway.controlUi.allowedOrigins"];
    if (!isOriginAllowed(request.headers.origin, request.headers.host, allowed))
      return new ApiError(403, "This page may not use the gateway.", "forbidden");
    const unknown = new ApiError(401, "Unauthorized", "unauthorized");
    // Nothing is asked for; then only programs of this machine are let in, and no name that a stranger's DNS leads here.
    if (auth.mode === "none") return origin.localDirect ? undefined : unknown;
    const secret = bearerOf(request);
    if (secret === undefined) return unknown;
    const scopes = this.#keys.scopesOf(secret);
    if (scopes !== undefined)
      return grants(scopes, access) ? undefined : new ApiError(403, `missing scope: ${access}`, "forbidden");
    const verdict = this.#keys.isSecret(secret, origin);
    if (verdict !== undefined) return verdict ? undefined : unknown;
    const tooMany = "Too many failed attempts; try again in a minute.";
    return new ApiError(429, tooMany, "rate_limited", FAILURE_LIMIT.windowMs);
  }
}
