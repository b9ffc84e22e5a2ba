/** `test` with a `place` of its own: a profile below the home of a real `systemd --user`, and the real command line for it. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type ProfileContext, resolveProfileContext } from "../../../shared/node/profile-context.ts";
import {
  type RuntimeInfo,
  readFacts,
  readStartBlocked,
  type StartRefusal,
} from "../../../shared/node/run-state.ts";
import { TEST_TOKEN } from "../gateway/wire-client.ts";
import { freePort } from "../network/ports.ts";
import { type CliProcess, type CliResult, startCli } from "../process/cli.ts";
import { runBuilt } from "../process/run-built.ts";
import { pauseAfterLook } from "../time/pause.ts";
import { test as base, type UserSystemd } from "./user-systemd.ts";

export { expect } from "@playwright/test";

export interface ServicePlace {
  systemd: UserSystemd;
  profile: string;
  /** As the command line resolves it. */
  context: ProfileContext;
  stateDir: string;
  /** The unit's name. */
  unit: string;
  unitFile: string;
  /** The port of the first configuration. */
  port: number;
  env: Record<string, string>;
  /** Runs `clawdbot --profile <profile> <args>` to its end, inside the test. */
  clawdbot(...args: string[]): Promise<CliResult>;
  /** Starts it as a process and returns at once. */
  start(args: string[], env?: Record<string, string>): CliProcess;
  /** Runs it with `--json` and returns the document. */
  json(...args: string[]): Promise<{ code: number | null; document: Record<string, unknown> }>;
  writeConfig(content: object | string): void;
  facts(): RuntimeInfo | undefined;
  blocked(): StartRefusal | undefined;
  /** One property of the unit. */
  property(name: string): string;
  /** Asks `/healthz` on the port and returns the answer's instance id; undefined when nobody answers. */
  instanceAt(port: number): Promise<string | undefined>;
}

let count = 0;

export const test = base.extend<{ place: ServicePlace }>({
  place: async ({ systemd }, use) => {
    count += 1;
    const place = await servicePlace(systemd, `t${process.pid}-${count}`);
    await use(place);
    const { code, stdout, stderr } = await place.clawdbot("gateway", "uninstall");
    rmSync(place.stateDir, { recursive: true, force: true });
    rmSync(`${place.unitFile}.d`, { recursive: true, force: true });
    if (code !== 0) throw new Error(`uninstall ended with ${code}: ${stdout}${stderr}`);
  },
});

/** A profile with a configuration that starts: local, with `TEST_TOKEN`, on a free port. */
export async function servicePlace(
  systemd: UserSystemd,
  profile: string,
  more: Record<string, string> = {},
): Promise<ServicePlace> {
  const env = systemd.env(more);
  const context = resolveProfileContext(
    { profile, dev: false },
    { ...env, CLAWDBOT_PROFILE: profile },
    "linux",
  );
  const { stateDir, configFile, factsFile, startBlockedFile } = context.paths;
  const port = await freePort();
  const unit = `clawdbot-gateway-${profile}.service`;
  const writeConfig = (content: object | string) => {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(configFile, text, { mode: 0o600 });
  };
  const start = (args: string[], extra: Record<string, string> = {}) =>
    startCli(["--profile", profile, ...args], {
      env: { ...env, CLAWDBOT_PROFILE: profile, ...extra },
      timeoutMs: 100_000,
    });
  const clawdbot = (...args: string[]) =>
    // When a restart was asked for, it takes from the start of its process.
    args.includes("restart")
      ? start(args).ended
      : runBuilt(["--profile", profile, ...args], { env: { ...env, CLAWDBOT_PROFILE: profile } });
  writeConfig(localConfig(port));
  return {
    systemd,
    profile,
    context,
    stateDir,
    unit,
    unitFile: join(systemd.home, ".config", "systemd", "user", unit),
    port,
    env,
    clawdbot,
    start,
    json: async (...args) => {
      const { code, stdout } = await clawdbot(...args, "--json");
      return { code, document: JSON.parse(stdout) as Record<string, unknown> };
    },
    writeConfig,
    facts: () => readFacts(factsFile),
    blocked: () => readStartBlocked(startBlockedFile),
    property: (name) => systemd.systemctl("show", unit, `--property=${name}`, "--value").trim(),
    instanceAt,
  };
}

/** A configuration that may start. */
export function localConfig(port: number, more: object = {}): object {
  return { gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN }, ...more } };
}

/** Polls until `look` finds something; fails after `limitMs`. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  limitMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const lookedAt = performance.now();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`nothing within ${limitMs} ms: ${look}`);
    await pauseAfterLook(lookedAt, 20);
  }
}

/** Every file, socket and link below a directory, relative to it. */
export function filesBelow(directory: string): string[] {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

async function instanceAt(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1_000) });
    const answer = (await response.json()) as { instanceId?: string };
    return answer.instanceId;
  } catch {
    return undefined; // Nobody there, or not yet.
  }
}
