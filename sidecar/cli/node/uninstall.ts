/** `clawdbot node uninstall`: takes the service of the node away. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodeUninstall } from "../definitions/node.ts";
import type { Invocation } from "../invocation.ts";
import { nodeService } from "./service.ts";

export async function run({ context, output }: Invocation<typeof nodeUninstall>): Promise<number> {
  const manager = await nodeService(context);
  const { installed, loaded } = await manager.status();
  const service = manager.identity.name;
  if (!installed && !loaded) {
    output.say(advice`The service (${service}) is not installed.`);
    output.document({ ok: true, change: "not-installed", service });
    return EXIT.ok;
  }
  for (const line of await output.during("Removing the service", manager.uninstall())) output.say(line);
  output.tick(advice`${service} is gone; the identity of the node stays`);
  output.document({ ok: true, change: "uninstalled", service });
  return EXIT.ok;
}
