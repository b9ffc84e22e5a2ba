/** The configuration as onboarding left it. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import type { ProfileContext } from "../invocation.ts";

/** Empty where it cannot be used: whoever wrote it was told. */
export function writtenConfig({ paths, env }: ProfileContext): GatewayConfig {
  const reading = readConfig(paths.configFile, env);
  return reading.state === "valid" ? reading.config : {};
}
