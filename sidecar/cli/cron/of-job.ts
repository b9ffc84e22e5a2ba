/** What a gateway says of a job that it does not know, in our words. */
import { CodedError, quoted, RequestError } from "../../../shared/errors.ts";
import { advice, ours } from "../../../shared/remedy.ts";

export async function ofJob<T>(answer: Promise<T>, id: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CodedError && error.remoteCode === "CRON_UNKNOWN") throw noJob(id, error);
    throw error;
  }
}

export function noJob(id: string, cause?: unknown): RequestError {
  return new RequestError("NOT_FOUND", advice`There is no job ${quoted(id)}; see ${ours`cron list --all`}`, {
    cause,
  });
}
