/** Where the gateway of a profile is and how to enter, or why that cannot be said. */

import { DEFAULT_PORT, DEV_FALLBACK_PORT } from "../../shared/config/defaults.ts";
import { withStateEnv } from "../../shared/node/dotenv.ts";
import { gatewaySection, localGateway } from "../../shared/node/gateway/local-gateway.ts";
import { readConfigObject } from "../../shared/node/gateway/loose-config.ts";
import { type GatewaySecrets, type HandshakeAuth, handshakeAuth } from "../../shared/node/gateway/secrets.ts";
import type { Environment } from "../../shared/node/paths.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../shared/node/run-state.ts";
import type { BlockedReason } from "../model/tray-model.ts";

export interface GatewayTarget {
  readonly host: string;
  readonly port: number;
  /** Where a dev gateway goes when somebody else holds `port`; absent when the port was chosen. */
  readonly fallbackPort?: number;
  /** What the handshake takes. */
  readonly auth: HandshakeAuth;
  /** The gateway of this profile that lives, by its pid and start id; undefined when none is known. */
  readonly facts: RuntimeInfo | undefined;
  /** The configured secrets, for the clipboard and to be removed from texts. */
  readonly secrets: GatewaySecrets;
  /** Path of the dashboard on the port, such as `/` or `/ui/`; undefined when it is switched off. */
  readonly dashboardPath: string | undefined;
}

/** Reads what is known now. A file that cannot be parsed is a reason why nothing can be done, unless a gateway runs all the same. */
export async function readTarget(
  context: ProfileContext,
): Promise<GatewayTarget | { readonly blocked: BlockedReason }> {
  const { paths, dev } = context;
  const env = withStateEnv(context.env, paths.envFile);
  const gateway = await gatewaySection({ env, paths });
  const { facts, host, ports, secrets, dashboardPath } = localGateway({ env, paths }, gateway ?? {});
  if (facts === undefined && (await readConfigObject(paths.configFile, env)) === undefined) {
    return { blocked: await explainConfig(paths.configFile, env) };
  }
  const asked = ports.environment ?? ports.configured;
  return {
    host,
    port: ports.running ?? asked ?? DEFAULT_PORT,
    ...(dev && asked === undefined && facts === undefined ? { fallbackPort: DEV_FALLBACK_PORT } : {}),
    auth: handshakeAuth(secrets),
    facts,
    secrets,
    dashboardPath,
  };
}

/** Where the mistake is in a text that cannot be read, and what it includes or asks for that is not there. Needs no schema. */
async function explainConfig(file: string, env: Environment): Promise<BlockedReason> {
  const [{ issuesBeforeSchema }, { findingLines }, { english }] = await Promise.all([
    import("../../shared/node/config/issues-before-schema.ts"),
    import("../../shared/config/findings.ts"),
    import("../../shared/remedy.ts"),
  ]);
  return {
    kind: "config-invalid",
    path: file,
    issues: findingLines(issuesBeforeSchema(file, env)).map(english),
  };
}
