/**
 * Merges options, environment and file into the settings of one run, or refuses with the first reason in a fixed order. A value
 * that is not given never erases one from a lower layer. Everything here is decided before any heavy part is loaded.
 */

import { isAbsolute, join, resolve } from "node:path";
import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import type { AuthMode, BindMode, GatewayConfig, TailscaleMode } from "../../../shared/config/schema.ts";
import { placeholderProblem } from "../../../shared/config/secrets.ts";
import { findingLines } from "../../../shared/config/validate.ts";
import { SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, configError } from "../../../shared/node/config-source.ts";
import type { Environment, Paths } from "../../../shared/node/paths.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { wholeNumber } from "../options.ts";
import { RUN_OPTIONS, type RunOptions } from "./run-options.ts";
import { readSecretFile } from "./secret-file.ts";
import type { AuthSettings, BindRequest, GatewaySettings } from "./settings.ts";

/** Where a run takes place. */
export interface RunPlace {
  env: Environment;
  paths: Paths;
  dev: boolean;
  /** Whether other machines could connect, now or later; fails when the address does not exist here. */
  isReachable: (request: BindRequest) => boolean;
}

/** Settings that passed every refusal. `portAsked` tells a chosen port from the default. */
export interface MergedSettings {
  settings: GatewaySettings;
  portAsked: boolean;
  warnings: string[];
}

/** The options together with what the environment says where they say nothing. Fails with `USAGE` or `AUTH_NOT_CONFIGURED`. */
export function withEnvironment(options: RunOptions, env: Environment): RunOptions {
  return {
    ...options,
    port: options.port ?? portFromEnv(env),
    token:
      realSecret("--token", options.token) ??
      realSecret("CLAWDBOT_GATEWAY_TOKEN", env.CLAWDBOT_GATEWAY_TOKEN?.trim() || undefined),
    password:
      realSecret("--password", options.password) ??
      realSecret("--password-file", secretFromFile(options["password-file"])) ??
      realSecret("CLAWDBOT_GATEWAY_PASSWORD", env.CLAWDBOT_GATEWAY_PASSWORD || undefined),
  };
}

/** Merges options, which know the environment already, with the file. Fails with the first refusal that applies. */
export function mergeSettings(
  options: RunOptions,
  reading: ConfigReading,
  { paths, dev, isReachable }: RunPlace,
): MergedSettings {
  if (reading.state === "invalid") throw configError(reading);
  if (reading.state === "missing" && !options["allow-unconfigured"]) throw configMissing(reading.path);
  const config: GatewayConfig = reading.state === "valid" ? reading.config : {};
  const gateway = config.gateway ?? {};
  if (gateway.mode !== "local" && !options["allow-unconfigured"]) throw modeNotLocal(gateway.mode);

  const bind = options.bind ?? gateway.bind ?? "loopback";
  const tailscale = {
    mode: options.tailscale ?? gateway.tailscale?.mode ?? "off",
    resetOnExit: options["tailscale-reset-on-exit"] || gateway.tailscale?.resetOnExit === true,
  };
  const secrets = chosenSecrets(options, config);
  const allowTailscale =
    gateway.auth?.allowTailscale ?? (tailscale.mode === "serve" && secrets.mode !== "password");
  const exposed = isReachable({
    mode: bind,
    customHost: gateway.customBindHost,
    hasSecret: hasSecret(secrets),
  });
  const mayBeOpen = dev || options["allow-unconfigured"];
  const auth = authSettings(secrets, { bind, exposed, mayBeOpen, allowTailscale, config });
  refuseTailscale(tailscale.mode, auth, bind);
  refuseTls(gateway.tls?.enabled);

  const warnings = reading.state === "valid" ? findingLines(reading.warnings, reading.more) : [];
  warnings.push(...notServed(config));
  return {
    settings: {
      paths,
      config,
      port: options.port ?? gateway.port ?? DEFAULT_PORT,
      bind,
      customBindHost: gateway.customBindHost,
      tailscale,
      allowTailscale,
      auth,
      dev,
      supervised: options.supervised,
      verbose: options.verbose,
      wsLog: options.compact ? "compact" : options["ws-log"],
      logLevel: config.logging?.level ?? "info",
      logFile: resolveLogFile(config, paths),
      variables: reading.state === "valid" ? reading.variables.own : {},
    },
    portAsked: (options.port ?? gateway.port) !== undefined,
    warnings,
  };
}

function portFromEnv(env: Environment): number | undefined {
  const text = env.CLAWDBOT_GATEWAY_PORT?.trim();
  return text ? wholeNumber("CLAWDBOT_GATEWAY_PORT", text, RUN_OPTIONS.port) : undefined;
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

function chosenSecrets(options: RunOptions, config: GatewayConfig): Secrets {
  const configured = config.gateway?.auth ?? {};
  const token = options.token ?? configured.token;
  const password = options.password ?? configured.password;
  const chosen = options.auth ?? configured.mode;
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

/** Parts of a configuration that another release would run and this one does not. */
function notServed(config: GatewayConfig): string[] {
  const sections = NOT_SERVED.filter((name) => Object.keys(config[name] ?? {}).length > 0);
  const { chatCompletions, responses } = config.gateway?.http?.endpoints ?? {};
  const endpoints = chatCompletions?.enabled || responses?.enabled ? ["gateway.http.endpoints"] : [];
  return [...sections, ...endpoints].map((name) => `${name}: kept, but nothing in this release runs it`);
}

const NOT_SERVED = ["channels", "hooks", "cron", "browser", "canvasHost", "plugins", "talk"] as const;

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
