/** `clawdbot gateway call <method>`: one request and its answer. */

import { CodedError, quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { gatewayCall } from "../definitions/gateway.ts";
import type { Invocation } from "../invocation.ts";
import { refuseTooLong } from "../message-size.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";
import { tellTyping } from "../typing.ts";
import { callParams } from "./call-params.ts";

export async function run({
  values,
  arguments: [method = ""],
  context,
  output,
}: Invocation<typeof gatewayCall>): Promise<number> {
  if (values.params === "-") tellTyping("--params -", output);
  const params = await callParams(values.params, process.stdin);
  const timeoutMs = values.timeout;
  const connection = await connectTo(await resolveTarget(values, context), timeoutMs);
  try {
    refuseTooLong(params, connection);
    const asked = connection.request(method, params, timeoutMs);
    const payload = await answerTo(asked, { method: { place: "<method>", value: method } });
    output.repeat(JSON.stringify(payload ?? null, null, 2));
    output.document(payload ?? null);
    return EXIT.ok;
  } catch (error) {
    const { methods } = connection.hello.features;
    const isUnknown = error instanceof CodedError && error.remoteCode === "METHOD_UNKNOWN";
    throw isUnknown ? await unknownMethod(method, methods, error) : error;
  } finally {
    connection.close();
  }
}

async function unknownMethod(
  method: string,
  known: readonly string[],
  cause: CodedError,
): Promise<RequestError> {
  const { nearestName } = await import("../../../shared/config/near-name.ts");
  const near = nearestName(method, known);
  const hint =
    near === undefined ? advice`; the gateway knows ${known.join(", ")}` : advice`; did you mean "${near}"?`;
  return new RequestError("METHOD_UNKNOWN", advice`Unknown method ${quoted(method)}${hint}`, { cause });
}
