/** `clawdbot reset`: moves configuration, credentials, chats or everything of a profile to the trash, after it was shown. */

import { RequestError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { readConfigObject } from "../../shared/node/gateway/loose-config.ts";
import { tildePath } from "../../shared/node/paths.ts";
import { advice, type Remedy, whole } from "../../shared/remedy.ts";
import {
  assertDeletable,
  describeUnsaved,
  findUnsavedWork,
  unsavedWorkError,
} from "../setup/deletion-guard.ts";
import { deletionOf, performReset, planReset, type ResetPlan, refuseWhileRunning } from "../setup/reset.ts";
import { RESET_SCOPES, type ResetScope } from "../setup/reset-scopes.ts";
import { ask, canAsk, choose, confirm, leftUnchanged } from "./confirm.ts";
import type { reset } from "./definitions/program.ts";
import type { Invocation } from "./invocation.ts";
import type { Output } from "./output.ts";

export async function run({ values, context, output }: Invocation<typeof reset>): Promise<number> {
  const dryRun = values["dry-run"];
  if (values.scope === undefined && !canAsk(output)) {
    throw new RequestError("USAGE", advice`--scope: expected one of ${RESET_SCOPES.join(", ")}`);
  }
  await refuseWhileRunning(context);
  const scope = values.scope ?? (await choose(output, "How much is to go?", SCOPE_CHOICES));
  if (scope === undefined) return leftUnchanged(output);
  const plan = planReset(
    scope,
    context,
    (await readConfigObject(context.paths.configFile, context.env)) ?? {},
  );
  assertDeletable(deletionOf(plan, context));
  const paths = plan.targets.map(({ path }) => path);
  if (paths.length > 0 && !dryRun && !values.yes && !canAsk(output)) {
    throw new RequestError(
      "USAGE",
      "reset asks before it deletes: pass --yes, or --dry-run to see what would go",
    );
  }
  const unsaved = await findUnsavedWork(paths, context.env);

  showPlan(plan, context.paths.home, dryRun, output);
  for (const work of unsaved) output.note(advice`Warning: ${describeUnsaved(work)}`);
  if (dryRun || plan.targets.length === 0) {
    output.document({ ok: true, scope, dryRun, ...plan, unsaved, moved: [] });
    return EXIT.ok;
  }
  const answer = values.yes || (await ask(output, questionFor(plan, scope), false));
  if (answer === undefined) return leftUnchanged(output);
  if (!answer) return declined(scope, output);
  if (unsaved.length > 0) {
    const gone = await confirm(output, "Move the uncommitted work to the trash as well?", false);
    if (!gone) throw unsavedWorkError(unsaved);
  }
  const moved = await performReset(plan, context, Date.now());
  for (const { path, place } of moved) output.tick(advice`${path} → ${place ?? advice`Recycle Bin`}`);
  output.document({ ok: true, scope, dryRun, ...plan, unsaved, moved });
  return EXIT.ok;
}

const SCOPE_CHOICES: readonly { value: ResetScope; what: Remedy }[] = [
  { value: "config", what: advice`the configuration` },
  { value: "config+creds+sessions", what: advice`configuration, credentials and chats` },
  { value: "full", what: advice`everything of the profile: state directory and work directory` },
];

function showPlan({ targets, leftAlone }: ResetPlan, home: string, dryRun: boolean, output: Output): void {
  if (targets.length === 0) output.say("Nothing to reset: none of it exists.");
  else output.say(dryRun ? advice`This would go to the trash:` : advice`This goes to the trash:`);
  for (const { path, what } of targets) output.say(advice`  ${tildePath(path, home)} (${whole(what)})`);
  for (const { path, what } of leftAlone)
    output.say(advice`Left alone: ${tildePath(path, home)} (${whole(what)})`);
}

function questionFor({ targets }: ResetPlan, scope: ResetScope): Remedy {
  const count = targets.length;
  return count === 1
    ? advice`Reset ${scope}: move this to the trash?`
    : advice`Reset ${scope}: move these ${count} to the trash?`;
}

function declined(scope: ResetScope, output: Output): number {
  output.say(advice`Nothing was deleted (${scope}).`);
  return EXIT.ok;
}
