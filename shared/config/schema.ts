/**
 * The schema of `clawdbot.json`: keys, defaults, units. zod is the only schema. `gateway` is strict, because a typo there can
 * open a door; the other sections belong to parts that check them themselves and stay as they are.
 */
import * as z from "zod";
import { DEFAULT_MODEL } from "./defaults.ts";
import { AUTH_MODES, BIND_MODES, LOG_LEVELS, TAILSCALE_MODES } from "./modes.ts";
import { placeholderProblem } from "./secrets.ts";

export * from "./modes.ts";
export const MDNS_MODES = ["off", "minimal", "full"] as const;

/** What a person or a program wrote by mistake is no secret, least of all the mark that stands for one in every report. */
const secret = z
  .string()
  .max(10_000)
  .refine((text) => text.trim() !== "", "must not be empty")
  .refine((text) => !/\p{Cc}/u.test(text), "must not hold line breaks or other control characters")
  .superRefine((text, context) => {
    const problem = placeholderProblem(text);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });
const path = z.string().min(1).max(4_096);
const url = z.string().min(1).max(2_000);

/** TCP port, 1-65535. */
export const Port = z.int().min(1).max(65_535);

export const GatewaySection = z.strictObject({
  mode: z.enum(["local", "remote"]).optional(),
  port: Port.optional(),
  bind: z.enum(BIND_MODES).optional(),
  customBindHost: z.string().min(1).max(255).optional(),
  auth: z
    .strictObject({
      mode: z.enum(AUTH_MODES).optional(),
      token: secret.optional(),
      password: secret.optional(),
      allowTailscale: z.boolean().optional(),
    })
    .optional(),
  tailscale: z
    .strictObject({
      mode: z.enum(TAILSCALE_MODES).optional(),
      resetOnExit: z.boolean().optional(),
    })
    .optional(),
  /** Addresses (or CIDR ranges) of reverse proxies whose forwarding headers are believed. */
  trustedProxies: z
    .array(
      z
        .string()
        .min(1)
        .max(64)
        .refine((entry) => !/\/0+$/.test(entry), "would trust the whole internet"),
    )
    .max(1_000)
    .optional(),
  controlUi: z
    .strictObject({
      enabled: z.boolean().optional(),
      basePath: z.string().max(200).optional(),
      /** Further browser origins that may connect, such as `https://home.example`. */
      allowedOrigins: z.array(url).max(100).optional(),
      allowInsecureAuth: z.boolean().optional(),
      dangerouslyDisableDeviceAuth: z.boolean().optional(),
    })
    .optional(),
  tls: z
    .strictObject({
      enabled: z.boolean().optional(),
      autoGenerate: z.boolean().optional(),
      certPath: path.optional(),
      keyPath: path.optional(),
      caPath: path.optional(),
    })
    .optional(),
  remote: z
    .strictObject({
      url: url.optional(),
      transport: z.enum(["direct", "ssh"]).optional(),
      token: secret.optional(),
      password: secret.optional(),
      tlsFingerprint: z.string().max(200).optional(),
      sshTarget: z.string().max(500).optional(),
      sshIdentity: path.optional(),
    })
    .optional(),
  reload: z
    .strictObject({
      mode: z.enum(["hybrid", "hot", "restart", "off"]).optional(),
      debounceMs: z.int().min(0).max(60_000).optional(),
    })
    .optional(),
  http: z
    .strictObject({
      endpoints: z
        .strictObject({
          chatCompletions: z.looseObject({ enabled: z.boolean().optional() }).optional(),
          responses: z.looseObject({ enabled: z.boolean().optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  nodes: z.looseObject({}).optional(),
});

export const LoggingSection = z.looseObject({
  level: z.enum(LOG_LEVELS).optional(),
  /** Log file to use instead of `<state>/logs/gateway.log`. */
  file: path.optional(),
  consoleLevel: z.enum(LOG_LEVELS).optional(),
  consoleStyle: z.enum(["pretty", "compact", "json"]).optional(),
});

const AgentDefaults = z.looseObject({
  model: z
    .union([z.string().max(200), z.looseObject({ primary: z.string().max(200).optional() })])
    .optional(),
  heartbeat: z.looseObject({ every: z.string().max(40).optional() }).optional(),
  workspace: path.optional(),
});

/** The whole file. Top-level keys outside `KNOWN_SECTIONS` are kept and reported as warnings. */
export const GatewayConfig = z.looseObject({
  gateway: GatewaySection.optional(),
  logging: LoggingSection.optional(),
  /** `restart` lets SIGUSR1 and SIGUSR2 restart the gateway in place. */
  commands: z.looseObject({ restart: z.boolean().optional() }).optional(),
  agents: z.looseObject({ defaults: AgentDefaults.optional() }).optional(),
  /** `check` asks the npm registry once a day, from `doctor` and `status`, whether there is a newer version. */
  update: z.looseObject({ check: z.boolean().optional() }).optional(),
  session: z
    .looseObject({
      mainKey: z.string().min(1).max(200).optional(),
      scope: z.enum(["per-sender", "global"]).optional(),
    })
    .optional(),
  discovery: z
    .looseObject({
      /** `minimal` announces all but the path of the program, `full` that as well. */
      mdns: z.looseObject({ mode: z.enum(MDNS_MODES).optional() }).optional(),
      /** Looks for gateways in `clawdbot.internal.` too. */
      wideArea: z.looseObject({ enabled: z.boolean().optional() }).optional(),
    })
    .optional(),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

/** Top-level keys the program or the programs it replaces know; anything else is probably a typo. */
export const KNOWN_SECTIONS = [
  "$schema",
  "gateway",
  "logging",
  "agents",
  "agent",
  "session",
  "meta",
  "wizard",
  "env",
  "update",
  "auth",
  "models",
  "tools",
  "bindings",
  "messages",
  "skills",
  "plugins",
  "channels",
  "talk",
  "ui",
  "identity",
  "routing",
  "audio",
  "hooks",
  "cron",
  "browser",
  "canvasHost",
  "discovery",
  "web",
  "commands",
  "nodeHost",
  "diagnostics",
  "media",
  "broadcast",
  "approvals",
] as const;

/** The model line of the start-up output: the configured primary model or the default. */
export function agentModel(config: GatewayConfig): string {
  const model = config.agents?.defaults?.model;
  if (typeof model === "string") return model;
  return model?.primary ?? DEFAULT_MODEL;
}
