/** Looks at the machine before anything is asked: configuration, port, service manager, addresses. Changes nothing. */

import { accessSync, constants, mkdtempSync, rmdirSync, statfsSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { isAbsolute, join } from "node:path";
import { isPort } from "../../../shared/address.ts";
import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import { errorSentence } from "../../../shared/errors.ts";
import { type ConfigReading, judgeConfig, readConfig } from "../../../shared/node/config-source.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { nearestThere } from "../../../shared/node/is-there.ts";
import { interfaces } from "../../../shared/node/machine.ts";
import { describeListener, listenersOn } from "../../../shared/node/port-owner.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { usableCopy } from "../../base/config/last-good.ts";
import { hasDesktop } from "../../host/desktop.ts";
import { planBind, WILDCARDS } from "../../host/net/bind.ts";
import { takenHosts } from "../../host/net/bind-test.ts";
import { tailscalePrograms } from "../../host/net/tailscale/program.ts";
import type { ServiceState, Situation } from "./answers.ts";

/** Ports of neighbouring instances, whose further ports must not overlap. */
const PORT_STEP = 120;
const PORT_ATTEMPTS = 10;

/** Everything the questions and the plan depend on. `service` is what is known of the service already. */
export async function readSituation(context: ProfileContext, service: ServiceState): Promise<Situation> {
  const { paths, env, platform } = context;
  const { reading, restores } = whatIsConfigured(context);
  return {
    paths,
    env,
    reading,
    restores,
    taken: await portTaken(reading, context),
    service,
    hasDesktop: hasDesktop(context),
    hasTailscale: tailscalePrograms({ env, platform }).length > 0,
    hostProblem,
    directoryProblem,
  };
}

/**
 * The configuration; where a full disk left none of it, or it is gone while a gateway runs with it, its last copy that worked: clients
 * have the secret in it.
 */
function whatIsConfigured(context: ProfileContext): Pick<Situation, "reading" | "restores"> {
  const { paths, env } = context;
  const reading = readConfig(paths.configFile, env);
  const isLost = reading.state === "missing" ? liveGateway(paths) !== undefined : reading.raw?.trim() === "";
  const restores = isLost ? usableCopy(context) : undefined;
  return restores === undefined
    ? { reading }
    : { reading: judgeConfig(paths.configFile, restores.raw, env), restores };
}

/** A first start asks nothing, so nobody looks further than at the file. */
export function bareSituation({ paths, env }: ProfileContext): Situation {
  return {
    paths,
    env,
    reading: readConfig(paths.configFile, env),
    taken: undefined,
    service: { state: "unavailable", reason: "" },
    hasDesktop: false,
    hasTailscale: false,
    hostProblem,
    directoryProblem,
  };
}

/** Somebody else's port; that of our own gateway is free for us. */
async function portTaken(
  reading: ConfigReading,
  { paths, env, platform }: ProfileContext,
): Promise<Situation["taken"]> {
  // What is asked for here would not count beside it.
  if (env.CLAWDBOT_GATEWAY_PORT?.trim()) return undefined;
  const port = (reading.state === "valid" ? reading.config.gateway?.port : undefined) ?? DEFAULT_PORT;
  if (liveGateway(paths)?.port === port || !(await isTaken(port))) return undefined;
  const [listener] = await listenersOn(port, platform);
  const holder = listener === undefined ? advice`another program` : describeListener(listener);
  return { port, holder, free: await nextFree(port) };
}

async function nextFree(taken: number): Promise<number> {
  for (let number = 1; number <= PORT_ATTEMPTS; number += 1) {
    const port = taken + number * PORT_STEP;
    if (isPort(port) && !(await isTaken(port))) return port;
  }
  return taken;
}

async function isTaken(port: number): Promise<boolean> {
  return (await takenHosts(["127.0.0.1"], port)).length > 0;
}

function hostProblem(host: string): Remedy | undefined {
  const plain = host.replace(/^\[|\]$/g, "");
  if (plain === "") return "must not be empty";
  try {
    const { primary } = planBind({ mode: "custom", customHost: plain, hasSecret: true });
    return isIP(plain) === 0 || isOwnAddress(primary) ? undefined : notHere(plain);
  } catch (error) {
    return errorSentence(error);
  }
}

function isOwnAddress(address: string): boolean {
  if (/^127\./.test(address) || WILDCARDS.some((wildcard) => wildcard === address)) return true;
  return Object.values(interfaces()).some((infos) => infos?.some((info) => info.address === address));
}

function notHere(host: string): Remedy {
  return advice`Cannot bind gateway to ${host}: address not available on this machine.`;
}

function directoryProblem(path: string): Remedy | undefined {
  if (/\p{Cc}/u.test(path)) return "must not hold control characters";
  if (!isAbsolute(path)) return "must be an absolute path, or begin with ~/";
  try {
    const there = nearestThere(path);
    if (!statSync(there).isDirectory()) return advice`${there} is a file`;
    accessSync(there, constants.W_OK | constants.X_OK);
    // One that holds nothing of its own, as /proc, permits what it does not do.
    if (statfsSync(there).blocks === 0) rmdirSync(mkdtempSync(join(there, ".try-")));
    return undefined;
  } catch {
    return advice`${path} cannot be created or written by this user`;
  }
}
