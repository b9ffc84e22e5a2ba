/**
 * The browser's device identity: an Ed25519 key pair that stays in IndexedDB and whose private half scripts can use but
 * not read. Its id is the SHA-256 of the raw public key.
 */
import { type SignedConnect, signaturePayload } from "../../shared/protocol/device-signature.ts";
import type { ConnectParams } from "../../shared/protocol/handshake.ts";

export interface DeviceIdentity {
  /** Lowercase hex. */
  id: string;
  /** Signs one connect request at `signedAtMs`. */
  sign(connect: Omit<SignedConnect, "deviceId">): Promise<NonNullable<ConnectParams["device"]>>;
}

const DATABASE = "clawdbot";
const STORE = "identity";
const KEY = "device";

/**
 * Loads the identity or creates it. Undefined where the browser cannot have one: outside a secure context, without
 * Ed25519, or with storage switched off.
 */
export async function loadDeviceIdentity(): Promise<DeviceIdentity | undefined> {
  if (!isSecureContext) return undefined;
  try {
    const { publicKey, privateKey } = await loadKeyPair();
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    const id = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", raw)));
    return {
      id,
      sign: async (connect) => {
        const payload = new TextEncoder().encode(signaturePayload({ ...connect, deviceId: id }));
        const signature = await crypto.subtle.sign("Ed25519", privateKey, payload);
        return {
          id,
          publicKey: base64url(raw),
          signature: base64url(new Uint8Array(signature)),
          signedAt: connect.signedAtMs,
          ...(connect.nonce === undefined ? {} : { nonce: connect.nonce }),
        };
      },
    };
  } catch (error) {
    // The page still connects where the operator allows it without; else the gateway's refusal tells the remedy.
    console.warn("no device identity in this browser", error);
    return undefined;
  }
}

async function loadKeyPair(): Promise<CryptoKeyPair> {
  const database = await openDatabase();
  try {
    const stored = await settled<CryptoKeyPair | undefined>(objectStore(database).get(KEY));
    if (stored !== undefined) return stored;
    const created = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    return await storeUnlessPresent(database, created);
  } finally {
    database.close();
  }
}

/** A second tab may have been faster: within one transaction the first pair stays and both tabs use it. */
async function storeUnlessPresent(database: IDBDatabase, created: CryptoKeyPair): Promise<CryptoKeyPair> {
  const store = objectStore(database);
  const stored = await settled<CryptoKeyPair | undefined>(store.get(KEY));
  if (stored !== undefined) return stored;
  await settled(store.put(created, KEY));
  return created;
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return settled(request);
}

function objectStore(database: IDBDatabase): IDBObjectStore {
  return database.transaction(STORE, "readwrite").objectStore(STORE);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
