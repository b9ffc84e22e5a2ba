/** The way of these commands to a gateway. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { connectTo } from "../connect.ts";
import type { cronStatus } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

type Asking = Pick<Invocation<typeof cronStatus>, "context" | "output"> & {
  values: Pick<Invocation<typeof cronStatus>["values"], "url" | "token" | "password" | "timeout">;
};

/** What `ask` gives, with a connection that is closed afterwards. */
export async function asking<T>(
  { values, context, output }: Asking,
  ask: (connection: GatewayConnection, timeoutMs: number) => Promise<T>,
): Promise<T> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    return await output.during("Waiting for the gateway", ask(connection, values.timeout));
  } finally {
    connection.close();
  }
}
