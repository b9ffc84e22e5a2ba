/** `clawdbot tray` without the launcher: the tray is a program of its own and is started as one. */
import type { Invocation } from "./invocation.ts";
import { replaceProcess } from "./launcher.ts";

export async function run({ values, surroundings }: Invocation): Promise<number> {
  const args = ["tray"];
  if (values.status) args.push("--status");
  if (values["or-foreground"]) args.push("--or-foreground");
  if (surroundings.paths.profile !== undefined) args.push("--profile", surroundings.paths.profile);
  return replaceProcess(args);
}
