/** `health` and `status`: is the gateway well, and what is it busy with. */
import * as z from "zod";
import { methods } from "../contract.ts";

const SessionsDigest = z.object({
  path: z.string(),
  count: z.int().min(0),
  recent: z.array(
    z.object({
      key: z.string(),
      updatedAt: z.number().nullable(),
      age: z.number().nullable(),
    }),
  ),
});

/** Health as clients see it. `channels` is empty until channels are configured. `ts` is epoch milliseconds. */
export const HealthSummary = z.object({
  ok: z.literal(true),
  ts: z.int(),
  durationMs: z.int().min(0),
  channels: z.record(z.string(), z.unknown()),
  channelOrder: z.array(z.string()),
  channelLabels: z.record(z.string(), z.string()),
  heartbeatSeconds: z.int().min(0),
  defaultAgentId: z.string(),
  agents: z.array(
    z.object({
      agentId: z.string(),
      name: z.string().optional(),
      isDefault: z.boolean(),
      heartbeat: z.object({
        enabled: z.boolean(),
        every: z.string(),
        everyMs: z.int().nullable(),
        prompt: z.string(),
        target: z.string(),
        ackMaxChars: z.int(),
        model: z.string().optional(),
      }),
      sessions: SessionsDigest,
    }),
  ),
  sessions: SessionsDigest,
  /** Resident memory of the gateway, how much that is to it, and its limits; `refuse` and worse takes no new messages. */
  memory: z
    .object({
      rssBytes: z.int(),
      level: z.enum(["ok", "warn", "refuse", "restart"]),
      warnBytes: z.int(),
      refuseBytes: z.int(),
      restartBytes: z.int(),
      retryAfterMs: z.int().optional(),
    })
    .optional(),
  /** The longest that the gateway was held up within the last minute. */
  eventLoop: z.object({ delayMs: z.int().min(0) }).optional(),
  /** What is not well, as `/readyz` names it, such as `log: ENOSPC`; absent while all is. `ok` only says that the gateway answers. */
  ailments: z.array(z.string()).optional(),
});
export type HealthSummary = z.infer<typeof HealthSummary>;

/** Status as clients see it. */
export const StatusSummary = z.object({
  heartbeat: z.object({
    defaultAgentId: z.string(),
    agents: z.array(
      z.object({
        agentId: z.string(),
        enabled: z.boolean(),
        every: z.string(),
        everyMs: z.int().nullable(),
      }),
    ),
  }),
  channelSummary: z.array(z.string()),
  queuedSystemEvents: z.array(z.string()),
  sessions: z.object({
    paths: z.array(z.string()),
    count: z.int().min(0),
    defaults: z.object({
      model: z.string().nullable(),
      contextTokens: z.int().nullable(),
    }),
    recent: z.array(z.unknown()),
    byAgent: z.array(
      z.object({
        agentId: z.string(),
        path: z.string(),
        count: z.int().min(0),
        recent: z.array(z.unknown()),
      }),
    ),
  }),
});
export type StatusSummary = z.infer<typeof StatusSummary>;

export const healthMethods = methods({
  /** `probe` asks for a fresh look instead of a summary younger than a minute. */
  health: {
    access: "operator.read",
    params: z.object({ probe: z.boolean().optional() }),
    result: HealthSummary,
  },
  /** Parameters are ignored, as older clients send some. */
  status: {
    access: "operator.read",
    params: z.unknown(),
    result: StatusSummary,
  },
});
