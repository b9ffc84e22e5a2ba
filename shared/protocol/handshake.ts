/** The connect handshake: challenge, parameters, roles, scopes and the welcome. */
import * as z from "zod";
import type { PresenceEntry } from "./methods/presence.ts";

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

export const OPERATOR_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
] as const;
export type OperatorScope = (typeof OPERATOR_SCOPES)[number];

export const ROLES = ["operator", "node"] as const;
export type Role = (typeof ROLES)[number];

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
export interface HelloOk {
  type: "hello-ok";
  protocol: number;
  server: { version: string; commit?: string; host?: string; connId: string };
  features: { methods: string[]; events: string[] };
  snapshot: {
    presence: PresenceEntry[];
    health: unknown;
    stateVersion: { presence: number; health: number };
    uptimeMs: number;
    configPath?: string;
    stateDir?: string;
    sessionDefaults?: {
      defaultAgentId: string;
      mainKey: string;
      mainSessionKey: string;
      scope?: string;
    };
  };
  canvasHostUrl?: string;
  auth?: {
    deviceToken: string;
    role: string;
    scopes: string[];
    issuedAtMs?: number;
  };
  policy: {
    maxPayload: number;
    maxBufferedBytes: number;
    tickIntervalMs: number;
  };
}
