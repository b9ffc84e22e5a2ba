/** Who is connected, and what operators report about their machines. */
import * as z from "zod";
import { methods } from "../contract.ts";

const text = z.string().max(2_000);

/** One line of the presence list. `ts` is epoch milliseconds of the last sign of life. */
export const PresenceEntry = z.object({
  host: z.string().optional(),
  ip: z.string().optional(),
  version: z.string().optional(),
  platform: z.string().optional(),
  deviceFamily: z.string().optional(),
  modelIdentifier: z.string().optional(),
  mode: z.string().optional(),
  lastInputSeconds: z.number().optional(),
  reason: z.string().optional(),
  tags: z.array(z.string()).optional(),
  text: z.string().optional(),
  ts: z.number(),
  deviceId: z.string().optional(),
  roles: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  instanceId: z.string().optional(),
});
export type PresenceEntry = z.infer<typeof PresenceEntry>;

/** The last heartbeat of the default agent. */
export const Heartbeat = z.object({
  ts: z.int(),
  status: z.enum(["sent", "ok-empty", "ok-token", "skipped", "failed"]),
  to: z.string().optional(),
  /** How the text begins. */
  preview: z.string().optional(),
  durationMs: z.int().optional(),
  hasMedia: z.boolean().optional(),
  reason: z.string().optional(),
  channel: z.string().optional(),
  silent: z.boolean().optional(),
  indicatorType: z.enum(["ok", "alert", "error"]).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

export const presenceMethods = methods({
  /** Newest first; includes the gateway itself. */
  "system-presence": {
    access: "operator.read",
    params: z.strictObject({}),
    result: z.array(PresenceEntry),
  },
  /** Merges what a client knows about its machine into the presence list and queues free text as a system note. */
  "system-event": {
    access: "operator.admin",
    params: z.object({
      text: z.string().max(20_000).optional(),
      deviceId: text.optional(),
      instanceId: text.optional(),
      host: text.optional(),
      ip: text.optional(),
      mode: text.optional(),
      version: text.optional(),
      platform: text.optional(),
      deviceFamily: text.optional(),
      modelIdentifier: text.optional(),
      reason: text.optional(),
      lastInputSeconds: z.number().optional(),
      roles: z.array(text).max(100).optional(),
      scopes: z.array(text).max(100).optional(),
      tags: z.array(text).max(100).optional(),
    }),
    result: z.object({ ok: z.literal(true) }),
  },
  /** The last time that an agent looked at something that nobody wrote; `null` until then. */
  "last-heartbeat": {
    access: "operator.read",
    params: z.strictObject({}),
    result: Heartbeat.nullable(),
  },
  /** Whether agents look around by themselves: until somebody says otherwise, also after a restart. What waits to be told is told all the same. */
  "set-heartbeats": {
    access: "operator.admin",
    params: z.looseObject({ enabled: z.unknown().optional() }),
    result: z.object({ ok: z.literal(true), enabled: z.boolean() }),
  },
});
