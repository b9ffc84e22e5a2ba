/** Asks the gateway about models. An older one may know nothing of them. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { UnavailableError } from "../../../shared/errors.ts";
import type { MethodName, MethodParams, MethodResult } from "../../../shared/protocol/index.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { ValuesOf } from "../../base/options.ts";
import { connectTo } from "../connect.ts";
import type { connection } from "../definitions/common.ts";
import type { Call } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

type Asking = Pick<Call, "context" | "output"> & { values: ValuesOf<typeof connection> };

/** The answer of one method. */
export async function askGateway<M extends MethodName>(
  { values, context, output }: Asking,
  method: M,
  params: MethodParams<M>,
): Promise<MethodResult<M>> {
  const target = await resolveTarget(values, context);
  const gateway = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    refuseOther(gateway, method);
    return await output.during("Asking the gateway", gateway.call(method, params, values.timeout));
  } finally {
    gateway.close();
  }
}

function refuseOther({ hello }: GatewayConnection, method: string): void {
  if (hello.features.methods.includes(method)) return;
  throw new UnavailableError(
    "METHOD_UNKNOWN",
    advice`The gateway (version ${hello.server.version}) does not know ${method}; restart it with this version: ${ours`gateway restart`}`,
  );
}
