/** Whether the installed service could start as things are now, before anything that works is ended for it. */

import { accessSync, constants } from "node:fs";
import { isAbsolute } from "node:path";
import { SetupError } from "../../../shared/errors.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../../shared/node/run-state.ts";
import { advice, ours, whole } from "../../../shared/remedy.ts";
import type { InstalledDefinition } from "../../host/service/service-manager.ts";
import { entryOf } from "./audit.ts";
import { assertPortFree, preflight } from "./preflight.ts";

/** Fails with `RUNTIME_MISSING` when the program of the service has moved away. */
export function assertProgramThere({ command }: Pick<InstalledDefinition, "command">): void {
  const gone = [command[0], entryOf(command)].find((path) => path !== undefined && !isThere(path));
  if (gone === undefined) return;
  throw new SetupError("RUNTIME_MISSING", advice`The service starts ${gone}, which is not there.`, {
    fix: advice`${ours`gateway install`} makes it start this program`,
  });
}

/**
 * For a restart of the gateway that runs and answers: fails with the refusal that the next one would meet, and says that this one
 * goes on.
 */
export async function assertRestartable(
  running: RuntimeInfo,
  installed: InstalledDefinition,
  context: ProfileContext,
): Promise<void> {
  try {
    assertProgramThere(installed);
    const { settings } = await preflight(installed, context, undefined);
    await assertPortFree(settings, [running.pid], context.platform);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const { code, sentence, fix, details } = error;
    throw new SetupError(
      code,
      advice`The service was not restarted, as it would not start again; its gateway (PID ${running.pid}) goes on.\n${whole(sentence)}`,
      { cause: error, ...(fix === undefined ? {} : { fix }), ...(details === undefined ? {} : { details }) },
    );
  }
}

/** Names without a path are the business of whoever starts them. */
function isThere(path: string): boolean {
  if (!isAbsolute(path)) return true;
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false; // Gone, or behind a directory that is closed to us and so to the service.
  }
}
