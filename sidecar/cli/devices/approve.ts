/** `clawdbot devices approve`: lets a device in. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import type { devicesApprove } from "../definitions/devices.ts";
import type { Invocation } from "../invocation.ts";
import { askDevices, meant } from "./ask.ts";

export async function run(invocation: Invocation<typeof devicesApprove>): Promise<number> {
  const { output } = invocation;
  const answer = await askDevices(invocation, async (gateway, { pending }, timeoutMs) => {
    const ids = pending.map(({ requestId }) => requestId);
    const requestId = meant("request", invocation.arguments[0] ?? "", ids);
    return await gateway.call("device.pair.approve", { requestId }, timeoutMs);
  });
  const { deviceId, displayName = deviceId.slice(0, 8) } = answer.device;
  output.tick(advice`${neutralLine(displayName)} is paired; it comes in when it connects the next time`);
  output.document({ ok: true, ...answer });
  return EXIT.ok;
}
