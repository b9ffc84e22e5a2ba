/** Asks the gateway that the options name, and leaves it. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { connectTo } from "../connect.ts";
import type { approvalsList } from "../definitions/approvals.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

export async function withGateway<T>(
  { values, context, output }: Pick<Invocation<typeof approvalsList>, "values" | "context" | "output">,
  ask: (connection: GatewayConnection, timeoutMs: number) => Promise<T>,
): Promise<T> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    return await ask(connection, values.timeout);
  } finally {
    connection.close();
  }
}
