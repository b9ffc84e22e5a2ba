/** What a gateway goes by, for commands that do not ask it. */
import { type ConfigReading, readConfig } from "../config-source.ts";
import type { Environment, Paths } from "../paths.ts";
import { liveGateway } from "./live.ts";

/**
 * The configuration; where it cannot be used while a gateway runs, the last one that worked: that is what the gateway goes on with.
 * Its `path` says which of the two it is.
 */
export function readingInForce({
  env,
  paths,
}: {
  env: Environment;
  paths: Pick<Paths, "configFile" | "lastGoodConfigFile" | "factsFile">;
}): ConfigReading {
  const reading = readConfig(paths.configFile, env);
  if (reading.state === "valid" || liveGateway(paths) === undefined) return reading;
  const lastGood = readConfig(paths.lastGoodConfigFile, env);
  return lastGood.state === "valid" ? lastGood : reading;
}
