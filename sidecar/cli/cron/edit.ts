/** `clawdbot cron edit <id>`: a job is changed. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { cronEdit } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { change } from "./change.ts";
import { typedPayload, typedRest, typedSchedule } from "./typed-job.ts";

export async function run(invocation: Invocation<typeof cronEdit>): Promise<number> {
  const { values, output } = invocation;
  const [id = ""] = invocation.arguments;
  const schedule = typedSchedule(values);
  const payload = typedPayload(values);
  const enabled = values.enable ? true : values.disable ? false : undefined;
  const patch = {
    ...typedRest(values),
    ...(schedule !== undefined && { schedule }),
    ...(payload !== undefined && { payload }),
    ...(enabled !== undefined && { enabled }),
  };
  if (Object.keys(patch).length === 0)
    throw new RequestError(
      "USAGE",
      "cron edit takes what is to change, such as --at, --message or --disable",
    );
  await change(invocation, id, patch);
  output.tick(advice`the job ${id} is changed`);
  return EXIT.ok;
}
