/** `clawdbot devices revoke`: takes a device's token back. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { devicesRevoke } from "../definitions/devices.ts";
import type { Invocation } from "../invocation.ts";
import { askDevices, meant } from "./ask.ts";

export async function run(invocation: Invocation<typeof devicesRevoke>): Promise<number> {
  const { output, values } = invocation;
  const answer = await askDevices(invocation, async (gateway, { paired }, timeoutMs) => {
    const ids = paired.map(({ deviceId }) => deviceId);
    const deviceId = meant("device", invocation.arguments[0] ?? "", ids);
    return await gateway.call("device.token.revoke", { deviceId, role: values.role }, timeoutMs);
  });
  output.tick(advice`the device ${answer.deviceId.slice(0, 8)} has no token any more as ${answer.role}`);
  output.document({ ok: true, ...answer });
  return EXIT.ok;
}
