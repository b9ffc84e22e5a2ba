import { expect } from "@playwright/test";
import fc from "fast-check";
import { AUTH_MODES, BIND_MODES, TAILSCALE_MODES } from "../../../../../shared/config/schema.ts";
import { CodedError } from "../../../../../shared/errors.ts";
import type { ConfigReading } from "../../../../../shared/node/config-source.ts";
import type { Interfaces } from "../../../../../shared/node/machine.ts";
import { resolvePaths } from "../../../../../shared/node/paths.ts";
import { mergeSettings, withEnvironment } from "../../../../../sidecar/base/config/load.ts";
import { RUN_OPTIONS } from "../../../../../sidecar/base/config/run-options.ts";
import { WS_LOG_STYLES } from "../../../../../sidecar/base/config/settings.ts";
import { readValues } from "../../../../../sidecar/base/options.ts";
import { COMMANDS } from "../../../../../sidecar/cli/commands.ts";
import { parseLine } from "../../../../../sidecar/cli/options.ts";
import { isExposed, planBind } from "../../../../../sidecar/host/net/bind.ts";
import { missingReading, readingOf } from "../../../../helpers/home/readings.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { expectEqual } from "../../../../helpers/run/expect-equal.ts";

/** What is on the command line, in the environment and in the file. */
interface World {
  port: string | undefined;
  bind: string | undefined;
  auth: string | undefined;
  token: string | undefined;
  password: string | undefined;
  tailscale: string | undefined;
  wsLog: string | undefined;
  resetOnExit: boolean;
  compact: boolean;
  allowUnconfigured: boolean;
  dev: boolean;
  /** Options before the verb and `name=value` instead of two words. */
  before: boolean;
  inline: boolean;
  envPort: string | undefined;
  envToken: string | undefined;
  envPassword: string | undefined;
  /** No file when undefined. */
  file: FileGateway | undefined;
}

interface FileGateway {
  mode: "local" | "remote" | undefined;
  port: number | undefined;
  bind: (typeof BIND_MODES)[number] | undefined;
  customBindHost: string | undefined;
  authMode: (typeof AUTH_MODES)[number] | undefined;
  token: string | undefined;
  password: string | undefined;
  allowTailscale: boolean | undefined;
  tailscale: (typeof TAILSCALE_MODES)[number] | undefined;
  resetOnExit: boolean | undefined;
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const rarelyWrong = <T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: good, weight: 12 }, { arbitrary: bad, weight: 1 });
const portText = rarelyWrong(
  fc.integer({ min: 1, max: 65_535 }).map(String),
  fc.constantFrom("0", "65536", "99999", "12x", "1.5", "0x10", " 1", "٣"),
);
const secretText = fc.constantFrom("alpha", "grün", "a b", "=x=");

const worlds: fc.Arbitrary<World> = fc.record({
  port: maybe(portText),
  bind: maybe(rarelyWrong<string>(fc.constantFrom(...BIND_MODES), fc.constant("wan"))),
  auth: maybe(rarelyWrong<string>(fc.constantFrom(...AUTH_MODES), fc.constant("none"))),
  token: maybe(
    rarelyWrong(
      secretText.map((text) => `t-${text}`),
      fc.constantFrom("", " "),
    ),
  ),
  password: maybe(
    rarelyWrong(
      secretText.map((text) => `p-${text}`),
      fc.constantFrom("", " "),
    ),
  ),
  tailscale: maybe(rarelyWrong<string>(fc.constantFrom(...TAILSCALE_MODES), fc.constant("on"))),
  wsLog: maybe(rarelyWrong<string>(fc.constantFrom(...WS_LOG_STYLES), fc.constant("tiny"))),
  resetOnExit: fc.boolean(),
  compact: fc.boolean(),
  allowUnconfigured: fc.boolean(),
  dev: fc.boolean(),
  before: fc.boolean(),
  inline: fc.boolean(),
  envPort: maybe(fc.oneof(portText, fc.constant(""))),
  envToken: maybe(fc.constantFrom("env-token", "a-longer-token-of-the-env", "", "  ")),
  envPassword: maybe(fc.constantFrom("env-password", "a-longer-password-of-the-env", "")),
  file: maybe(
    fc.record<FileGateway>({
      mode: fc.constantFrom("local", "local", "local", "remote", undefined),
      port: maybe(fc.integer({ min: 1, max: 65_535 })),
      bind: maybe(fc.constantFrom(...BIND_MODES)),
      customBindHost: maybe(fc.constantFrom("127.0.0.2", "192.168.1.5", "eth0", "lo", "nowhere")),
      authMode: maybe(fc.constantFrom(...AUTH_MODES)),
      token: maybe(fc.constantFrom("file-token", "a-longer-token-of-the-file")),
      password: maybe(fc.constant("file-password")),
      allowTailscale: maybe(fc.boolean()),
      tailscale: maybe(fc.constantFrom(...TAILSCALE_MODES)),
      resetOnExit: maybe(fc.boolean()),
    }),
  ),
});

const INTERFACES: Interfaces = {
  lo: [{ address: "127.0.0.1", netmask: "", mac: "", internal: true, cidr: null, family: "IPv4" }],
  eth0: [{ address: "192.168.1.5", netmask: "", mac: "", internal: false, cidr: null, family: "IPv4" }],
};

test("any mix of options, environment and file gives the documented winner or the documented error", async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const expected = documented(world);
      const actual = await real(world);
      if ("refusal" in expected) refused += 1;
      expectEqual(actual, expected);
    }),
    { numRuns: 10_000 },
  );
  // Both outcomes have been seen often, or the worlds would prove little.
  expect(refused).toBeGreaterThan(1_000);
  expect(refused).toBeLessThan(9_500);
});

/** What the program makes of it: the settings that matter, or the first line of the refusal. */
async function real(world: World): Promise<object> {
  const paths = resolvePaths({ env: { HOME: "/home/x" }, platform: "linux" });
  const env = {
    CLAWDBOT_GATEWAY_PORT: world.envPort,
    CLAWDBOT_GATEWAY_TOKEN: world.envToken,
    CLAWDBOT_GATEWAY_PASSWORD: world.envPassword,
  };
  const place = { env, paths, dev: world.dev, isReachable };
  try {
    const { values, command } = await parseLine(commandLine(world), COMMANDS);
    expectEqual(command?.name, "gateway");
    const options = withEnvironment(readValues(RUN_OPTIONS, values, place), env);
    const { settings, portAsked } = mergeSettings(options, reading(world.file), place);
    const { port, bind, auth, tailscale, allowTailscale, wsLog } = settings;
    return { port, bind, auth, tailscale, allowTailscale, wsLog, portAsked };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const [first = ""] = error.message.split("\n");
    return {
      refusal: first.replace(
        /with a (?:token|password) of (\d+) characters \([^)]*\)/,
        "with a secret of $1 characters",
      ),
    };
  }
}

function isReachable(request: Parameters<typeof planBind>[0]): boolean {
  const plan = planBind(request, INTERFACES);
  return plan.awaitsTailnet || isExposed(plan);
}

function commandLine(world: World): string[] {
  const texts = { port: world.port, bind: world.bind, auth: world.auth, token: world.token };
  const more = { password: world.password, tailscale: world.tailscale, "ws-log": world.wsLog };
  const options = Object.entries({ ...texts, ...more }).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return world.inline ? [`--${name}=${value}`] : [`--${name}`, value];
  });
  if (world.resetOnExit) options.push("--tailscale-reset-on-exit");
  if (world.compact) options.push("--compact");
  if (world.allowUnconfigured) options.push("--allow-unconfigured");
  if (world.dev) options.push("--dev");
  return world.before ? [...options, "gateway"] : ["gateway", ...options];
}

function reading(file: FileGateway | undefined): ConfigReading {
  if (file === undefined) return missingReading("/c.json");
  const { authMode, token, password, allowTailscale, tailscale, resetOnExit, ...rest } = file;
  const found = readingOf({
    gateway: {
      ...rest,
      auth: { mode: authMode, token, password, allowTailscale },
      tailscale: { mode: tailscale, resetOnExit },
    },
  });
  if (found.state === "invalid") throw new Error(JSON.stringify(found.issues));
  return found;
}

/** The documentation, said again in its own order: value errors, file, mode, secrets, Tailscale. */
function documented(world: World): object {
  const file: Partial<FileGateway> = world.file ?? {};
  const wrong = wrongValue(world);
  if (wrong !== undefined) return { refusal: wrong };
  if (world.file === undefined && !world.allowUnconfigured) {
    return {
      refusal:
        "No configuration yet (/c.json). Run clawdbot onboard, or set gateway.mode=local, or pass --allow-unconfigured.",
    };
  }
  if (file.mode !== "local" && !world.allowUnconfigured) {
    return {
      refusal: `Gateway start blocked: set gateway.mode=local (current: ${file.mode ?? "unset"}) or pass --allow-unconfigured.`,
    };
  }
  const token = firstOf(world.token, blankless(world.envToken), file.token);
  const password = firstOf(world.password, world.envPassword || undefined, file.password);
  const mode = firstOf(world.auth, file.authMode) ?? (password === undefined ? "token" : "password");
  const secret = mode === "token" ? token : password;
  const bind = firstOf(world.bind, file.bind) ?? "loopback";
  const tailscale = firstOf(world.tailscale, file.tailscale) ?? "off";
  const allowTailscale = file.allowTailscale ?? (tailscale === "serve" && mode !== "password");

  if (bind === "custom" && file.customBindHost === undefined) {
    return { refusal: "--bind custom needs gateway.customBindHost." };
  }
  if (bind === "custom" && file.customBindHost === "nowhere") {
    return { refusal: "Cannot bind gateway to nowhere: address not available on this machine." };
  }
  const custom = file.customBindHost === "192.168.1.5" || file.customBindHost === "eth0";
  const exposed =
    bind === "lan" ||
    bind === "tailnet" ||
    (bind === "auto" && secret !== undefined) ||
    (bind === "custom" && custom);
  const auth = authOf();
  if ("refusal" in auth) return auth;
  if (tailscale === "funnel" && auth.mode !== "password") {
    return { refusal: "--tailscale funnel is public: it needs --auth password and a password." };
  }
  if (tailscale !== "off" && bind !== "loopback") {
    return { refusal: `--tailscale ${tailscale} works on loopback only (bind is ${bind}).` };
  }
  const shared = "token" in auth ? auth.token : "password" in auth ? auth.password : undefined;
  if (shared !== undefined && shared.trim().length < 16) {
    if (exposed) return { refusal: refusalOfShort(`to bind gateway to ${bind}`, shared) };
    if (tailscale !== "off" && mode === "password")
      return { refusal: refusalOfShort(`Tailscale ${tailscale}`, shared) };
  }
  const askedPort = firstOf(world.port, blankless(world.envPort)) ?? file.port?.toString();
  return {
    port: Number(askedPort ?? 18_789),
    bind,
    auth,
    tailscale: { mode: tailscale, resetOnExit: world.resetOnExit || file.resetOnExit === true },
    allowTailscale,
    wsLog: world.compact ? "compact" : (world.wsLog ?? "auto"),
    portAsked: askedPort !== undefined,
  };

  function authOf(): { mode: string; token?: string; password?: string } | { refusal: string } {
    if (secret !== undefined) return mode === "token" ? { mode, token: secret } : { mode, password: secret };
    const none = token === undefined && password === undefined;
    if (exposed && none) return { refusal: `Refusing to bind gateway to ${bind} without auth.` };
    if (mode === "token" && allowTailscale && !exposed) return { mode: "tailscale" };
    const chosen = world.auth !== undefined || file.authMode !== undefined;
    if (none && !chosen && (world.dev || world.allowUnconfigured)) return { mode: "none" };
    return {
      refusal:
        mode === "token"
          ? "Auth mode token needs a token: gateway.auth.token, CLAWDBOT_GATEWAY_TOKEN or --token."
          : "Auth mode password needs a password: gateway.auth.password, CLAWDBOT_GATEWAY_PASSWORD, --password or --password-file.",
    };
  }
}

/** Without the place, which the order of the layers decides. */
function refusalOfShort(way: string, secret: string): string {
  return `Refusing ${way} with a secret of ${secret.trim().length} characters: beyond this machine it needs at least 16.`;
}

/** The first wrong value in the order in which they are looked at. */
function wrongValue(world: World): string | undefined {
  const isPort = (text: string) => /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
  if (world.port !== undefined && !isPort(world.port)) return `--port: expected 1-65535, got "${world.port}"`;
  const enums: [name: string, value: string | undefined, allowed: readonly string[]][] = [
    ["--bind", world.bind, BIND_MODES],
    ["--auth", world.auth, AUTH_MODES],
    ["--tailscale", world.tailscale, TAILSCALE_MODES],
    ["--ws-log", world.wsLog, WS_LOG_STYLES],
  ];
  for (const [name, value, allowed] of enums) {
    if (value !== undefined && !allowed.includes(value))
      return `${name}: expected one of ${allowed.join(", ")}; got "${value}"`;
  }
  if (world.token?.trim() === "") return "Empty --token";
  if (world.password?.trim() === "") return "Empty --password";
  const envPort = blankless(world.envPort)?.trim();
  if (world.port === undefined && envPort !== undefined && !isPort(envPort))
    return `CLAWDBOT_GATEWAY_PORT: expected 1-65535, got "${envPort}"`;
  return undefined;
}

function firstOf<T>(...values: (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}

function blankless(text: string | undefined): string | undefined {
  return text?.trim() ? text : undefined;
}
