/** What onboarding is told, by a person question by question or by options all at once, and what it finds on the machine. */

import type { AuthMode, BindMode, GatewayConfig, TailscaleMode } from "../../../shared/config/schema.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import type { Environment, Paths } from "../../../shared/node/paths.ts";
import type { Remedy } from "../../../shared/remedy.ts";
import type { ConfigCopy } from "../../base/config/last-good.ts";
import type { ResetScope } from "../reset-scopes.ts";

export const FLOWS = ["quickstart", "advanced"] as const;
export const MODES = ["local", "remote"] as const;
export const EXISTING_CHOICES = ["keep", "modify", "reset"] as const;
/** `start`: run it under the tray or in this terminal when everything is written. */
export const SERVICE_CHOICES = ["install", "restart", "reinstall", "start", "skip"] as const;
export const RUNTIMES = ["node", "bun"] as const;

export type ServiceChoice = (typeof SERVICE_CHOICES)[number];
export type Runtime = (typeof RUNTIMES)[number];

/** Every question's answer. A blank text stands for what its question says of a blank one. */
export interface Answers {
  acceptRisk?: boolean;
  flow?: (typeof FLOWS)[number];
  existing?: (typeof EXISTING_CHOICES)[number];
  resetScope?: ResetScope;
  mode?: (typeof MODES)[number];
  remoteUrl?: string;
  remoteToken?: string;
  workspace?: string;
  /** One of `PROVIDER_CHOICES`. */
  provider?: string;
  /** Keys of providers by variable. */
  keys?: Readonly<Record<string, string>>;
  port?: number;
  bind?: BindMode;
  customHost?: string;
  auth?: AuthMode;
  token?: string;
  password?: string;
  tailscale?: TailscaleMode;
  tailscaleResetOnExit?: boolean;
  service?: ServiceChoice;
}

/** What the machine can do about services. `reason` is one line, with the remedy where there is one. */
export type ServiceState =
  | { state: "unavailable"; reason: Remedy }
  | { state: "missing" | "installed"; label: string };

/** What is there before anything is asked. */
export interface Situation {
  paths: Paths;
  env: Environment;
  reading: ConfigReading;
  /** The copy that `reading` is of, because the configuration itself is empty or gone; written back before anything else. */
  restores?: ConfigCopy | undefined;
  /** The port somebody else holds although it is the one that would be used, and by whom. */
  taken: { port: number; holder: Remedy; free: number } | undefined;
  service: ServiceState;
  /** The tray has a desktop to show itself on. */
  hasDesktop: boolean;
  /** The `tailscale` program is installed. */
  hasTailscale: boolean;
  /** What is wrong with an address or interface to listen on; undefined when the machine has it. */
  hostProblem: (host: string) => Remedy | undefined;
  /** What is wrong with a path for a directory; undefined when it is one or can become one. */
  directoryProblem: (path: string) => Remedy | undefined;
}

/** The configuration that onboarding starts from: empty where there is none, or where it is to be thrown away. */
export function startingConfig({ existing }: Answers, { reading }: Situation): GatewayConfig {
  return reading.state === "valid" && existing !== "reset" ? reading.config : {};
}

/** How the configuration has clients prove themselves; undefined when it says nothing about it. */
export function configuredAuth({ gateway }: GatewayConfig): AuthMode | undefined {
  const { mode, token, password } = gateway?.auth ?? {};
  if (mode !== undefined) return mode;
  if (password !== undefined) return "password";
  return token === undefined ? undefined : "token";
}
