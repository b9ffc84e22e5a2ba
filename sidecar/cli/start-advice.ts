/** What to type where no gateway of this profile answers: what starts one, or what keeps one from starting. */
import { existsSync } from "node:fs";
import { readConfig } from "../../shared/node/config-source.ts";
import { serviceIdentity } from "../../shared/node/service-identity.ts";
import { liveKeeper } from "../../shared/node/tray/keeper.ts";
import { advice, ours, type Sentence } from "../../shared/remedy.ts";
import type { ProfileContext } from "./invocation.ts";

/** A sentence of its own. Reads the configuration, and asks nothing of the system. */
export function startAdvice(context: ProfileContext): Sentence {
  const { state } = readConfig(context.paths.configFile, context.env);
  if (state === "missing") return advice`Nothing is set up yet: ${ours`onboard`}`;
  if (state === "invalid") return advice`Its configuration cannot be used: ${ours`config validate`}`;
  const isKept = liveKeeper(context.paths) !== undefined || existsSync(serviceIdentity(context).file);
  return advice`Start one with ${isKept ? ours`gateway start` : ours`gateway`}`;
}
