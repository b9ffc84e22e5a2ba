/** `clawdbot cron run <id>`: a job is run now. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { cronRun } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { asking } from "./asking.ts";
import { ofJob } from "./of-job.ts";

export async function run(invocation: Invocation<typeof cronRun>): Promise<number> {
  const { values, output } = invocation;
  const [id = ""] = invocation.arguments;
  const mode = values.due ? "due" : "force";
  const { answer, last } = await asking(invocation, async (connection, timeoutMs) => {
    const answer = await ofJob(connection.call("cron.run", { id, mode }, timeoutMs), id);
    const { entries } = answer.ran
      ? await connection.call("cron.runs", { id, limit: 1 }, timeoutMs)
      : { entries: [] };
    return { answer, last: entries[0] };
  });
  output.document({ ...answer, ...(last !== undefined && { run: last }) });
  if (!answer.ran) {
    output.say(
      answer.reason === "not-due"
        ? advice`The job is not due. Run it all the same: ${ours`cron run ${id}`}`
        : advice`The job runs already.`,
    );
    return EXIT.failure;
  }
  if (last?.error !== undefined) output.say(advice`The job failed: ${neutralLine(last.error)}`);
  else output.say(neutralLine(last?.summary ?? ""));
  return last?.status === "error" ? EXIT.failure : EXIT.ok;
}
