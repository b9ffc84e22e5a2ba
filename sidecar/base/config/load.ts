/**
 * Merges options, environment and file into the settings of one run, or refuses with the first reason in a fixed order. A value
 * that is not given never erases one from a lower layer. Everything here is decided before any heavy part is loaded.
 */

import { isAbsolute, join, resolve } from "node:path";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import { findingLines, MOST_FINDINGS, moreText } from "../../../shared/config/findings.ts";
import { notServedIn } from "../../../shared/config/keys.ts";
import type { AuthMode, BindMode, GatewayConfig, TailscaleMode } from "../../../shared/config/schema.ts";
import { MIN_SHARED_SECRET, missingCharacters, placeholderProblem } from "../../../shared/config/secrets.ts";
import { SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, configError } from "../../../shared/node/config-source.ts";
import type { Environment, Paths } from "../../../shared/node/paths.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { wholeNumber } from "../options.ts";
import { type Overruled, overruledBy, RUN_OPTIONS, type RunOptions } from "./run-options.ts";
import { readSecretFile } from "./secret-file.ts";
import { type AuthSettings, type BindRequest, type GatewaySettings, sharedSecret } from "./settings.ts";

/** Where a run takes place. */
export interface RunProfile {
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
  warnings: Remedy[];
}

/** What a run was told besides its file. */
export interface GivenOptions extends RunOptions {
  overruled: Overruled;
}

/** The options together with what the environment says where they say nothing. Fails with `USAGE` or `AUTH_NOT_CONFIGURED`. */
export function withEnvironment(options: RunOptions, env: Environment): GivenOptions {
  return {
    ...options,
    overruled: overruledBy(options, env),
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
  options: GivenOptions,
  reading: ConfigReading,
  { paths, dev, isReachable }: RunProfile,
): MergedSettings {
  if (reading.state === "invalid") throw configError(reading);
  if (reading.state === "missing" && !options["allow-unconfigured"]) throw configMissing(reading.path);
  const config: GatewayConfig = reading.state === "valid" ? reading.config : {};
  const gateway = config.gateway ?? {};
  if (gateway.mode !== "local" && !options["allow-unconfigured"]) throw modeNotLocal(gateway.mode);

  const bind = options.bind ?? gateway.bind ?? DEFAULTS["gateway.bind"];
  const tailscale = {
    mode: options.tailscale ?? gateway.tailscale?.mode ?? DEFAULTS["gateway.tailscale.mode"],
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
  const way = exposed ? advice`to bind gateway to ${bind}` : sharingWay(tailscale.mode, auth);
  if (way !== undefined) refuseShortSecret(auth, way, options);

  const warnings: Remedy[] = reading.state === "valid" ? findingLines(reading.warnings, reading.more) : [];
  if (reading.state === "valid") warnings.push(...notServed(reading.resolved));
  return {
    settings: {
      paths,
      config,
      port: options.port ?? gateway.port ?? DEFAULTS["gateway.port"],
      bind,
      customBindHost: gateway.customBindHost,
      tailscale,
      allowTailscale,
      auth,
      dev,
      supervised: options.supervised,
      verbose: options.verbose,
      wsLog: options.compact ? "compact" : options["ws-log"],
      logLevel: config.logging?.level ?? DEFAULTS["logging.level"],
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
  throw new SetupError("AUTH_NOT_CONFIGURED", advice`${source}: ${whole(problem)}.`);
}

function secretFromFile(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readSecretFile("--password-file", path);
}

function configMissing(path: string): SetupError {
  const ways = advice`Run ${ours`onboard`}, or set gateway.mode=local, or pass --allow-unconfigured.`;
  return new SetupError("CONFIG_MISSING", advice`No configuration yet (${path}). ${ways}`);
}

function modeNotLocal(mode: string | undefined): SetupError {
  const current = advice`(current: ${mode ?? advice`unset`})`;
  return new SetupError(
    "MODE_NOT_LOCAL",
    advice`Gateway start blocked: set gateway.mode=local ${current} or pass --allow-unconfigured.`,
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
      ? advice`Auth mode token needs a token: gateway.auth.token, CLAWDBOT_GATEWAY_TOKEN or --token.`
      : advice`Auth mode password needs a password: gateway.auth.password, CLAWDBOT_GATEWAY_PASSWORD, --password or --password-file.`;
  const key = mode === "token" ? "gateway.auth.token" : "gateway.auth.password";
  return new SetupError("AUTH_NOT_CONFIGURED", joined([places, ...misplacedSecrets(config)], "\n"), {
    fix: ours`config set ${key} --generate`,
  });
}

function bindWithoutAuth(bind: BindMode, config: GatewayConfig): SetupError {
  const lines = [
    advice`Refusing to bind gateway to ${bind} without auth.`,
    advice`Set gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.`,
  ];
  return new SetupError("BIND_WITHOUT_AUTH", joined([...lines, ...misplacedSecrets(config)], "\n"));
}

/** Funnel is open to anybody, and a password is what people choose themselves. */
function sharingWay(mode: TailscaleMode, auth: AuthSettings): Remedy | undefined {
  return mode !== "off" && auth.mode === "password" ? advice`Tailscale ${mode}` : undefined;
}

/** Other machines can try as long as they like. The message names the length, never the secret. */
function refuseShortSecret(auth: AuthSettings, way: Remedy, { overruled }: GivenOptions): void {
  const secret = sharedSecret(auth) ?? "";
  if ((auth.mode !== "token" && auth.mode !== "password") || missingCharacters(secret) === 0) return;
  const key = `gateway.auth.${auth.mode}` as const;
  const place = overruled[key] ?? key;
  const length = MIN_SHARED_SECRET - missingCharacters(secret);
  const rule = advice`beyond this machine it needs at least ${MIN_SHARED_SECRET}`;
  const command = ours`config set ${key} --generate`;
  throw new SetupError(
    "SECRET_TOO_SHORT",
    advice`Refusing ${way} with a ${auth.mode} of ${length} characters (${place}): ${rule}.`,
    {
      fix:
        place === key
          ? command
          : advice`give a longer one with ${place}, or leave that away and run ${command}`,
    },
  );
}

/** A secret directly under `gateway` makes the file invalid already; one for another gateway is valid, but not ours. */
function misplacedSecrets(config: GatewayConfig): Remedy[] {
  return (["token", "password"] as const)
    .filter((kind) => config.gateway?.remote?.[kind] !== undefined)
    .map(
      (kind) =>
        advice`gateway.remote.${kind} is only used for calls to another gateway; ours is gateway.auth.${kind}.`,
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
function notServed(written: unknown): Remedy[] {
  const paths = notServedIn(written).map(({ path }) => path);
  if (paths.length === 0) return [];
  const more = paths.length > MOST_FINDINGS ? [moreText(paths.length - MOST_FINDINGS)] : [];
  const names = joined([...paths.slice(0, MOST_FINDINGS), ...more], ", ");
  return [advice`kept, but this release does not serve it: ${names}`];
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
      advice`--tailscale ${mode} works on loopback only (bind is ${bind}).`,
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
