/** What the commands about devices have in common: asking the gateway, and finding what a shortened id means. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import type { MethodResult } from "../../../shared/protocol/index.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { OptionSpecs } from "../../base/options.ts";
import { connectTo } from "../connect.ts";
import type { connection } from "../definitions/common.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

export type DeviceList = MethodResult<"device.pair.list">;
type Asking<Options extends OptionSpecs> = Invocation<{ options: Options & typeof connection }>;

/** What is asked of a gateway that says what devices it knows. The connection is closed afterwards. */
export async function askDevices<Answer, Options extends OptionSpecs>(
  { values, context, output }: Asking<Options>,
  ask: (gateway: GatewayConnection, list: DeviceList, timeoutMs: number) => Promise<Answer>,
): Promise<Answer> {
  const { timeout } = values;
  const target = await resolveTarget(values, context);
  const gateway = await output.during("Asking the gateway", connectTo(target, timeout));
  try {
    return await ask(gateway, await gateway.call("device.pair.list", {}, timeout), timeout);
  } finally {
    gateway.close();
  }
}

/** The one of `ids` that is meant. Fails with `NOT_FOUND` for none of them, and with `USAGE` for several. */
export function meant(what: "request" | "device", start: string, ids: readonly string[]): string {
  const fitting = ids.includes(start) ? [start] : ids.filter((id) => id.startsWith(start.toLowerCase()));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  const see = advice`${ours`devices`} lists them`;
  if (only === undefined) {
    throw new RequestError(
      "NOT_FOUND",
      what === "request"
        ? advice`No device waits under the id ${quoted(start)}: ${see}`
        : advice`No device has the id ${quoted(start)}: ${see}`,
    );
  }
  throw new RequestError("USAGE", advice`${fitting.length} ids begin with ${quoted(start)}: give more of it`);
}

/** The beginning of an id that tells it from the others here. */
export function shortId(id: string, ids: readonly string[]): string {
  let length = SHORT_CHARS;
  while (length < id.length && ids.filter((each) => each.startsWith(id.slice(0, length))).length > 1)
    length += 1;
  return id.slice(0, length);
}

const SHORT_CHARS = 8;
