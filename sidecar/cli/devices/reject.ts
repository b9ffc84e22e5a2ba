/** `clawdbot devices reject`: turns a device away. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { devicesReject } from "../definitions/devices.ts";
import type { Invocation } from "../invocation.ts";
import { askDevices, meant } from "./ask.ts";

export async function run(invocation: Invocation<typeof devicesReject>): Promise<number> {
  const { output } = invocation;
  const answer = await askDevices(invocation, async (gateway, { pending }, timeoutMs) => {
    const ids = pending.map(({ requestId }) => requestId);
    const requestId = meant("request", invocation.arguments[0] ?? "", ids);
    return await gateway.call("device.pair.reject", { requestId }, timeoutMs);
  });
  output.tick(advice`the device ${answer.deviceId.slice(0, 8)} is turned away; it may ask again`);
  output.document({ ok: true, ...answer });
  return EXIT.ok;
}
