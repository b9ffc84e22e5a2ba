/** One change of a job, and what it is like afterwards. */
import type { MethodParams } from "../../../shared/protocol/index.ts";
import type { cronEnable } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { asking } from "./asking.ts";
import { ofJob } from "./of-job.ts";
import { changedLines } from "./report.ts";

type Changing = Pick<Invocation<typeof cronEnable>, "values" | "context" | "output">;

export async function change(invocation: Changing, id: string, patch: object): Promise<void> {
  const { output } = invocation;
  const params = { id, patch } as MethodParams<"cron.update">;
  const job = await asking(invocation, (connection, timeoutMs) =>
    ofJob(connection.call("cron.update", params, timeoutMs), id),
  );
  output.document(job);
  for (const line of changedLines(job)) output.say(line);
}
