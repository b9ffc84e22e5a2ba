/**
 * Merges options, environment and file into the settings of one run, or refuses with the first reason in a fixed order. A value
 * that is not given never erases one from a lower layer. Everything here is decided before any heavy part is loaded.
 */

import { isAbsolute, join, resolve } from "node:path";
import { parsePort } from "../../../shared/address.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import { notServedIn } from "../../../shared/config/keys.ts";
import { OVERRIDES, type OverriddenKey, type Override } from "../../../shared/config/overrides.ts";
import {
  AUTH_MODES,
  type AuthMode,
  BIND_MODES,
  type BindMode,
  type GatewayConfig,
  TAILSCALE_MODES,
  type TailscaleMode,
} from "../../../shared/config/schema.ts";
import { MIN_SHARED_SECRET, missingCharacters, placeholderProblem } from "../../../shared/config/secrets.ts";
import { findingLines, MOST_FINDINGS, moreText } from "../../../shared/config/validate.ts";
import { quoted, RequestError, SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, configError } from "../../../shared/node/config-source.ts";
import type { Environment, Paths } from "../../../shared/node/paths.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { readSecretFile } from "./secret-file.ts";
import {
  type AuthSettings,
  type BindRequest,
  type GatewaySettings,
  sharedSecret,
  WS_LOG_STYLES,
  type WsLogStyle,
} from "./settings.ts";

/** The options of `gateway run` as they were typed; undefined or false when they were not. */
export interface RunFlags {
  port: string | undefined;
  bind: string | undefined;
  auth: string | undefined;
  token: string | undefined;
  password: string | undefined;
  passwordFile: string | undefined;
  tailscale: string | undefined;
  tailscaleResetOnExit: boolean;
  wsLog: string | undefined;
  compact: boolean;
  allowUnconfigured: boolean;
  reset: boolean;
  supervised: boolean;
  verbose: boolean;
}

/** The options of a gateway that its configuration and environment tell everything. */
export const NO_RUN_FLAGS: RunFlags = {
  port: undefined,
  bind: undefined,
  auth: undefined,
  token: undefined,
  password: undefined,
  passwordFile: undefined,
  tailscale: undefined,
  tailscaleResetOnExit: false,
  wsLog: undefined,
  compact: false,
  allowUnconfigured: false,
  reset: false,
  supervised: false,
  verbose: false,
};

/** Where a run takes place. */
export interface RunPlace {
  env: Environment;
  paths: Paths;
  dev: boolean;
  /** Whether other machines could connect, now or later; fails when the address does not exist here. */
  isReachable: (request: BindRequest) => boolean;
}

/** Options and environment after the check of their values. */
export interface CheckedFlags {
  port: number | undefined;
  bind: BindMode | undefined;
  auth: AuthMode | undefined;
  token: string | undefined;
  password: string | undefined;
  tailscale: TailscaleMode | undefined;
  tailscaleResetOnExit: boolean;
  wsLog: WsLogStyle;
  allowUnconfigured: boolean;
  supervised: boolean;
  verbose: boolean;
  /** Keys of the file whose value an option or the environment hides, with what hides it, such as `--port`. */
  overruled: Readonly<Partial<Record<OverriddenKey, string>>>;
}

/** Settings that passed every refusal. `portAsked` tells a chosen port from the default. */
export interface MergedSettings {
  settings: GatewaySettings;
  portAsked: boolean;
  warnings: string[];
}

/** Checks what was typed and what the environment says, before anything is read or written. */
export function checkRunFlags(flags: RunFlags, { env, dev }: Pick<RunPlace, "env" | "dev">): CheckedFlags {
  if (flags.reset && !dev) throw new SetupError("USAGE", "Use --reset with --dev.");
  if (flags.password !== undefined && flags.passwordFile !== undefined) {
    throw new RequestError("USAGE", "--password and --password-file exclude each other");
  }
  const port = flags.port === undefined ? undefined : portNumber("--port", flags.port);
  const bind = oneOf("--bind", flags.bind, BIND_MODES);
  const auth = oneOf("--auth", flags.auth, AUTH_MODES);
  const tailscale = oneOf("--tailscale", flags.tailscale, TAILSCALE_MODES);
  const wsLog = oneOf("--ws-log", flags.wsLog, WS_LOG_STYLES);
  return {
    port: port ?? portFromEnv(env),
    bind,
    auth,
    token:
      realSecret("--token", notEmpty("--token", flags.token)) ??
      realSecret("CLAWDBOT_GATEWAY_TOKEN", env.CLAWDBOT_GATEWAY_TOKEN?.trim() || undefined),
    password:
      realSecret("--password", notEmpty("--password", flags.password)) ??
      realSecret("--password-file", secretFromFile(notEmpty("--password-file", flags.passwordFile))) ??
      realSecret("CLAWDBOT_GATEWAY_PASSWORD", env.CLAWDBOT_GATEWAY_PASSWORD || undefined),
    tailscale,
    tailscaleResetOnExit: flags.tailscaleResetOnExit,
    wsLog: flags.compact ? "compact" : (wsLog ?? "auto"),
    allowUnconfigured: flags.allowUnconfigured,
    supervised: flags.supervised,
    verbose: flags.verbose,
    overruled: overruledBy(flags, env),
  };
}

/** Keys of the file whose value an option or the environment hides. */
export function overriddenKeys(flags: CheckedFlags): string[] {
  return Object.keys(flags.overruled);
}

/** What hides which key: the strongest that was given. */
function overruledBy(flags: RunFlags, env: Environment): CheckedFlags["overruled"] {
  const given: Readonly<Record<string, unknown>> = {
    "--port": flags.port,
    "--bind": flags.bind,
    "--auth": flags.auth,
    "--token": flags.token,
    "--password": flags.password,
    "--password-file": flags.passwordFile,
    "--tailscale": flags.tailscale,
    "--tailscale-reset-on-exit": flags.tailscaleResetOnExit || undefined,
  };
  const found = Object.entries<Override>(OVERRIDES).map(([key, { options, variable }]) => {
    const isSet = variable !== undefined && (env[variable]?.trim() ?? "") !== "";
    return [key, options.find((option) => given[option] !== undefined) ?? (isSet ? variable : undefined)];
  });
  return Object.fromEntries(found.filter(([, by]) => by !== undefined));
}

/** Merges the checked options with the file. Fails with the first refusal that applies. */
export function mergeSettings(
  flags: CheckedFlags,
  reading: ConfigReading,
  { paths, dev, isReachable }: RunPlace,
): MergedSettings {
  if (reading.state === "invalid") throw configError(reading);
  if (reading.state === "missing" && !flags.allowUnconfigured) throw configMissing(reading.path);
  const config: GatewayConfig = reading.state === "valid" ? reading.config : {};
  const gateway = config.gateway ?? {};
  if (gateway.mode !== "local" && !flags.allowUnconfigured) throw modeNotLocal(gateway.mode);

  const bind = flags.bind ?? gateway.bind ?? DEFAULTS["gateway.bind"];
  const tailscale = {
    mode: flags.tailscale ?? gateway.tailscale?.mode ?? DEFAULTS["gateway.tailscale.mode"],
    resetOnExit: flags.tailscaleResetOnExit || gateway.tailscale?.resetOnExit === true,
  };
  const secrets = chosenSecrets(flags, config);
  const allowTailscale =
    gateway.auth?.allowTailscale ?? (tailscale.mode === "serve" && secrets.mode !== "password");
  const exposed = isReachable({
    mode: bind,
    customHost: gateway.customBindHost,
    hasSecret: hasSecret(secrets),
  });
  const mayBeOpen = dev || flags.allowUnconfigured;
  const auth = authSettings(secrets, { bind, exposed, mayBeOpen, allowTailscale, config });
  refuseTailscale(tailscale.mode, auth, bind);
  refuseTls(gateway.tls?.enabled);
  const way = exposed ? `to bind gateway to ${bind}` : sharingWay(tailscale.mode, auth);
  if (way !== undefined) refuseShortSecret(auth, way, flags);

  const warnings = reading.state === "valid" ? findingLines(reading.warnings, reading.more) : [];
  warnings.push(...notServed(config));
  return {
    settings: {
      paths,
      config,
      port: flags.port ?? gateway.port ?? DEFAULTS["gateway.port"],
      bind,
      customBindHost: gateway.customBindHost,
      tailscale,
      allowTailscale,
      auth,
      dev,
      supervised: flags.supervised,
      verbose: flags.verbose,
      wsLog: flags.wsLog,
      logLevel: config.logging?.level ?? DEFAULTS["logging.level"],
      logFile: resolveLogFile(config, paths),
      variables: reading.state === "valid" ? reading.variables.own : {},
    },
    portAsked: (flags.port ?? gateway.port) !== undefined,
    warnings,
  };
}

function portNumber(source: string, text: string): number {
  const port = parsePort(text);
  if (port !== undefined) return port;
  throw new RequestError("USAGE", `${source}: expected 1-65535, got ${quoted(text)}`);
}

function portFromEnv(env: Environment): number | undefined {
  const text = env.CLAWDBOT_GATEWAY_PORT?.trim();
  return text ? portNumber("CLAWDBOT_GATEWAY_PORT", text) : undefined;
}

function oneOf<const T extends string>(
  source: string,
  text: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const match = allowed.find((value) => value === text);
  if (match !== undefined) return match;
  throw new RequestError("USAGE", `${source}: expected one of ${allowed.join(", ")}; got ${quoted(text)}`);
}

function notEmpty(source: string, text: string | undefined): string | undefined {
  if (text?.trim() === "") throw new RequestError("USAGE", `Empty ${source}`);
  if (text !== undefined && /\p{Cc}/u.test(text)) {
    throw new RequestError("USAGE", `${source}: must not contain control characters`);
  }
  return text;
}

/** What only stands for a secret would be one that everybody knows. */
function realSecret(source: string, text: string | undefined): string | undefined {
  const problem = text === undefined ? undefined : placeholderProblem(text);
  if (problem === undefined) return text;
  throw new SetupError("AUTH_NOT_CONFIGURED", `${source}: ${problem}.`);
}

function secretFromFile(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readSecretFile("--password-file", path);
}

function configMissing(path: string): SetupError {
  const ways = advice`Run ${ours`onboard`}, or set gateway.mode=local, or pass --allow-unconfigured.`;
  return new SetupError("CONFIG_MISSING", advice`No configuration yet (${path}). ${ways}`);
}

function modeNotLocal(mode: string | undefined): SetupError {
  const current = `(current: ${mode ?? "unset"})`;
  return new SetupError(
    "MODE_NOT_LOCAL",
    `Gateway start blocked: set gateway.mode=local ${current} or pass --allow-unconfigured.`,
  );
}

/** What was given: the mode is what was chosen, else `password` when there is one, else `token`. */
interface Secrets {
  mode: AuthMode;
  chosen: boolean;
  token: string | undefined;
  password: string | undefined;
}

function chosenSecrets(flags: CheckedFlags, config: GatewayConfig): Secrets {
  const configured = config.gateway?.auth ?? {};
  const token = flags.token ?? configured.token;
  const password = flags.password ?? configured.password;
  const chosen = flags.auth ?? configured.mode;
  const mode = chosen ?? (password === undefined ? "token" : "password");
  return { mode, chosen: chosen !== undefined, token, password };
}

function hasSecret({ mode, token, password }: Secrets): boolean {
  return (mode === "token" ? token : password) !== undefined;
}

/** What besides the secrets decides whether a start without one is allowed. */
interface Openness {
  bind: BindMode;
  /** Other machines could connect. */
  exposed: boolean;
  /** Dev mode or `--allow-unconfigured`. */
  mayBeOpen: boolean;
  allowTailscale: boolean;
  config: GatewayConfig;
}

function authSettings(secrets: Secrets, openness: Openness): AuthSettings {
  const { mode, token, password } = secrets;
  const { bind, exposed, mayBeOpen, allowTailscale, config } = openness;
  if (mode === "token" && token !== undefined) return { mode, token };
  if (mode === "password" && password !== undefined) return { mode, password };

  const hasNone = token === undefined && password === undefined;
  if (exposed && hasNone) throw bindWithoutAuth(bind, config);
  if (mode === "token" && allowTailscale && !exposed) return { mode: "tailscale" };
  if (!exposed && hasNone && !secrets.chosen && mayBeOpen) return { mode: "none" };
  throw secretMissing(mode, config);
}

function secretMissing(mode: AuthMode, config: GatewayConfig): SetupError {
  const places =
    mode === "token"
      ? "Auth mode token needs a token: gateway.auth.token, CLAWDBOT_GATEWAY_TOKEN or --token."
      : "Auth mode password needs a password: gateway.auth.password, CLAWDBOT_GATEWAY_PASSWORD, --password or --password-file.";
  return new SetupError("AUTH_NOT_CONFIGURED", [places, ...misplacedSecrets(config)].join("\n"));
}

function bindWithoutAuth(bind: BindMode, config: GatewayConfig): SetupError {
  const lines = [
    `Refusing to bind gateway to ${bind} without auth.`,
    "Set gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.",
  ];
  return new SetupError("BIND_WITHOUT_AUTH", [...lines, ...misplacedSecrets(config)].join("\n"));
}

/** Funnel is open to anybody, and a password is what people choose themselves. */
function sharingWay(mode: TailscaleMode, auth: AuthSettings): string | undefined {
  return mode !== "off" && auth.mode === "password" ? `Tailscale ${mode}` : undefined;
}

/** Other machines can try as long as they like. The message names the length, never the secret. */
function refuseShortSecret(auth: AuthSettings, way: string, { overruled }: CheckedFlags): void {
  const secret = sharedSecret(auth) ?? "";
  if ((auth.mode !== "token" && auth.mode !== "password") || missingCharacters(secret) === 0) return;
  const key = `gateway.auth.${auth.mode}` as const;
  const place = overruled[key] ?? key;
  const length = MIN_SHARED_SECRET - missingCharacters(secret);
  const rule = `beyond this machine it needs at least ${MIN_SHARED_SECRET}`;
  const command = ours`config set ${key} --generate`;
  throw new SetupError(
    "SECRET_TOO_SHORT",
    `Refusing ${way} with a ${auth.mode} of ${length} characters (${place}): ${rule}.`,
    {
      fix:
        place === key
          ? command
          : advice`give a longer one with ${place}, or leave that away and run ${command}`,
    },
  );
}

/** A secret directly under `gateway` makes the file invalid already; one for another gateway is valid, but not ours. */
function misplacedSecrets(config: GatewayConfig): string[] {
  return (["token", "password"] as const)
    .filter((kind) => config.gateway?.remote?.[kind] !== undefined)
    .map(
      (kind) =>
        `gateway.remote.${kind} is only used for calls to another gateway; ours is gateway.auth.${kind}.`,
    );
}

/** Plain text where encryption was asked for would be a silent breach. */
function refuseTls(enabled: boolean | undefined): void {
  if (enabled !== true) return;
  throw new SetupError("CONFIG_INVALID", "gateway.tls.enabled: this release does not speak TLS itself.", {
    fix: "set it to false and put Tailscale Serve or a TLS proxy in front",
  });
}

/** One line for all that stands there for other releases: whoever keeps it there knows, and each key is told by `config validate`. */
function notServed(config: GatewayConfig): string[] {
  const paths = notServedIn(config).map(({ path }) => path);
  if (paths.length === 0) return [];
  const more = paths.length > MOST_FINDINGS ? [moreText(paths.length - MOST_FINDINGS)] : [];
  const names = [...paths.slice(0, MOST_FINDINGS), ...more].join(", ");
  return [`kept, but this release does not serve it: ${names}`];
}

function refuseTailscale(mode: TailscaleMode, auth: AuthSettings, bind: BindMode): void {
  if (mode === "off") return;
  if (mode === "funnel" && auth.mode !== "password") {
    throw new SetupError(
      "AUTH_NOT_CONFIGURED",
      "--tailscale funnel is public: it needs --auth password and a password.",
    );
  }
  if (bind !== "loopback") {
    throw new SetupError(
      "ADDRESS_UNAVAILABLE",
      `--tailscale ${mode} works on loopback only (bind is ${bind}).`,
    );
  }
}

/** Where the log goes: `logging.file` (`~` is the home directory, a relative path starts at the state directory) or the usual place. */
export function resolveLogFile(config: GatewayConfig, paths: Paths): string {
  const configured = config.logging?.file;
  if (configured === undefined) return paths.logFile;
  if (configured.startsWith("~/") || configured.startsWith("~\\"))
    return join(paths.home, configured.slice(2));
  return isAbsolute(configured) ? configured : resolve(paths.stateDir, configured);
}
