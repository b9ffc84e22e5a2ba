/** `clawdbot devices rotate`: makes a device's token worthless. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { devicesRotate } from "../definitions/devices.ts";
import type { Invocation } from "../invocation.ts";
import { askDevices, meant } from "./ask.ts";

export async function run(invocation: Invocation<typeof devicesRotate>): Promise<number> {
  const { output, values } = invocation;
  const answer = await askDevices(invocation, async (gateway, { paired }, timeoutMs) => {
    const ids = paired.map(({ deviceId }) => deviceId);
    const deviceId = meant("device", invocation.arguments[0] ?? "", ids);
    return await gateway.call("device.token.rotate", { deviceId, role: values.role }, timeoutMs);
  });
  const { token: _secret, ...shown } = answer;
  output.tick(advice`the device ${answer.deviceId.slice(0, 8)} has another token as ${answer.role}`);
  output.document({ ok: true, ...shown });
  return EXIT.ok;
}
