/** `clawdbot node install`: registers the node as a service of this user and starts it. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodeInstall } from "../definitions/node.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";
import { nodeDefinition, nodeService } from "./service.ts";

export async function run({ values, context, output }: Invocation<typeof nodeInstall>): Promise<number> {
  const name = values["display-name"];
  const words = [
    ...(values.url === undefined ? [] : ["--url", values.url]),
    ...(name === undefined ? [] : ["--display-name", name]),
  ];
  await resolveTarget(values, context);
  const manager = await nodeService(context);
  await manager.assertInstallable();
  const definition = await nodeDefinition(context, words);
  const installing = manager.install(definition, { force: values.force });
  const { change, warnings } = await output.during("Installing the service", installing);
  for (const warning of warnings) output.note(warning);
  const service = manager.identity.name;
  if (change === "unchanged") output.tick(advice`${service} is installed already, and runs`);
  else output.tick(advice`${service} is installed and runs; it starts again when you log in`);
  output.document({ ok: true, change, service, file: manager.identity.file });
  return EXIT.ok;
}
