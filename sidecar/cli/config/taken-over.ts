/** What a running gateway made of a change of its configuration, as it says itself in its facts. */
import { setTimeout as delay } from "node:timers/promises";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { configInForce } from "../../../shared/node/gateway/config-in-force.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import type { ConfigFacts, RuntimeInfo } from "../../../shared/node/run-state.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import { howToRestart } from "../../setup/service/conflicts.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";

/** Words of `gateway` in the document of a command that changes the configuration. */
export type TakenOver =
  | "not running"
  | "took it over"
  | "keeps the old values"
  | "is overruled"
  | "needs a restart";

/** A gateway needs about half a second to notice a change, and a restart in place comes on top. */
const TAKE_OVER_MS = 3_000;

/**
 * Waits until a running gateway has taken the file over, and says so, or what keeps the values from being in force: those at
 * `path`, a dotted path, or any.
 */
export async function noteRunningGateway({ context, output }: Invocation, path?: string): Promise<TakenOver> {
  const { env, paths } = context;
  const facts = liveGateway(paths);
  if (facts === undefined) {
    if (path !== undefined) output.note("No gateway runs; it holds from the next start.");
    return "not running";
  }
  const who = advice`The running gateway (PID ${facts.pid})`;
  if (!isReloading(readConfig(paths.lastGoodConfigFile, env))) {
    output.note(
      advice`${who} does not look at it: gateway.reload.mode is off. ${afterRestart(facts, context)}`,
    );
    return "needs a restart";
  }
  if (!(await isTakenOver(paths, () => readConfig(paths.configFile, env)))) {
    output.note(advice`${who} keeps the old values; ${ours`logs`} says why.`);
    return "keeps the old values";
  }
  const said = liveGateway(paths)?.config;
  const overruled = overruledIn(said, path);
  if (overruled !== undefined) {
    const [key, by] = overruled;
    output.note(advice`${who} goes on with ${by}, which counts more than ${key}.`);
    return "is overruled";
  }
  const pending = (said?.pending ?? []).filter((each) => path === undefined || isWithin(each, path));
  if (pending.length > 0) {
    output.note(advice`${who} needs a restart for ${pending.join(", ")}. ${afterRestart(facts, context)}`);
    return "needs a restart";
  }
  output.note(advice`${who} took it over.`);
  return "took it over";
}

function afterRestart(facts: RuntimeInfo, context: ProfileContext): Remedy {
  const how = howToRestart(facts, context);
  return "command" in how ? advice`It holds after: ${how}` : advice`It holds after a restart: ${how}`;
}

/** By what it goes by; what it has not read yet is told by nothing else. */
function isReloading(inForce: ConfigReading): boolean {
  const mode = inForce.state === "valid" ? inForce.config.gateway?.reload?.mode : undefined;
  return (mode ?? DEFAULTS["gateway.reload.mode"]) !== "off";
}

async function isTakenOver(paths: Paths, read: () => ConfigReading): Promise<boolean> {
  const deadline = performance.now() + TAKE_OVER_MS;
  while (configInForce(paths, read()) !== "this") {
    if (performance.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

/** A key that was changed, and what counts more. Of a whole file nobody knows what was changed in it. */
function overruledIn(said: ConfigFacts | undefined, path: string | undefined): [string, string] | undefined {
  if (path === undefined) return undefined;
  return Object.entries(said?.overruled ?? {}).find(([key]) => isWithin(key, path));
}

/** Whether one is the other, or a part of it. */
function isWithin(key: string, path: string): boolean {
  return key === path || key.startsWith(`${path}.`) || path.startsWith(`${key}.`);
}
