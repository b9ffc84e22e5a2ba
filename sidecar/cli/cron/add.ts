/** `clawdbot cron add`: a reminder or a job. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { MethodParams } from "../../../shared/protocol/index.ts";
import { advice } from "../../../shared/remedy.ts";
import type { cronAdd } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";
import { asking } from "./asking.ts";
import { changedLines } from "./report.ts";
import { typedPayload, typedRest, typedSchedule } from "./typed-job.ts";

export async function run(invocation: Invocation<typeof cronAdd>): Promise<number> {
  const { values, output } = invocation;
  const schedule = typedSchedule(values);
  const payload = typedPayload(values);
  const { name } = values;
  if (name === undefined) throw new RequestError("USAGE", "cron add takes --name: what the job is called");
  if (schedule === undefined)
    throw new RequestError("USAGE", "cron add takes one of --at, --every and --cron");
  if (payload?.text === undefined && payload?.message === undefined)
    throw new RequestError("USAGE", "cron add takes one of --system-event and --message");
  const job = { ...typedRest(values), schedule, payload, ...(values.disabled && { enabled: false }) };
  const made = await asking(invocation, (connection, timeoutMs) =>
    answerTo(connection.call("cron.add", job as unknown as MethodParams<"cron.add">, timeoutMs), {
      name: { place: "--name", value: name },
      agentId: { place: "--agent", value: values.agent },
    }),
  );
  output.document(made);
  output.tick(advice`the job ${neutralLine(made.name)} is made: ${made.id}`);
  for (const line of changedLines(made)) output.say(line);
  return EXIT.ok;
}
