/** `clawdbot tray`: the tray is a program of its own and is started as one, with the words that its process knows. */
import { launcherFile } from "../../shared/node/launcher-file.ts";
import { runInPlace } from "../../shared/node/run-in-place.ts";
import type { tray } from "./definitions/program.ts";
import type { Invocation } from "./invocation.ts";

export async function run({ values, context }: Invocation<typeof tray>): Promise<number> {
  const args = ["tray"];
  if (values.status) args.push("--status");
  if (values["or-foreground"]) args.push("--or-foreground");
  if (context.paths.profile !== undefined) args.push("--profile", context.paths.profile);
  return runInPlace([launcherFile(), ...args]);
}
