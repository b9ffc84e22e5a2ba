/** The way of these commands to a gateway. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { CodedError, RequestError } from "../../../shared/errors.ts";
import { readCronRefusal } from "../../../shared/protocol/cron-refusals.ts";
import { connectTo } from "../connect.ts";
import type { cronStatus } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

type Asking = Pick<Invocation<typeof cronStatus>, "context" | "output"> & {
  values: Pick<Invocation<typeof cronStatus>["values"], "url" | "token" | "password" | "timeout">;
};

/** Why a job cannot be so, in the language of whoever asked. */
function inOurWords(error: unknown): unknown {
  if (!(error instanceof CodedError) || error.code !== "REMOTE_ERROR") return error;
  const said = readCronRefusal(error.message);
  const { remoteCode, details } = error;
  return said === undefined
    ? error
    : new RequestError("REMOTE_ERROR", said, { cause: error, remoteCode, details });
}

/** What `ask` gives, with a connection that is closed afterwards. */
export async function asking<T>(
  { values, context, output }: Asking,
  ask: (connection: GatewayConnection, timeoutMs: number) => Promise<T>,
): Promise<T> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    return await output.during("Waiting for the gateway", ask(connection, values.timeout));
  } catch (error) {
    throw inOurWords(error);
  } finally {
    connection.close();
  }
}
