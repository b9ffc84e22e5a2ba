/** A list of messages as one request: what holds for all of it, what was said before, and what is asked now. */
import type { SessionStore } from "../../../base/store/session-store.ts";

/** One message of the list, in words. */
export interface ListedMessage {
  role: "system" | "user" | "assistant" | "tool";
  text: string;
}

export interface Asked {
  /** The last message of somebody who is not the assistant; undefined without one. */
  text: string | undefined;
  instructions: string;
  history: { from: string; text: string }[];
}

export function askedIn(messages: readonly ListedMessage[]): Asked {
  const isAsking = ({ role, text }: ListedMessage) => (role === "user" || role === "tool") && text !== "";
  const index = messages.findLastIndex(isAsking);
  const before = messages.slice(0, Math.max(0, index));
  return {
    text: messages[index]?.text,
    instructions: messages
      .flatMap(({ role, text }) => (role === "system" && text !== "" ? [text] : []))
      .join("\n\n"),
    history: before.flatMap(({ role, text }) =>
      role === "system" || text === "" ? [] : [{ from: role, text }],
    ),
  };
}

/** What of the history the conversation does not hold: clients send all of it each time. */
export async function unheard(
  store: SessionStore,
  sessionKey: string,
  history: Asked["history"],
): Promise<Asked["history"]> {
  const session = await store.get(sessionKey);
  const isNew = session === undefined || (await store.history(session.sessionId, { limit: 1 })).length === 0;
  return isNew ? history : history.slice(history.findLastIndex(({ from }) => from === "assistant") + 1);
}
