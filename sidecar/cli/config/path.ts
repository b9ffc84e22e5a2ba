/** `clawdbot config path`: where the configuration file is. */
import { existsSync } from "node:fs";
import { EXIT } from "../../../shared/exit-codes.ts";
import type { Invocation } from "../invocation.ts";

export async function run({ context: { paths }, output }: Invocation): Promise<number> {
  output.repeat(paths.configFile);
  output.document({ path: paths.configFile, exists: existsSync(paths.configFile) });
  return EXIT.ok;
}
