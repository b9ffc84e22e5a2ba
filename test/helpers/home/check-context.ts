/** What doctor's checks look at: a temporary home, and a service manager that says what a test tells it to say. */

import { SetupError } from "../../../shared/errors.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import {
  launcherOf,
  type ProfileContext,
  resolveProfileContext,
} from "../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import { spell } from "../../../shared/remedy.ts";
import type {
  InstalledDefinition,
  ServiceManager,
  ServiceStatus,
} from "../../../sidecar/host/service/service-manager.ts";
import type { Check, CheckContext, Finding, Repair } from "../../../sidecar/setup/doctor/check.ts";
import type { TempHome } from "./temp-home.ts";

export interface CheckContextOptions {
  /** Added to the environment of the home. */
  env?: Record<string, string>;
  /** Written to the configuration file first; left as it is without. */
  config?: object | string;
  platform?: NodeJS.Platform;
  dev?: boolean;
  service?: (profile: ProfileContext) => ServiceManager;
  deep?: boolean;
  nowMs?: number;
}

/** A configuration without fault. */
export const SOUND = {
  gateway: { mode: "local", auth: { mode: "token", token: "a-token-for-tests" } },
} as const;

export function createCheckContext(home: TempHome, options: CheckContextOptions = {}): CheckContext {
  const { env = {}, config, platform = "linux", dev = false, service, deep = false, nowMs } = options;
  if (config !== undefined) home.writeConfig(config);
  const profile = resolveProfileContext({ profile: undefined, dev }, home.env(env), platform);
  return {
    profile,
    reading: readConfig(profile.paths.configFile, profile.env),
    service: service?.(profile),
    deep,
    nowMs: nowMs ?? Date.now(),
  };
}

/** A finding as it is read. */
export interface PrintedFinding extends Finding {
  message: string;
  remedy?: string;
  repair?: Repair & { describe: string };
}

/** What the check finds in the home, as it is printed. */
export async function findingsOf(
  check: Check,
  home: TempHome,
  options: CheckContextOptions = {},
): Promise<PrintedFinding[]> {
  const context = createCheckContext(home, options);
  const launcher = launcherOf(context.profile);
  const findings = await check.examine(context);
  return findings.map(({ message, remedy, repair, ...finding }) => ({
    ...finding,
    message: spell(message, launcher),
    ...(remedy === undefined ? {} : { remedy: spell(remedy, launcher) }),
    ...(repair === undefined ? {} : { repair: { ...repair, describe: spell(repair.describe, launcher) } }),
  }));
}

/** Carries out all repairs and returns their accounts. */
export async function repairAll(findings: readonly Finding[]): Promise<string[]> {
  const done: string[] = [];
  for (const { repair } of findings)
    if (repair !== undefined)
      done.push(spell(await repair.apply(), { name: "clawdbot", profile: undefined }));
  return done;
}

/** Codes in their order. */
export function codesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ code }) => code);
}

/** A service as its manager describes it; a healthy one unless told otherwise. */
export interface ServiceWords {
  status?: Partial<ServiceStatus>;
  definition?: Partial<InstalledDefinition>;
  /** The manager does not answer, for this reason. */
  unavailable?: string;
  others?: Awaited<ReturnType<ServiceManager["findOthers"]>>;
  audit?: Awaited<ReturnType<ServiceManager["audit"]>>;
}

/** Stands in for the system's service manager. It answers questions and refuses every change. */
export function serviceSaying(words: ServiceWords): (profile: ProfileContext) => ServiceManager {
  return (profile) => {
    const identity = serviceIdentity(profile);
    const refuse = async () => {
      throw new SetupError("SERVICE_FAILED", "this service manager changes nothing");
    };
    const status: ServiceStatus = {
      installed: true,
      loaded: true,
      enabled: true,
      runtime: "running",
      pid: 4_000_000,
      state: "active",
      ...words.status,
    };
    return {
      identity,
      assertInstallable: async () => {},
      status: async () => {
        if (words.unavailable === undefined) return status;
        throw new SetupError("SERVICE_UNAVAILABLE", words.unavailable, { fix: "start the manager" });
      },
      readDefinition: async () => ({
        command: ["/usr/bin/node", "/opt/clawdbot/dist/launch.cjs", "gateway", "run", "--supervised"],
        environment: { HOME: profile.paths.home },
        sourcePath: identity.file,
        overridePaths: [],
        ...words.definition,
      }),
      audit: async () => words.audit ?? [],
      findOthers: async () => words.others ?? [],
      install: refuse,
      start: refuse,
      stop: refuse,
      restart: refuse,
      restartDetached: refuse,
      uninstall: refuse,
    };
  };
}
