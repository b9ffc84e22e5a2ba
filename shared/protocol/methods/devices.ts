/** Paired devices and their tokens. */
import * as z from "zod";
import { methods } from "../contract.ts";
import { ROLES } from "../roles.ts";

const id = z.string().min(1).max(200);

/** A device that waits for approval. `ts` is epoch milliseconds of the request; it expires five minutes later. */
export const PairingRequest = z.object({
  requestId: z.string(),
  deviceId: z.string(),
  publicKey: z.string(),
  displayName: z.string().optional(),
  platform: z.string().optional(),
  clientId: z.string().optional(),
  clientMode: z.string().optional(),
  role: z.string().optional(),
  roles: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  remoteIp: z.string().optional(),
  silent: z.boolean().optional(),
  isRepair: z.boolean(),
  ts: z.number(),
});
export type PairingRequest = z.infer<typeof PairingRequest>;

/** A token as listed: everything but the secret. */
export const DeviceTokenInfo = z.object({
  role: z.string(),
  scopes: z.array(z.string()),
  createdAtMs: z.number(),
  rotatedAtMs: z.number().optional(),
  revokedAtMs: z.number().optional(),
  lastUsedAtMs: z.number().optional(),
});
export type DeviceTokenInfo = z.infer<typeof DeviceTokenInfo>;

/** A paired device as clients see it. */
export const PairedDevice = z.object({
  deviceId: z.string(),
  publicKey: z.string(),
  displayName: z.string().optional(),
  platform: z.string().optional(),
  clientId: z.string().optional(),
  clientMode: z.string().optional(),
  role: z.string().optional(),
  roles: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  remoteIp: z.string().optional(),
  tokens: z.array(DeviceTokenInfo).optional(),
  createdAtMs: z.number(),
  approvedAtMs: z.number(),
});
export type PairedDevice = z.infer<typeof PairedDevice>;

export const devicesMethods = methods({
  /** Requests that wait, and paired devices without the secrets of their tokens. */
  "device.pair.list": {
    access: "operator.pairing",
    params: z.strictObject({}),
    result: z.object({
      pending: z.array(PairingRequest),
      paired: z.array(PairedDevice),
    }),
  },
  /** Fails with `MISSING_SCOPE` when the request asks for more than the caller has. */
  "device.pair.approve": {
    access: "operator.pairing",
    params: z.strictObject({ requestId: id }),
    result: z.object({ requestId: z.string(), device: PairedDevice }),
  },
  /** The request is gone; the device may ask again. Fails with `NOT_FOUND` when there is none. */
  "device.pair.reject": {
    access: "operator.pairing",
    params: z.strictObject({ requestId: id }),
    result: z.object({ requestId: z.string(), deviceId: z.string() }),
  },
  /**
   * Connections that the old token carries end. Fails with `MISSING_SCOPE` when the new token would open more than the caller may.
   * `token` is there for the device that rotates its own.
   */
  "device.token.rotate": {
    access: "operator.pairing",
    params: z.strictObject({
      deviceId: id,
      role: z.enum(ROLES),
      scopes: z.array(id).max(100).optional(),
    }),
    result: z.object({
      deviceId: z.string(),
      role: z.string(),
      token: z.string().optional(),
      scopes: z.array(z.string()),
      rotatedAtMs: z.number(),
    }),
  },
  /** The device's connections in this role end. */
  "device.token.revoke": {
    access: "operator.pairing",
    params: z.strictObject({ deviceId: id, role: z.enum(ROLES) }),
    result: z.object({
      deviceId: z.string(),
      role: z.string(),
      revokedAtMs: z.number(),
    }),
  },
});
