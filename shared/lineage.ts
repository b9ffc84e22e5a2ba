/**
 * Programs that share this one's past: the original Clawdbot, whose command and state directory bear the same name, and what it became.
 * Their versions are dates and say nothing about which of two programs is the newer one. Nothing here touches the disk.
 */
import { APP_VERSION, isNewer } from "./version.ts";

/** Another product of the family; `version` where it left one. */
export interface OtherProduct {
  name: "the original Clawdbot" | "Moltbot" | "OpenClaw";
  version?: string;
}

/** What a service runs, whoever defined it. */
export interface ServiceWork {
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** `the original Clawdbot 2026.1.24-3`, for messages. */
export function productText({ name, version }: OtherProduct): string {
  return version === undefined ? name : `${name} ${version}`;
}

/** The product with this version; undefined when it is one of ours, or none at all. */
export function productOfVersion(version: string): OtherProduct | undefined {
  const parts = DATED_VERSION.exec(version);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  const date = year * 10_000 + month * 100 + day;
  const name =
    date < FIRST_MOLTBOT ? "the original Clawdbot" : date < FIRST_OPENCLAW ? "Moltbot" : "OpenClaw";
  return { name, version: version.slice(0, MAX_VERSION) };
}

/** Whether the version is one of this program, and later than the other one. */
export function isLaterRelease(version: string, than = APP_VERSION): boolean {
  return productOfVersion(version) === undefined && isNewer(version, than);
}

/** The product whose gateway a service runs, by the marks it leaves there, else by the package it starts; undefined for ours and others. */
export function productOfService({ command, environment }: ServiceWork): OtherProduct | undefined {
  for (const [prefix, name] of MARKS) {
    if (environment[`${prefix}_SERVICE_MARKER`] === undefined) continue;
    const isGateway = environment[`${prefix}_SERVICE_KIND`] === "gateway";
    return isGateway ? withVersion(name, environment[`${prefix}_SERVICE_VERSION`]) : undefined;
  }
  const version = environment.CLAWDBOT_SERVICE_VERSION;
  const named = version === undefined ? undefined : productOfVersion(version);
  if (named !== undefined) return named;
  // Whatever else bears our mark is ours.
  if (environment.CLAWDBOT_SERVICE_MARKER !== undefined && version !== undefined) return undefined;
  const runsGateway = command.some((word) => /^(gateway|gateway-daemon|daemon)$/.test(word));
  const folder = command.flatMap((word) => PACKAGE_FOLDER.exec(word)?.[1]?.toLowerCase() ?? [])[0];
  const name = folder === undefined || !runsGateway ? undefined : PACKAGES[folder];
  return name === undefined ? undefined : { name };
}

/** Whether this program wrote a service with these variables. */
export function isOwnService(work: ServiceWork): boolean {
  return work.environment.CLAWDBOT_SERVICE_MARKER === "clawdbot" && productOfService(work) === undefined;
}

/** The product that gives the process of its gateway this name; systems cut names off. */
export function productOfProcess(name: string): OtherProduct | undefined {
  const word = /^(openclaw|moltbot|clawdbot)(-gatewa(y)?)?$/.exec(name)?.[1] ?? "";
  const product = PACKAGES[word];
  return product && { name: product };
}

const DATED_VERSION = /^(20\d\d)\.(\d{1,2})\.(\d{1,2})(?![.\d])/;
/** Characters; more is no version. */
const MAX_VERSION = 40;
/** From these days on the versions bear the next name. */
const FIRST_MOLTBOT = 2026_01_27;
const FIRST_OPENCLAW = 2026_01_29;

const MARKS = [
  ["OPENCLAW", "OpenClaw"],
  ["MOLTBOT", "Moltbot"],
] as const;

/** The folder of an installed package in a path of any system. */
const PACKAGE_FOLDER = /[\\/]node_modules[\\/](clawdbot|moltbot|openclaw)[\\/]/i;
const PACKAGES: Readonly<Record<string, OtherProduct["name"]>> = {
  clawdbot: "the original Clawdbot",
  moltbot: "Moltbot",
  openclaw: "OpenClaw",
};

function withVersion(name: OtherProduct["name"], version: string | undefined): OtherProduct {
  return version === undefined || !DATED_VERSION.test(version)
    ? { name }
    : { name, version: version.slice(0, MAX_VERSION) };
}
