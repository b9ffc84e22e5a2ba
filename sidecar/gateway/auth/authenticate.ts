/** Decides who a connecting client is: shared secret, Tailscale identity or device token, then pairing. The texts are the protocol's. */

import type { WireErrorCode } from "../../../shared/protocol/frame.ts";
import { type ConnectParams, isControlUi, ROLES, type Role } from "../../../shared/protocol/handshake.ts";
import type { PairingRequest } from "../../../shared/protocol/methods/devices.ts";
import type { AuthSettings } from "../../base/config/settings.ts";
import { verifyDevice } from "./device-signature.ts";
import type { LinkCodes } from "./link-codes.ts";
import type { ClientOrigin } from "./locality.ts";
import type { PairingStore, StoredToken } from "./pairing-store.ts";
import { secretsEqual } from "./secret.ts";
import type { TailscaleRefusal } from "./tailscale-identity.ts";

/** A client that was let in. */
export interface ClientIdentity {
  role: Role;
  scopes: string[];
  /** Set when the client presented a device. */
  device?: { id: string; token: StoredToken | undefined };
}

/** Why a client was not let in. `guess` marks a wrong secret, which counts against its address. */
export interface Refusal {
  code: WireErrorCode;
  message: string;
  details?: Record<string, unknown>;
  /** Close reason; the message when absent. */
  reason?: string;
  /** Close code; `CLOSE.policy` when absent. */
  closeCode?: number;
  guess: boolean;
}

export type Admission = { ok: true; identity: ClientIdentity } | { ok: false; refusal: Refusal };

/** Pairing as it happens, for whoever announces it. */
export interface PairingAnnouncer {
  requested(request: PairingRequest): void;
  resolved(request: PairingRequest, decision: "approved" | "rejected"): void;
}

/** Settings of the admission that do not change per connection. */
export interface AdmissionRules {
  auth: AuthSettings;
  allowInsecureControlUi: boolean;
}

/** What the connection itself contributes. */
export interface ConnectContext {
  origin: ClientOrigin;
  challenge: string;
  /** How long the client's address stays blocked for guessing; 0 when it is not. */
  blockedMs: number;
  nowMs: number;
}

/** Characters from which on a secret cannot be found by guessing, however many guesses there are. */
const UNGUESSABLE_LENGTH = 16;

/** Checks in the order of the protocol's handshake table, rows 6 to 17. */
export class Authenticator {
  #rules: AdmissionRules;
  #pairing: PairingStore;
  #links: LinkCodes;
  #announce: PairingAnnouncer;

  constructor(
    rules: AdmissionRules,
    { pairing, links }: { pairing: PairingStore; links: LinkCodes },
    announce: PairingAnnouncer,
  ) {
    this.#rules = rules;
    this.#pairing = pairing;
    this.#links = links;
    this.#announce = announce;
  }

  admit(connect: ConnectParams, context: ConnectContext): Admission {
    const admission = this.#judge(connect, context);
    if (admission.ok && connect.auth?.code !== undefined) this.#links.use(connect.auth.code);
    return admission;
  }

  #judge(connect: ConnectParams, context: ConnectContext): Admission {
    const { blockedMs, origin } = context;
    if (blockedMs > 0 && !origin.local) return tooManyFailures(blockedMs);
    const role = ROLES.find((known) => known === (connect.role ?? "operator"));
    if (role === undefined) return refuse("invalid role");
    if (this.#rules.auth.mode === "none" && !context.origin.local) {
      return refuse("gateway auth required behind reverse proxy", {
        details: { hint: "set gateway.auth or configure gateway.trustedProxies" },
        reason: "gateway auth required",
      });
    }
    const insecureUi = isControlUi(connect.client.id) && this.#rules.allowInsecureControlUi;
    const missing = this.#requireDevice(connect, insecureUi);
    if (missing !== undefined) return missing;

    const scopes = effectiveScopes(role, connect.scopes);
    const signed =
      connect.device && verifyDevice(connect, connect.device, { role, ...signatureContext(context) });
    if (signed !== undefined && !signed.ok) return refuse(signed.reason);

    const proof = this.#prove(connect, context.origin, { role, scopes });
    // On this machine one program's guesses lock nobody else out, as far as that cannot help to guess.
    if (blockedMs > 0 && !this.#resistsGuessing(proof)) return tooManyFailures(blockedMs);
    if (typeof proof === "object") return proof;
    if (connect.device === undefined || signed === undefined) {
      // Only a secret stands in for a device. Whoever has the person's machine must still be let in by her.
      if (proof === "tailscale") return deviceRequired();
      return { ok: true, identity: { role, scopes } };
    }

    // An open gateway lets clients in while it is open, but nobody may stay paired once it has a secret again.
    if (this.#rules.auth.mode === "none") return { ok: true, identity: { role, scopes } };
    const skipPairing = insecureUi && (proof === "secret" || proof === "link");
    const waiting = skipPairing
      ? undefined
      : this.#pair(connect, signed.publicKey, role, scopes, context.origin);
    if (waiting !== undefined) return waiting;
    const token = this.#pairing.tokenFor(connect.device.id, role, scopes);
    return { ok: true, identity: { role, scopes, device: { id: connect.device.id, token } } };
  }

  #requireDevice(connect: ConnectParams, insecureUi: boolean): Admission | undefined {
    if (connect.device !== undefined) return undefined;
    const hasToken = Boolean(connect.auth?.token);
    if (isControlUi(connect.client.id)) {
      if (!insecureUi) return refuse("control ui requires HTTPS or localhost (secure context)");
      if (hasToken || connect.auth?.password || connect.auth?.code) return undefined;
    } else if (hasToken) return undefined;
    return deviceRequired();
  }

  /** What the client is admitted by, or the refusal. */
  #prove(
    connect: ConnectParams,
    origin: ClientOrigin,
    wish: { role: Role; scopes: string[] },
  ): Proof | Admission {
    const { auth } = this.#rules;
    if (auth.mode === "none") return "none";
    // Only the page that the link opens may use its code; for whatever else it is a guess.
    const code = isControlUi(connect.client.id) ? connect.auth?.code : undefined;
    if (code !== undefined) return this.#links.isGood(code) ? "link" : refuse(LINK_USED);
    const given = auth.mode === "password" ? connect.auth?.password : connect.auth?.token;
    const expected =
      auth.mode === "tailscale" ? undefined : auth.mode === "token" ? auth.token : auth.password;
    if (given !== undefined && expected !== undefined && secretsEqual(given, expected)) return "secret";
    if (origin.tailscale?.ok) return "tailscale";
    const deviceToken = connect.auth?.token;
    if (connect.device !== undefined && deviceToken) {
      const { role, scopes } = wish;
      if (this.#pairing.acceptsToken(connect.device.id, role, scopes, deviceToken)) return "device-token";
    }
    if (auth.mode === "tailscale") return refuse(identityText(origin), { guess: Boolean(deviceToken) });
    const verdict = given ? "mismatch" : "missing";
    const hint = secretHint(auth.mode, connect);
    return refuse(`unauthorized: gateway ${auth.mode} ${verdict} (${hint})`, {
      guess: verdict === "mismatch",
    });
  }

  #resistsGuessing(proof: Proof | Admission): boolean {
    if (typeof proof === "object") return false;
    const { auth } = this.#rules;
    const secret = auth.mode === "token" ? auth.token : auth.mode === "password" ? auth.password : "";
    return proof !== "secret" || secret.length >= UNGUESSABLE_LENGTH;
  }

  #pair(
    connect: ConnectParams,
    publicKey: string,
    role: Role,
    scopes: string[],
    origin: ClientOrigin,
  ): Admission | undefined {
    const deviceId = connect.device?.id ?? "";
    const facts = {
      displayName: connect.client.displayName,
      platform: connect.client.platform,
      clientId: connect.client.id,
      clientMode: connect.client.mode,
      remoteIp: origin.untrustedProxy ? undefined : origin.ip,
    };
    if (this.#pairing.covers(deviceId, publicKey, role, scopes)) {
      this.#pairing.refresh(deviceId, { ...facts, role });
      return undefined;
    }
    const wish = { deviceId, publicKey, ...facts, role, scopes, silent: origin.local };
    const { request, created } = this.#pairing.request(wish);
    if (request.silent === true) {
      this.#pairing.approve(request.requestId);
      this.#announce.resolved(request, "approved");
      return undefined;
    }
    if (created) this.#announce.requested(request);
    return refuse("pairing required", { code: "NOT_PAIRED", details: { requestId: request.requestId } });
  }
}

const LINK_USED =
  "unauthorized: dashboard link expired or used already (open it again from the tray or the command that printed it)";

/** What stands for a client whose device is still to be looked at. */
type Proof = "none" | "secret" | "link" | "tailscale" | "device-token";

const IDENTITY_TEXTS: Record<TailscaleRefusal, string> = {
  tailscale_user_missing:
    "unauthorized: tailscale identity missing (use Tailscale Serve auth or gateway token/password)",
  tailscale_proxy_missing:
    "unauthorized: tailscale proxy headers missing (use Tailscale Serve or gateway token/password)",
  tailscale_whois_failed: "unauthorized",
  tailscale_user_mismatch: "unauthorized",
};

function identityText({ tailscale }: ClientOrigin): string {
  return IDENTITY_TEXTS[tailscale?.ok === false ? tailscale.reason : "tailscale_user_missing"];
}

/** An operator that names no scopes gets all; a node gets what it names. */
function effectiveScopes(role: Role, scopes: readonly string[] | undefined): string[] {
  if (scopes !== undefined && scopes.length > 0) return [...scopes];
  return role === "operator" ? ["operator.admin"] : [];
}

function signatureContext(context: ConnectContext) {
  return { challenge: context.challenge, local: context.origin.local, nowMs: context.nowMs };
}

function secretHint(mode: "token" | "password", { client }: ConnectParams): string {
  if (client.mode === "cli") return `set gateway.remote.${mode} to match gateway.auth.${mode}`;
  if (isControlUi(client.id) || client.mode === "webchat") {
    return mode === "token"
      ? "open a tokenized dashboard URL or paste token in Control UI settings"
      : "enter the password in Control UI settings";
  }
  return `provide gateway auth ${mode}`;
}

function tooManyFailures(blockedMs: number): Admission {
  return refuse(`unauthorized: too many failed attempts, try again in ${Math.ceil(blockedMs / 1_000)} s`);
}

function deviceRequired(): Admission {
  return refuse("device identity required", { code: "NOT_PAIRED" });
}

function refuse(message: string, extra: Partial<Refusal> = {}): Admission {
  return { ok: false, refusal: { code: "INVALID_REQUEST", guess: false, ...extra, message } };
}
