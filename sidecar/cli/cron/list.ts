/** `clawdbot cron list`: the jobs there are. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { cronList } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { asking } from "./asking.ts";
import { jobLines, waitLines } from "./report.ts";

export async function run(invocation: Invocation<typeof cronList>): Promise<number> {
  const { values, output } = invocation;
  const answer = await asking(invocation, (connection, timeoutMs) =>
    connection.call("cron.list", { includeDisabled: values.all }, timeoutMs),
  );
  output.document(answer);
  if (answer.jobs.length === 0) output.say(advice`There are no jobs. Make one: ${ours`cron add`}`);
  for (const line of waitLines(answer)) output.say(line);
  for (const job of answer.jobs) for (const line of jobLines(job)) output.say(line);
  return EXIT.ok;
}
