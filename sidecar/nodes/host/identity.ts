/**
 * Who this machine is as a node: a key of its own in `<state>/node/device.json`, and what gateways gave it to come in by in
 * `<state>/node/auth.json`. Both are the owner's alone. A key that cannot be read is never replaced: another one would be another node.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { join } from "node:path";
import { SetupError } from "../../../shared/errors.ts";
import { readJsonObject } from "../../../shared/node/json-object.ts";
import { writeJsonFile } from "../../../shared/node/run-state.ts";
import { signaturePayload } from "../../../shared/protocol/device-signature.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice } from "../../../shared/remedy.ts";

/** What is signed besides the node's own id. */
export interface SignedAttempt {
  clientId: string;
  clientMode: string;
  token: string;
  nonce: string | undefined;
  nowMs: number;
}

const MOST_GATEWAYS = 50;

export class NodeIdentity {
  readonly deviceId: string;
  #publicKey: string;
  #privateKey: KeyObject;
  #authFile: string;

  private constructor(privateKey: KeyObject, authFile: string) {
    const raw = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
    this.deviceId = createHash("sha256").update(raw).digest("hex");
    this.#publicKey = raw.toString("base64url");
    this.#privateKey = privateKey;
    this.#authFile = authFile;
  }

  /** The one that is kept there, or a new one. Fails with `STATE_UNWRITABLE` where it cannot be read. */
  static open(directory: string, nowMs: number): NodeIdentity {
    const known = NodeIdentity.find(directory);
    if (known !== undefined) return known;
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const made = new NodeIdentity(privateKey, join(directory, "auth.json"));
    writeJsonFile(join(directory, "device.json"), {
      version: 1,
      deviceId: made.deviceId,
      publicKeyPem: publicKey.export({ format: "pem", type: "spki" }),
      privateKeyPem: privateKey.export({ format: "pem", type: "pkcs8" }),
      createdAtMs: nowMs,
    });
    return made;
  }

  /** The one that is kept there; undefined where there is none. Fails as `open`. */
  static find(directory: string): NodeIdentity | undefined {
    const file = join(directory, "device.json");
    const stored = readJsonObject(file);
    if (stored.state === "missing") return undefined;
    const pem = stored.state === "object" ? stored.value.privateKeyPem : undefined;
    try {
      if (typeof pem === "string")
        return new NodeIdentity(createPrivateKey(pem), join(directory, "auth.json"));
    } catch {
      // It is no key; that is said below.
    }
    throw new SetupError(
      "STATE_UNWRITABLE",
      advice`${file} holds no key: restore it from a backup, or move it away, and this machine asks to be paired as another node`,
    );
  }

  /** What proves at a gateway that it is this node. */
  sign({ clientId, clientMode, token, nonce, nowMs }: SignedAttempt) {
    const signedAtMs = nowMs;
    const who = { deviceId: this.deviceId, clientId, clientMode, role: "node", scopes: [] };
    const payload = signaturePayload({ ...who, signedAtMs, token, nonce });
    return {
      id: this.deviceId,
      publicKey: this.#publicKey,
      signature: sign(null, Buffer.from(payload), this.#privateKey).toString("base64url"),
      signedAt: nowMs,
      ...(nonce === undefined ? {} : { nonce }),
    };
  }

  /** What the gateway at the address gave this node to come in by. */
  tokenFor(url: string): string | undefined {
    const token = this.#tokens()[url];
    return typeof token === "string" ? token : undefined;
  }

  /** Keeps it, or with nothing forgets it. */
  keepToken(url: string, token: string | undefined): void {
    if (this.tokenFor(url) === token) return;
    const { [url]: _before, ...others } = this.#tokens();
    const kept = Object.entries(others).slice(-MOST_GATEWAYS);
    const tokens = Object.fromEntries(token === undefined ? kept : [...kept, [url, token]]);
    writeJsonFile(this.#authFile, { version: 1, deviceId: this.deviceId, tokens });
  }

  #tokens(): Record<string, unknown> {
    const stored = readJsonObject(this.#authFile);
    return stored.state === "object" && isRecord(stored.value.tokens) ? stored.value.tokens : {};
  }
}
