/** Which configuration a running gateway goes by: it says so in its facts, which can be read whatever its port does. */
import type { ConfigReading } from "../config-source.ts";
import type { Paths } from "../paths.ts";
import { smallText } from "../small-file.ts";
import { liveGateway } from "./live.ts";

/**
 * What a running gateway makes of a reading of its configuration: it goes by it, it read it and keeps an earlier one, it has not
 * read it yet, or nothing runs.
 */
export type InForce = "this" | "refused" | "unread" | "not running";

/** Compares the reading with what the gateway of these paths says of itself. */
export function configInForce(
  paths: Pick<Paths, "factsFile" | "lastGoodConfigFile">,
  reading: ConfigReading,
): InForce {
  const facts = liveGateway(paths);
  if (facts === undefined) return "not running";
  const { config } = facts;
  if (config?.inForce === reading.fingerprint) return "this";
  if (config !== undefined) return config.refused === reading.fingerprint ? "refused" : "unread";
  // A gateway of an earlier version keeps a copy of each configuration once it is in force, and says no more.
  const isKept = reading.state === "valid" && smallText(paths.lastGoodConfigFile) === reading.raw;
  return isKept ? "this" : "unread";
}
