/** `clawdbot cron status`: whether jobs are started. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import type { cronStatus } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { asking } from "./asking.ts";
import { waitLines } from "./report.ts";

export async function run(invocation: Invocation<typeof cronStatus>): Promise<number> {
  const { output } = invocation;
  const answer = await asking(invocation, (connection, timeoutMs) =>
    connection.call("cron.status", {}, timeoutMs),
  );
  output.document(answer);
  if (!answer.enabled)
    output.say(advice`No job is started by itself. Switch that on: ${ours`config set cron.enabled true`}`);
  for (const line of waitLines(answer)) output.say(line);
  output.say(advice`Jobs that are switched on: ${answer.jobs}`);
  if (answer.nextWakeAtMs !== null)
    output.say(advice`Next time: ${localTime(answer.nextWakeAtMs).slice(0, 16)}`);
  return EXIT.ok;
}
