/** `clawdbot cron enable <id>`. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { cronEnable } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { change } from "./change.ts";

export async function run(invocation: Invocation<typeof cronEnable>): Promise<number> {
  const [id = ""] = invocation.arguments;
  await change(invocation, id, { enabled: true });
  invocation.output.tick(advice`the job ${id} is switched on`);
  return EXIT.ok;
}
