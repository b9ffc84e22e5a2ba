/** `clawdbot cron runs <id>`: what came of a job. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours, whole } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import type { cronRuns } from "../definitions/cron.ts";
import type { Invocation } from "../invocation.ts";
import { asking } from "./asking.ts";
import { noJob } from "./of-job.ts";

const TEXT_CHARS = 100;

export async function run(invocation: Invocation<typeof cronRuns>): Promise<number> {
  const { values, output } = invocation;
  const id = invocation.arguments[0] ?? values.id;
  if (id === undefined)
    throw new RequestError("USAGE", advice`cron runs takes the id of a job; see ${ours`cron list --all`}`);
  const answer = await asking(invocation, async (connection, timeoutMs) => {
    const found = await connection.call("cron.runs", { id, limit: values.limit }, timeoutMs);
    // Of a job that is gone there may be runs, and of one that has not run there are none.
    if (found.entries.length > 0) return found;
    const { jobs } = await connection.call("cron.list", { includeDisabled: true }, timeoutMs);
    if (!jobs.some((job) => job.id === id)) throw noJob(id);
    return found;
  });
  output.document(answer);
  if (answer.entries.length === 0) output.say(advice`The job ${id} has not run yet.`);
  for (const { ts, status = "ok", error, summary = "" } of answer.entries)
    output.say(
      advice`${localTime(ts).slice(0, 16)}  ${whole(WORDS[status])}  ${neutralLine(error ?? summary, TEXT_CHARS)}`,
    );
  return EXIT.ok;
}

const WORDS = { ok: "done", error: "failed", skipped: "left out" } as const;
