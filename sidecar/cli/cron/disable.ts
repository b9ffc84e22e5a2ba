/** `clawdbot cron disable <id>`. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { cronDisable } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { change } from "./change.ts";

export async function run(invocation: Invocation<typeof cronDisable>): Promise<number> {
  const [id = ""] = invocation.arguments;
  await change(invocation, id, { enabled: false });
  invocation.output.tick(advice`the job ${id} is switched off`);
  return EXIT.ok;
}
