/** What the configuration says of the browser, and how it is started by that. */
import { join, resolve } from "node:path";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { quoted, RequestError, SetupError } from "../../../../shared/errors.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { advice, joined, ours } from "../../../../shared/remedy.ts";
import { PLAYWRIGHT } from "../../../base/extras/extra.ts";
import { findExtra } from "../../../base/extras/find-extra.ts";
import { findBrowser, isProgram } from "../../../host/browser-program.ts";
import { hasDesktop } from "../../../host/desktop.ts";
import type { Launch } from "./child/messages.ts";

/** Where browsers live. */
export interface LaunchPlace {
  config: () => GatewayConfig;
  env: Environment;
  stateDir: string;
  home: string;
}

const MINUTE_MS = 60_000;

export function browserSettings({ browser = {} }: GatewayConfig) {
  return {
    isEnabled: browser.enabled ?? DEFAULTS["browser.enabled"],
    timeoutMs: 1_000 * (browser.timeoutSeconds ?? DEFAULTS["browser.timeoutSeconds"]),
    idleMs: MINUTE_MS * (browser.idleMinutes ?? DEFAULTS["browser.idleMinutes"]),
    allowHosts: browser.allowPrivateHosts ?? DEFAULTS["browser.allowPrivateHosts"],
    /** Undefined where the owner is asked. */
    mayEvaluate: browser.evaluateEnabled,
  };
}

/** The names of all profiles, the one first that is used where none is named. */
export function profileNames({ browser = {} }: GatewayConfig): string[] {
  const first = browser.defaultProfile ?? DEFAULTS["browser.defaultProfile"];
  return [...new Set([first, DEFAULTS["browser.defaultProfile"], ...Object.keys(browser.profiles ?? {})])];
}

/** Fails with `BROWSER_UNAVAILABLE` where something is missing, and with `PARAMS_INVALID` for a profile that nobody knows. */
export function launchFor(place: LaunchPlace, named: string | undefined): Launch {
  const { env, stateDir, home } = place;
  const config = place.config();
  const { browser = {} } = config;
  const known = profileNames(config);
  const profile = named ?? known[0] ?? "";
  if (!known.includes(profile))
    throw new RequestError(
      "PARAMS_INVALID",
      advice`There is no browser profile ${quoted(profile)}; there is ${joined(known.map(quoted), ", ")}`,
    );
  const driver = findExtra(PLAYWRIGHT, stateDir);
  if (driver.state !== "ready") throw missingDriver(driver.state);
  const own = browser.profiles?.[profile] ?? {};
  const executablePath = programFor(own.executablePath ?? browser.executablePath, { env, home });
  const folder = join(stateDir, "browser", profile);
  return {
    profile,
    driver: driver.entry,
    executablePath,
    isHeadless: own.headless ?? browser.headless ?? !hasDesktop({ env, platform: process.platform }),
    hasSandbox: !(browser.noSandbox ?? DEFAULTS["browser.noSandbox"]),
    profileDir: join(folder, "user-data"),
    incomingDir: join(folder, "incoming"),
  };
}

function missingDriver(state: "missing" | "unusable"): SetupError {
  const why =
    state === "missing"
      ? advice`What drives a browser is not installed; the owner can do so: ${ours`browser install`}`
      : advice`What drives a browser is not whole, or of another release; the owner can install it again: ${ours`browser install`}`;
  return new SetupError("BROWSER_UNAVAILABLE", why);
}

function programFor(
  configured: string | undefined,
  { env, home }: Pick<LaunchPlace, "env" | "home">,
): string {
  if (configured !== undefined) {
    const file = resolve(
      home,
      configured.replace(/^~(?=$|[\\/])/, () => home),
    );
    if (isProgram(file)) return file;
    throw new SetupError(
      "BROWSER_UNAVAILABLE",
      advice`browser.executablePath names ${file}, which is no program`,
    );
  }
  const found = findBrowser({ env, platform: process.platform, home });
  if (found !== undefined) return found;
  throw new SetupError(
    "BROWSER_UNAVAILABLE",
    advice`No browser was found: install Chrome, Chromium, Edge or Brave, or name one with browser.executablePath`,
  );
}
