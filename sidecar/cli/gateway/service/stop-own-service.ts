/** `gateway --force` where our own service holds the port: it is stopped through its manager, which would bring a killed one back. */

import { liveGateway } from "../../../../shared/node/gateway/live.ts";
import { advice, ours } from "../../../../shared/remedy.ts";
import type { GatewaySettings } from "../../../base/config/settings.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { Output } from "../../output.ts";

/** Does nothing when the gateway of this profile is not the service, or serves another port. Fails as `GatewayService.stop` does. */
export async function stopOwnService(
  { port }: GatewaySettings,
  context: ProfileContext,
  output: Output,
): Promise<void> {
  const facts = liveGateway(context.paths);
  if (facts?.service === undefined || facts.port !== port) return;
  const { gatewayService } = await import("../../../setup/service/gateway-service.ts");
  const service = await gatewayService(context);
  if (facts.service !== service.identity.name) return;
  await service.stop();
  output.tick(advice`force: stopped the service ${facts.service} (PID ${facts.pid}) on port ${port}`);
  output.note(advice`Start it again with ${ours`gateway start`}`);
}
