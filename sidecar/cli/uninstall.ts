/** `clawdbot uninstall`: removes the service, the state, the work directory or the place at login, each on its own or all. */

import { RequestError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { readConfigObject } from "../../shared/node/gateway/loose-config.ts";
import { tildePath } from "../../shared/node/paths.ts";
import { advice, whole } from "../../shared/remedy.ts";
import {
  assertDeletable,
  describeUnsaved,
  findUnsavedWork,
  unsavedWorkError,
} from "../setup/deletion-guard.ts";
import { performReset, refuseWhileRunning } from "../setup/reset.ts";
import { type GatewayService, gatewayService } from "../setup/service/gateway-service.ts";
import {
  planUninstall,
  refuseWhileTrayRuns,
  UNINSTALL_PARTS,
  type UninstallPart,
  type UninstallPlan,
  uninstallDeletion,
} from "../setup/uninstall.ts";
import { ask, canAsk, confirm, leftUnchanged } from "./confirm.ts";
import type { uninstall } from "./definitions/program.ts";
import type { Invocation, ProfileContext } from "./invocation.ts";
import { nodeService } from "./node/service.ts";
import type { Output } from "./output.ts";

export async function run({ values, context, output }: Invocation<typeof uninstall>): Promise<number> {
  const parts = chosenParts(values);
  const dryRun = values["dry-run"];
  const services = { gateway: await gatewayService(context), node: await nodeService(context) };
  const config = (await readConfigObject(context.paths.configFile, context.env)) ?? {};
  const plan = await planUninstall(parts, context, services, config);
  if (!dryRun) await refuseWhileUsed(plan, parts, context);
  assertDeletable(uninstallDeletion(plan, context));
  if (!isEmpty(plan) && !dryRun && !values.yes && !canAsk(output)) {
    throw new RequestError(
      "USAGE",
      "uninstall asks before it deletes: pass --yes, or --dry-run to see what would go",
    );
  }
  const unsaved = await findUnsavedWork(
    plan.targets.map(({ path }) => path),
    context.env,
  );

  showPlan(plan, context.paths.home, dryRun, output);
  for (const work of unsaved) output.note(advice`Warning: ${describeUnsaved(work)}`);
  if (dryRun || isEmpty(plan)) {
    tellHints(plan, output);
    output.document({ ok: true, parts, dryRun, ...plan, unsaved, moved: [] });
    return EXIT.ok;
  }
  const answer = values.yes || (await ask(output, "Remove this?", false));
  if (answer === undefined) return leftUnchanged(output);
  if (!answer) {
    output.say("Nothing was removed.");
    return EXIT.ok;
  }
  if (unsaved.length > 0) {
    const gone = await confirm(output, "Move the uncommitted work to the trash as well?", false);
    if (!gone) throw unsavedWorkError(unsaved);
  }
  let { targets } = plan;
  if (plan.service !== undefined || plan.nodeService !== undefined) {
    if (plan.service !== undefined) await removeService(services.gateway, output);
    if (plan.nodeService !== undefined) {
      for (const warning of await services.node.uninstall()) output.note(advice`Warning: ${whole(warning)}`);
      output.tick(advice`service ${plan.nodeService.name} removed`);
    }
    // That is written down in the state directory, also where there was none any more.
    const left = await planUninstall(parts, context, services, config);
    assertDeletable(uninstallDeletion(left, context));
    targets = left.targets;
  }
  // What was not asked about before the service stopped may have changed since.
  if (touchesState(parts)) await refuseWhileRunning(context);
  const moved = await performReset({ ...plan, targets }, context, Date.now());
  for (const { path, place } of moved) output.tick(advice`${path} → ${place ?? advice`Recycle Bin`}`);
  tellHints(plan, output);
  output.document({ ok: true, parts, dryRun, ...plan, targets, unsaved, moved });
  return EXIT.ok;
}

function chosenParts(values: Invocation<typeof uninstall>["values"]): UninstallPart[] {
  const chosen = values.all ? [...UNINSTALL_PARTS] : UNINSTALL_PARTS.filter((part) => values[part]);
  if (chosen.length > 0) return chosen;
  const options = UNINSTALL_PARTS.map((part) => `--${part}`).join(", ");
  throw new RequestError("USAGE", advice`uninstall: say what goes: ${options} or --all`);
}

/** A gateway of the service that goes is stopped with it; any other one must be stopped by whoever started it. */
async function refuseWhileUsed(
  plan: UninstallPlan,
  parts: readonly UninstallPart[],
  context: ProfileContext,
): Promise<void> {
  if (!touchesState(parts)) return;
  const runsAs = liveGateway(context.paths)?.service;
  if (runsAs === undefined || runsAs !== plan.service?.name) await refuseWhileRunning(context);
  await refuseWhileTrayRuns(context.paths);
}

function touchesState(parts: readonly UninstallPart[]): boolean {
  return parts.includes("state") || parts.includes("workspace");
}

function isEmpty({ targets, service, nodeService }: UninstallPlan): boolean {
  return targets.length === 0 && service === undefined && nodeService === undefined;
}

function showPlan(plan: UninstallPlan, home: string, dryRun: boolean, output: Output): void {
  const { targets, leftAlone } = plan;
  if (isEmpty(plan)) output.say("Nothing to remove: none of it exists.");
  else output.say(dryRun ? advice`This would be removed:` : advice`This is removed:`);
  for (const service of [plan.service, plan.nodeService].filter((each) => each !== undefined)) {
    const state = service.running ? advice`stopped and deleted` : advice`deleted`;
    output.say(advice`  ${tildePath(service.file, home)} (service ${service.name}: ${state})`);
  }
  for (const { path, what } of targets)
    output.say(advice`  ${tildePath(path, home)} (${whole(what)}, to the trash)`);
  for (const { path, what } of leftAlone)
    output.say(advice`Left alone: ${tildePath(path, home)} (${whole(what)})`);
}

async function removeService(service: GatewayService, output: Output): Promise<void> {
  const { warnings } = await service.uninstall();
  for (const warning of warnings) output.note(advice`Warning: ${whole(warning)}`);
  output.tick(advice`service ${service.identity.name} removed`);
}

function tellHints({ hints }: UninstallPlan, output: Output): void {
  for (const hint of hints) output.say(hint);
}
