/** The options of a gateway in the foreground. What they say, services, doctor and onboarding start from as well. */
import { AUTH_MODES, BIND_MODES, TAILSCALE_MODES } from "../../../shared/config/modes.ts";
import { OVERRIDES, type OverriddenKey, type Override } from "../../../shared/config/overrides.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { defaultsOf, type OptionSpecs, type ValuesOf } from "../options.ts";
import { WS_LOG_STYLES } from "./settings.ts";

/** In the order in which bad values are reported. */
export const RUN_OPTIONS = {
  port: {
    type: "integer",
    value: "<port>",
    min: 1,
    max: 65_535,
    help: "TCP port, 1-65535 (default 18789)",
  },
  bind: {
    type: "choice",
    value: "<mode>",
    choices: BIND_MODES,
    help: "where to listen: loopback, lan, tailnet, auto or custom (default loopback)",
  },
  auth: {
    type: "choice",
    value: "<mode>",
    choices: AUTH_MODES,
    help: "token or password (default: what is configured)",
  },
  token: {
    type: "text",
    value: "<token>",
    singleLine: true,
    help: "token that clients must present",
  },
  password: {
    type: "text",
    value: "<password>",
    singleLine: true,
    help: "password that clients must present (visible to other users; see next)",
  },
  "password-file": {
    type: "text",
    value: "<path>",
    singleLine: true,
    excludes: "password",
    help: "read the password from a file",
  },
  tailscale: {
    type: "choice",
    value: "<mode>",
    choices: TAILSCALE_MODES,
    help: "off, or let Tailscale expose the gateway: serve or funnel",
  },
  "tailscale-reset-on-exit": { type: "flag", help: "take the exposure back when the gateway stops" },
  "allow-unconfigured": { type: "flag", help: "start without gateway.mode=local" },
  force: { type: "flag", help: "end the program that holds the port first" },
  reset: {
    type: "flag",
    onlyDev: true,
    help: "with --dev: move the dev profile's configuration, credentials, history and work directory to the trash first",
  },
  supervised: {
    type: "flag",
    help: "for the tray and service managers: a refusal exits 78 and leaves its reason in run/start-blocked.json",
  },
  verbose: { type: "flag", help: "print the debug log" },
  "ws-log": {
    type: "choice",
    value: "<style>",
    choices: WS_LOG_STYLES,
    default: "auto",
    help: "how WebSocket traffic is logged: auto, full or compact",
  },
  compact: { type: "flag", hidden: true, help: "short for --ws-log compact" },
} as const satisfies OptionSpecs;

export type RunOptions = ValuesOf<typeof RUN_OPTIONS>;

/** Those of a gateway that its configuration and environment tell everything. */
export const RUN_DEFAULTS: RunOptions = defaultsOf(RUN_OPTIONS);

/** Keys of the file whose value an option or the environment overrules, with what does so, such as `--port`. */
export type Overruled = Readonly<Partial<Record<OverriddenKey, string>>>;

/** What overrules which key in a run with these options: the strongest that was given. */
export function overruledBy(options: RunOptions, env: Environment): Overruled {
  const isGiven = (option: string) => {
    const value = options[option.slice(2) as keyof RunOptions];
    return value !== undefined && value !== false;
  };
  const found = Object.entries<Override>(OVERRIDES).map(([key, { options: names, variable }]) => {
    const isSet = variable !== undefined && (env[variable]?.trim() ?? "") !== "";
    return [key, names.find(isGiven) ?? (isSet ? variable : undefined)];
  });
  return Object.fromEntries(found.filter(([, by]) => by !== undefined));
}
