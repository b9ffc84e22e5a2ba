/** Brings what is at an address that a model named. Loaded when somebody asks for it. */
import {
  safeFetch,
  type WebAnswer,
  type WebPlace,
  WebRefused,
  type WebRequest,
} from "../../../base/net/safe-fetch.ts";

/** Fails with a sentence, also where the server answers with no success. */
export async function fetched(
  place: WebPlace,
  { userAgent, accept, ...asked }: WebRequest & { userAgent: string; accept: string },
): Promise<WebAnswer> {
  const answer = await safeFetch(place, {
    ...asked,
    headers: { "user-agent": userAgent, accept },
  }).catch((error: unknown) => {
    throw error instanceof WebRefused && error.isPrivate
      ? new Error(`${error.message} The owner can allow it with tools.web.fetch.allowPrivateHosts.`)
      : error;
  });
  if (answer.status >= 400 || answer.status < 200)
    throw new Error(`${new URL(answer.url).host} answered with ${answer.status}.`);
  return answer;
}
