/** `clawdbot cron rm <id>`: a job is taken away. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { cronRemove } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { asking } from "./asking.ts";
import { noJob } from "./of-job.ts";

export async function run(invocation: Invocation<typeof cronRemove>): Promise<number> {
  const { output } = invocation;
  const [id = ""] = invocation.arguments;
  const answer = await asking(invocation, (connection, timeoutMs) =>
    connection.call("cron.remove", { id }, timeoutMs),
  );
  if (!answer.removed) throw noJob(id);
  output.document(answer);
  output.tick(advice`the job ${id} is removed`);
  return EXIT.ok;
}
