/** The connect handshake: challenge, parameters and the welcome. */
import * as z from "zod";
import { PresenceEntry } from "./methods/presence.ts";

/** Ids a client may call itself by. */
export const CLIENT_IDS = [
  "webchat-ui",
  "clawdbot-control-ui",
  "webchat",
  "cli",
  "gateway-client",
  "clawdbot-macos",
  "clawdbot-ios",
  "clawdbot-android",
  "node-host",
  "test",
  "fingerprint",
  "clawdbot-probe",
] as const;

export const CLIENT_MODES = ["webchat", "cli", "ui", "backend", "node", "probe", "test"] as const;

/** What of `caps` means something to the gateway: such a client is told of tools, or of thoughts, whatever a session says of it. */
export const CLIENT_CAPABILITIES = ["tool-events", "reasoning-events"] as const;
export type ClientCapability = (typeof CLIENT_CAPABILITIES)[number];

const text = z.string().min(1).max(2_000);
const texts = z.array(text).max(1_000);

/** The later spelling of the `clawdbot-` ids; a client signs the id it sent, so it is kept as it came. */
const LATER_IDS = CLIENT_IDS.filter((id) => id.startsWith("clawdbot-")).map((id) =>
  id.replace("clawdbot-", "moltbot-"),
);

const ClientId = z.enum([...CLIENT_IDS, ...LATER_IDS]);

/** Whether the id belongs to the dashboard, in either spelling. */
export function isControlUi(clientId: string): boolean {
  return clientId === "clawdbot-control-ui" || clientId === "moltbot-control-ui";
}

/** What a client sends with `connect`. Strict at every level: a typo is an error. */
export const ConnectParams = z.strictObject({
  minProtocol: z.int().min(1),
  maxProtocol: z.int().min(1),
  client: z.strictObject({
    id: ClientId,
    displayName: text.optional(),
    version: text,
    platform: text,
    deviceFamily: text.optional(),
    modelIdentifier: text.optional(),
    mode: z.enum(CLIENT_MODES),
    instanceId: text.optional(),
  }),
  caps: texts.optional(),
  commands: texts.optional(),
  permissions: z.record(text, z.boolean()).optional(),
  pathEnv: z.string().max(100_000).optional(),
  role: text.optional(),
  scopes: texts.optional(),
  device: z
    .strictObject({
      id: text,
      publicKey: text,
      signature: text,
      signedAt: z.int().min(0),
      nonce: text.optional(),
    })
    .optional(),
  auth: z
    .strictObject({
      token: z.string().max(10_000).optional(),
      password: z.string().max(10_000).optional(),
      /** Out of the link that opened the dashboard, see `dashboard.code`; serves once in the place of both. */
      code: z.string().max(200).optional(),
    })
    .optional(),
  locale: z.string().max(200).optional(),
  userAgent: z.string().max(2_000).optional(),
});
export type ConnectParams = z.infer<typeof ConnectParams>;

/** The payload of a successful `connect`. */
export const HelloOk = z.object({
  type: z.literal("hello-ok"),
  protocol: z.int(),
  server: z.object({
    version: z.string(),
    commit: z.string().optional(),
    host: z.string().optional(),
    connId: z.string(),
  }),
  features: z.object({ methods: z.array(z.string()), events: z.array(z.string()) }),
  snapshot: z.object({
    presence: z.array(PresenceEntry),
    /** A `HealthSummary`, or an empty object before the first. */
    health: z.unknown(),
    stateVersion: z.object({ presence: z.int(), health: z.int() }),
    uptimeMs: z.int().min(0),
    configPath: z.string().optional(),
    stateDir: z.string().optional(),
    sessionDefaults: z
      .object({
        defaultAgentId: z.string(),
        mainKey: z.string(),
        mainSessionKey: z.string(),
        scope: z.string().optional(),
      })
      .optional(),
  }),
  canvasHostUrl: z.string().optional(),
  /** For clients that presented a device. */
  auth: z
    .object({
      deviceToken: z.string(),
      role: z.string(),
      scopes: z.array(z.string()),
      issuedAtMs: z.number().optional(),
    })
    .optional(),
  policy: z.object({ maxPayload: z.int(), maxBufferedBytes: z.int(), tickIntervalMs: z.int() }),
});
export type HelloOk = z.infer<typeof HelloOk>;
