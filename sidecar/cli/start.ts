/** `clawdbot start`, which is also `npm start`: a first configuration if there is none, then the tray or a gateway in the foreground. */

import { existsSync } from "node:fs";
import { launcherFile } from "../../shared/node/launcher-file.ts";
import { runInPlace } from "../../shared/node/run-in-place.ts";
import { advice } from "../../shared/remedy.ts";
import { RUN_DEFAULTS } from "../base/config/run-options.ts";
import { refuseUnwritable } from "../base/state/refuse-unwritable.ts";
import { hasDesktop } from "../host/desktop.ts";
import type { Invocation } from "./invocation.ts";

export async function run(invocation: Invocation): Promise<number> {
  const { context, output } = invocation;
  const { paths, dev } = context;
  // Before anything is said to be done.
  refuseUnwritable(paths);
  const isFirst = !dev && !existsSync(paths.configFile) && (await firstRun(invocation));
  if (!hasDesktop(context)) {
    output.say("No display (DISPLAY and WAYLAND_DISPLAY are not set): the gateway runs in the foreground.");
    const { run: runGateway } = await import("./gateway/run.ts");
    const values = { ...RUN_DEFAULTS, json: output.json };
    return runGateway({ ...invocation, values }, isFirst ? "link" : "command");
  }
  const profile = paths.profile === undefined ? [] : ["--profile", paths.profile];
  return runInPlace([launcherFile(), "tray", "--or-foreground", ...profile]);
}

/** Whether it wrote a configuration. */
async function firstRun({ context, output }: Invocation): Promise<boolean> {
  const { writeFirstConfig } = await import("../setup/onboarding/first-run.ts");
  if (!(await writeFirstConfig(context, Date.now()))) return false;
  output.tick(advice`first start: wrote ${context.paths.configFile} (local, loopback, with a new token)`);
  return true;
}
