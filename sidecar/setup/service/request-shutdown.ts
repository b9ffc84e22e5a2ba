/** Asks a running gateway over its own wire to stop, where a signal cannot be graceful. */
import { hostPort } from "../../../shared/address.ts";
import { connectGateway } from "../../../shared/client/gateway-connection.ts";
import { localHostOf } from "../../../shared/node/gateway/live.ts";
import { gatewaySection } from "../../../shared/node/gateway/local-gateway.ts";
import { handshakeAuth, localSecrets } from "../../../shared/node/gateway/secrets.ts";
import { vouchFor } from "../../../shared/node/gateway/vouch.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../../shared/node/run-state.ts";
import { APP_VERSION } from "../../../shared/version.ts";

const CONNECT_TIMEOUT_MS = 3_000;

/** True when the gateway agreed; false when it did not answer or does not take our secret. Its end is not waited for. */
export async function requestShutdown(facts: RuntimeInfo, context: ProfileContext): Promise<boolean> {
  const { env, paths, platform } = context;
  const place = { host: localHostOf(facts), port: facts.port };
  try {
    const connection = await connectGateway({
      open: () => new WebSocket(`ws://${hostPort(place.host, place.port)}`),
      client: { id: "cli", mode: "cli", version: APP_VERSION, platform },
      scopes: ["operator.admin"],
      auth: handshakeAuth(localSecrets(env, (await gatewaySection(context)) ?? {})),
      vouch: vouchFor(place, paths, platform),
      timeoutMs: CONNECT_TIMEOUT_MS,
    });
    try {
      await connection.call("shutdown", {}, CONNECT_TIMEOUT_MS);
    } finally {
      connection.close();
    }
    return true;
  } catch {
    return false; // Whoever cannot be asked is stopped by the system.
  }
}
