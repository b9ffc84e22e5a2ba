/** `clawdbot gateway call <method>`: one request and its answer. */

import { CodedError, quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { gatewayCall } from "../definitions/gateway.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

export async function run({
  values,
  arguments: [method = ""],
  context,
  output,
}: Invocation<typeof gatewayCall>): Promise<number> {
  const params = await parseParams(values.params);
  const timeoutMs = values.timeout;
  const connection = await connectTo(await resolveTarget(values, context), timeoutMs);
  try {
    const payload = await connection.request(method, params, timeoutMs);
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

/** JSON, or JSON5 for who types it by hand. */
async function parseParams(text: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { parseJson5 } = await import("../../../shared/node/config/parse-text.ts");
    const parsed = parseJson5(text);
    if ("issue" in parsed)
      throw new RequestError("USAGE", advice`--params: not JSON: ${whole(parsed.issue.message)}`);
    value = parsed.value;
  }
  if (isRecord(value)) return value;
  throw new RequestError("USAGE", advice`--params: expected a JSON object, got ${quoted(text)}`);
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
