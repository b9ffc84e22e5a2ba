/** Decides who a connecting client is: shared secret, Tailscale identity or device token, then pairing. The texts are the protocol's. */

import type { WireCode } from "../../../shared/errors.ts";
import { type ConnectParams, isControlUi } from "../../../shared/protocol/handshake.ts";
import type { PairingRequest } from "../../../shared/protocol/methods/devices.ts";
import { ROLES, type Role } from "../../../shared/protocol/roles.ts";
import { type Launcher, ours, spell } from "../../../shared/remedy.ts";
import { type AuthSettings, sharedSecret } from "../../base/config/settings.ts";
import { secretsEqual } from "../../base/secrets-equal.ts";
import type { ClientAddress, TailscaleRefusal } from "./client-address.ts";
import { verifyDevice } from "./device-signature.ts";
import type { LinkCodes } from "./link-codes.ts";
import type { PairingStore, StoredToken, TokenVerdict } from "./pairing-store.ts";
import type { Block } from "./rate-limit.ts";
import { type Refusal, type RefusalFacts, refusal } from "./refusal.ts";
import { effectiveScopes } from "./scopes.ts";

/** A client that was let in, and on what grounds: when those fall away, so does the client. */
export interface ClientIdentity {
  role: Role;
  scopes: string[];
  /** What it proved itself with; `none` on a gateway without a secret. */
  proof: Proof;
  /** Let in without a device or without its pairing, by `gateway.controlUi.allowInsecureAuth` alone. */
  insecure?: boolean;
  /** Set when the client presented a device. */
  device?: { id: string; token: StoredToken | undefined };
}

export type Proof = "none" | "secret" | "link" | "tailscale" | "device-token";

export type Admission = { ok: true; identity: ClientIdentity } | { ok: false; refusal: Refusal };

/** Pairing as it happens, for whoever announces it. */
export interface PairingAnnouncer {
  requested(request: PairingRequest): void;
  resolved(request: PairingRequest, decision: "approved" | "rejected"): void;
  /** A device's token for a role is another one now, or worthless. */
  tokenChanged(change: TokenChange): void;
}

/** What became of a device's token for a role. */
export interface TokenChange {
  deviceId: string;
  role: string;
  /** `approved`: a new one took its place with a new pairing. */
  how: "revoked" | "rotated" | "approved";
  /** The connection that asked for it; absent where none of the device's own did. */
  connId?: string;
}

/** Settings of the admission that do not change per connection. */
export interface AdmissionRules {
  auth: AuthSettings;
  allowInsecureControlUi: boolean;
}

/** What the connection itself contributes. */
export interface ConnectContext {
  origin: ClientAddress;
  challenge: string;
  /** How long whoever the client comes from must not guess any more. */
  block: Block;
  nowMs: number;
}

/** Characters from which on a secret cannot be found by guessing, however many guesses there are. */
const UNGUESSABLE_LENGTH = 16;

/** Checks in the order of the protocol's handshake table, rows 6 to 17. */
export class Authenticator {
  #rules: () => AdmissionRules;
  #pairing: PairingStore;
  #links: LinkCodes;
  #launcher: Launcher;
  #announce: PairingAnnouncer;

  constructor(
    rules: () => AdmissionRules,
    { pairing, links, launcher }: { pairing: PairingStore; links: LinkCodes; launcher: Launcher },
    announce: PairingAnnouncer,
  ) {
    this.#rules = rules;
    this.#pairing = pairing;
    this.#links = links;
    this.#launcher = launcher;
    this.#announce = announce;
  }

  admit(connect: ConnectParams, context: ConnectContext): Admission {
    const admission = this.#judge(connect, context);
    if (admission.ok && connect.auth?.code !== undefined) this.#links.use(connect.auth.code);
    return admission;
  }

  /** Whether it is the secret of the gateway; undefined when whoever sent it has guessed too often to be heard. */
  isSecret(given: string, block: Block): boolean | undefined {
    const expected = sharedSecret(this.#rules().auth);
    const isRight = expected !== undefined && secretsEqual(given, expected);
    const isHeard = block.ms === 0 || (!block.isHard && isRight && given.length >= UNGUESSABLE_LENGTH);
    return isHeard ? isRight : undefined;
  }

  #judge(connect: ConnectParams, context: ConnectContext): Admission {
    const { block, origin } = context;
    if (block.ms > 0 && block.isHard) return tooManyFailures(block.ms);
    const role = ROLES.find((known) => known === (connect.role ?? "operator"));
    if (role === undefined) return refuse("ROLE_UNKNOWN", "invalid role");
    if (this.#rules().auth.mode === "none" && !origin.local) return behindProxy();
    const insecureUi = isControlUi(connect.client.id) && this.#rules().allowInsecureControlUi;
    const missing = this.#requireDevice(connect, insecureUi);
    if (missing !== undefined) return missing;

    const scopes = effectiveScopes(role, connect.scopes);
    const signed =
      connect.device && verifyDevice(connect, connect.device, { role, ...signatureContext(context) });
    if (signed !== undefined && !signed.ok) return refuse(signed.code, signed.reason);

    const proven = this.#prove(connect, origin, { role, scopes });
    // Where one program's guesses must lock nobody else out, they do not, as far as that cannot help to guess.
    if (block.ms > 0 && !this.#resistsGuessing(proven)) return tooManyFailures(block.ms);
    if (!proven.ok) return proven;
    const { proof } = proven;
    if (connect.device === undefined || signed === undefined) {
      // Only a secret stands in for a device. Whoever has the person's machine must still be let in by her.
      if (proof === "tailscale") return deviceRequired();
      return { ok: true, identity: { role, scopes, proof, ...(insecureUi ? { insecure: true } : {}) } };
    }

    // An open gateway lets clients in while it is open, but nobody may stay paired once it has a secret again.
    if (proof === "none") return { ok: true, identity: { role, scopes, proof } };
    const { id } = connect.device;
    const insecure = insecureUi && (proof === "secret" || proof === "link");
    if (!insecure) {
      const waiting = this.#pair(connect, { id, publicKey: signed.publicKey }, { role, scopes, origin });
      if (waiting !== undefined) return waiting;
    }
    const token = this.#pairing.tokenFor(id, role, scopes);
    const device = { id, token };
    return { ok: true, identity: { role, scopes, proof, device, ...(insecure ? { insecure } : {}) } };
  }

  #requireDevice(connect: ConnectParams, insecureUi: boolean): NoAdmission | undefined {
    if (connect.device !== undefined) return undefined;
    const hasToken = Boolean(connect.auth?.token);
    if (isControlUi(connect.client.id)) {
      if (!insecureUi) {
        const text = "control ui requires HTTPS or localhost (secure context)";
        return refuse("CONTROL_UI_DEVICE_IDENTITY_REQUIRED", text);
      }
      if (hasToken || connect.auth?.password || connect.auth?.code) return undefined;
    } else if (hasToken) return undefined;
    return deviceRequired();
  }

  /** What the client is admitted by, or the refusal. */
  #prove(
    connect: ConnectParams,
    origin: ClientAddress,
    wish: { role: Role; scopes: string[] },
  ): Proven | NoAdmission {
    const { auth } = this.#rules();
    if (auth.mode === "none") return { ok: true, proof: "none" };
    // Only the page that the link opens may use its code; for whatever else it is a guess.
    const code = isControlUi(connect.client.id) ? connect.auth?.code : undefined;
    if (code !== undefined) {
      return this.#links.isGood(code) ? { ok: true, proof: "link" } : refuse("AUTH_LINK_EXPIRED", LINK_USED);
    }
    const given = auth.mode === "password" ? connect.auth?.password : connect.auth?.token;
    const expected = sharedSecret(auth);
    if (given !== undefined && expected !== undefined && secretsEqual(given, expected)) {
      return { ok: true, proof: "secret" };
    }
    if (origin.tailscale?.ok) return { ok: true, proof: "tailscale" };
    const deviceToken = connect.auth?.token;
    const verdict =
      connect.device !== undefined && deviceToken
        ? this.#pairing.judgeToken(connect.device.id, wish.role, wish.scopes, deviceToken)
        : "unknown";
    if (verdict === "good") return { ok: true, proof: "device-token" };
    if (auth.mode === "tailscale") return unidentified(origin, verdict, Boolean(deviceToken));
    const isMissing = !given;
    const text = `unauthorized: gateway ${auth.mode} ${isMissing ? "missing" : "mismatch"} (${secretHint(auth.mode, connect)})`;
    return refuse(secretCode(auth.mode, isMissing, verdict), text, { guess: !isMissing });
  }

  #resistsGuessing(proven: Proven | NoAdmission): boolean {
    if (!proven.ok) return false;
    const secret = sharedSecret(this.#rules().auth) ?? "";
    return proven.proof !== "secret" || secret.length >= UNGUESSABLE_LENGTH;
  }

  /** Pairs the device if that needs nobody, else returns the refusal that names the request. */
  #pair(
    { client }: ConnectParams,
    device: { id: string; publicKey: string },
    { role, scopes, origin }: { role: Role; scopes: string[]; origin: ClientAddress },
  ): NoAdmission | undefined {
    const facts = {
      displayName: client.displayName,
      platform: client.platform,
      clientId: client.id,
      clientMode: client.mode,
      remoteIp: origin.untrustedProxy ? undefined : origin.ip,
    };
    const need = this.#pairing.need(device.id, device.publicKey, role, scopes);
    if (need === undefined) {
      this.#pairing.refresh(device.id, { ...facts, role });
      return undefined;
    }
    const { id: deviceId, publicKey } = device;
    const { request, created } = this.#pairing.request({
      deviceId,
      publicKey,
      ...facts,
      role,
      scopes,
      silent: origin.local,
    });
    if (origin.local && request.silent === true) {
      this.#pairing.approve(request.requestId);
      this.#announce.resolved(request, "approved");
      this.#announce.tokenChanged({ deviceId, role, how: "approved" });
      return undefined;
    }
    if (created) this.#announce.requested(request);
    const { requestId } = request;
    const approval = ours`devices approve ${requestId}`;
    return refuse("PAIRING_REQUIRED", "pairing required", {
      wireCode: "NOT_PAIRED",
      details: { requestId, reason: need, command: spell(approval, this.#launcher) },
    });
  }
}

const LINK_USED =
  "unauthorized: dashboard link expired or used already (open it again from the tray or the command that printed it)";

/** By what tailscaled says of the request; the texts are the protocol's. */
const UNIDENTIFIED: Record<TailscaleRefusal, readonly [code: WireCode, text: string]> = {
  tailscale_user_missing: [
    "AUTH_TAILSCALE_IDENTITY_MISSING",
    "unauthorized: tailscale identity missing (use Tailscale Serve auth or gateway token/password)",
  ],
  tailscale_proxy_missing: [
    "AUTH_TAILSCALE_PROXY_MISSING",
    "unauthorized: tailscale proxy headers missing (use Tailscale Serve or gateway token/password)",
  ],
  tailscale_whois_failed: ["AUTH_TAILSCALE_WHOIS_FAILED", "unauthorized"],
  tailscale_user_mismatch: ["AUTH_TAILSCALE_IDENTITY_MISMATCH", "unauthorized"],
};

/** Where Tailscale alone lets people in. */
function unidentified({ tailscale }: ClientAddress, token: TokenVerdict, guess: boolean): NoAdmission {
  const [code, text] = UNIDENTIFIED[tailscale?.ok === false ? tailscale.reason : "tailscale_user_missing"];
  return refuse(deviceTokenCode(token) ?? code, text, { guess });
}

/** What is wrong with the secret, in one word. */
function secretCode(mode: "token" | "password", isMissing: boolean, token: TokenVerdict): WireCode {
  const ofDevice = deviceTokenCode(token);
  if (ofDevice !== undefined) return ofDevice;
  if (mode === "token") return isMissing ? "AUTH_TOKEN_MISSING" : "AUTH_TOKEN_MISMATCH";
  return isMissing ? "AUTH_PASSWORD_MISSING" : "AUTH_PASSWORD_MISMATCH";
}

/** Undefined for what is no token of the device and never was. */
function deviceTokenCode(token: TokenVerdict): WireCode | undefined {
  if (token === "replaced") return "AUTH_DEVICE_TOKEN_MISMATCH";
  return token === "too-narrow" ? "AUTH_SCOPE_MISMATCH" : undefined;
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

function tooManyFailures(blockedMs: number): NoAdmission {
  const text = `unauthorized: too many failed attempts, try again in ${Math.ceil(blockedMs / 1_000)} s`;
  return refuse("AUTH_RATE_LIMITED", text, { retryAfterMs: blockedMs });
}

function deviceRequired(): NoAdmission {
  return refuse("DEVICE_IDENTITY_REQUIRED", "device identity required", { wireCode: "NOT_PAIRED" });
}

function behindProxy(): NoAdmission {
  return refuse("AUTH_REQUIRED", "gateway auth required behind reverse proxy", {
    details: { hint: "set gateway.auth or configure gateway.trustedProxies" },
    close: { reason: "gateway auth required" },
  });
}

interface Proven {
  ok: true;
  proof: Proof;
}

type NoAdmission = Extract<Admission, { ok: false }>;

function refuse(code: WireCode, message: string, facts?: RefusalFacts): NoAdmission {
  return { ok: false, refusal: refusal(code, message, facts) };
}
