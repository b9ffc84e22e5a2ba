import { expect, test } from "@playwright/test";
import { WIRE_LIMITS } from "../../../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../../../shared/protocol/handshake.ts";
import { type SignatureContext, verifyDevice } from "../../../../../sidecar/gateway/auth/device-signature.ts";
import { createDevice, signedBy } from "../../../../helpers/gateway/device.ts";

const NOW = Date.UTC(2026, 0, 1);
const NONCE = "b1946ac9-2492-4c0d-9d9c-2f6c0a3f7a55";
const REMOTE: SignatureContext = { role: "operator", challenge: NONCE, local: false, nowMs: NOW };
const LOCAL: SignatureContext = { ...REMOTE, local: true };
const CONNECT: ConnectParams = {
  minProtocol: 3,
  maxProtocol: 3,
  client: { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" },
  scopes: ["operator.admin", "operator.pairing"],
  auth: { token: "secret" },
};
const device = createDevice();
const SIGNED = signedBy(device, CONNECT, { signedAtMs: NOW, nonce: NONCE });

/** Verifies the request after `change` was applied to its device part. */
function verdict(connect: ConnectParams, context: SignatureContext, change: object = {}) {
  if (connect.device === undefined) throw new Error("the request carries no device");
  return verifyDevice(connect, { ...connect.device, ...change }, context);
}

test.describe("verifyDevice", () => {
  test("accepts a signature over the challenge", () => {
    expect(verdict(SIGNED, REMOTE)).toEqual({ ok: true, publicKey: device.publicKey });
  });

  test("accepts the older signature without a nonce, but only from this machine", () => {
    const older = signedBy(device, CONNECT, { signedAtMs: NOW });

    expect(verdict(older, LOCAL)).toMatchObject({ ok: true });
    expect(verdict(older, REMOTE)).toEqual({
      ok: false,
      code: "DEVICE_AUTH_NONCE_REQUIRED",
      reason: "device nonce required",
    });
  });

  test("accepts the key as PEM and in standard base64, and returns it in one form", () => {
    const standard = Buffer.from(device.publicKey, "base64url").toString("base64");

    for (const publicKey of [device.pem, standard]) {
      expect(verdict(SIGNED, REMOTE, { publicKey })).toEqual({ ok: true, publicKey: device.publicKey });
    }
  });

  for (const [what, skewMs, ok] of [
    ["accepts a clock that is ten minutes behind", -WIRE_LIMITS.signatureSkewMs, true],
    ["accepts a clock that is ten minutes ahead", WIRE_LIMITS.signatureSkewMs, true],
    ["refuses a clock that is further behind", -WIRE_LIMITS.signatureSkewMs - 1, false],
    ["refuses a clock that is further ahead", WIRE_LIMITS.signatureSkewMs + 1, false],
  ] as const) {
    test(what, () => {
      const signed = signedBy(device, CONNECT, { signedAtMs: NOW + skewMs, nonce: NONCE });

      expect(verdict(signed, REMOTE)).toMatchObject(ok ? { ok } : { ok, reason: "device signature expired" });
    });
  }

  test("refuses the nonce of another connection, also from this machine", () => {
    expect(verdict(SIGNED, { ...LOCAL, challenge: "other" })).toEqual({
      ok: false,
      code: "DEVICE_AUTH_NONCE_MISMATCH",
      reason: "device nonce mismatch",
    });
  });

  const changes: [string, ConnectParams][] = [
    ["scopes in another order", { ...SIGNED, scopes: ["operator.pairing", "operator.admin"] }],
    ["another token", { ...SIGNED, auth: { token: "other" } }],
    ["another client id", { ...SIGNED, client: { ...CONNECT.client, id: "test" } }],
    ["another client mode", { ...SIGNED, client: { ...CONNECT.client, mode: "ui" } }],
  ];
  for (const [what, changed] of changes) {
    test(`refuses a signature over ${what}`, () => {
      expect(verdict(changed, REMOTE)).toEqual({
        ok: false,
        code: "DEVICE_AUTH_SIGNATURE_INVALID",
        reason: "device signature invalid",
      });
    });
  }

  test("refuses a signature for another role", () => {
    expect(verdict(SIGNED, { ...REMOTE, role: "node" })).toMatchObject({
      code: "DEVICE_AUTH_SIGNATURE_INVALID",
      reason: "device signature invalid",
    });
  });

  for (const [what, change] of [
    ["an id that is not the key's", { id: "ab".repeat(32) }],
    ["a key of the wrong length", { publicKey: "AAAA" }],
    ["a PEM that is none", { publicKey: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" }],
  ] as const) {
    test(`refuses ${what}`, () => {
      expect(verdict(SIGNED, REMOTE, change)).toEqual({
        ok: false,
        code: "DEVICE_AUTH_DEVICE_ID_MISMATCH",
        reason: "device identity mismatch",
      });
    });
  }

  test("refuses a signature that is no signature without an exception", () => {
    expect(verdict(SIGNED, REMOTE, { signature: "§§§" })).toEqual({
      ok: false,
      code: "DEVICE_AUTH_SIGNATURE_INVALID",
      reason: "device signature invalid",
    });
  });
});
