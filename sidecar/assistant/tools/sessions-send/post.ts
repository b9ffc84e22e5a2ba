/** How one conversation of the assistant says something in another one: fenced there, with the authority of the run that says it. */
import { randomUUID } from "node:crypto";
import type { Route } from "../../../base/store/route.ts";
import type { Turn } from "../../../base/store/session-store.ts";
import type { ToolPlace } from "../tool.ts";

export interface Post {
  from: string;
  to: { key: string; agentId: string; name?: string | undefined };
  authority: Turn["authority"];
  text: string;
  /** What the gateway says of it there. */
  event: string;
  /** Where the answer goes, besides to whoever waits for it. */
  route?: Route | undefined;
}

/** Channel of messages that come from another conversation. */
export const SESSION_CHANNEL = "session";

/** Keeps the message; the id of the run that answers it. */
export async function post(
  { clock, talk }: Pick<ToolPlace, "clock" | "talk">,
  { from, to, authority, text, event, route }: Post,
): Promise<string> {
  const runId = randomUUID();
  const atMs = clock.now();
  await talk.accept({
    idempotency: { scope: "sessions_send", key: runId },
    runId,
    sessionKey: to.key,
    agentId: to.agentId,
    channel: SESSION_CHANNEL,
    sender: from,
    authority,
    origin: "report",
    text,
    route,
    parts: {
      atMs,
      channel: SESSION_CHANNEL,
      sender: { id: from, authority: "guest" },
      events: [{ atMs, text: event }],
      text,
      isForeign: true,
    },
    options: to.name === undefined ? {} : { sessionName: to.name },
  });
  return runId;
}
