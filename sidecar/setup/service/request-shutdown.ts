/** Asks a running gateway over its own wire to stop, where a signal cannot be graceful. */
import { connectGateway } from "../../../shared/client/gateway-connection.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import type { GatewayFacts } from "../../../shared/node/run-state.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";
import { APP_VERSION } from "../../../shared/version.ts";

const CONNECT_TIMEOUT_MS = 3_000;

/** True when the gateway agreed; false when it did not answer or does not take our secret. Its end is not waited for. */
export async function requestShutdown(
  { hosts, port }: GatewayFacts,
  surroundings: Surroundings,
): Promise<boolean> {
  const host = hosts.includes("127.0.0.1") ? "127.0.0.1" : (hosts[0] ?? "127.0.0.1");
  const url = `ws://${host.includes(":") ? `[${host}]` : host}:${port}`;
  try {
    const connection = await connectGateway({
      open: () => new WebSocket(url),
      client: { id: "cli", mode: "cli", version: APP_VERSION, platform: surroundings.platform },
      scopes: ["operator.admin"],
      auth: secretOf(surroundings),
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

function secretOf({ paths, env }: Surroundings): { token: string; password?: string } {
  const reading = readConfig(paths.configFile);
  const auth = reading.state === "valid" ? reading.config.gateway?.auth : undefined;
  const password = env.CLAWDBOT_GATEWAY_PASSWORD || auth?.password;
  const token = env.CLAWDBOT_GATEWAY_TOKEN?.trim() || auth?.token || "none";
  return { token, ...(password === undefined ? {} : { password }) };
}
