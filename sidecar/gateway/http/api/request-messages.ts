/** A list of messages as one request: what holds for all of it, what was said before, and what is asked now. */
import type { Attachment } from "../../../assistant/media/attachments.ts";
import { MOST_FILES } from "../../../base/media/limits.ts";
import type { SessionStore } from "../../../base/store/session-store.ts";

/** One message of the list, in words. */
export interface ListedMessage {
  role: "system" | "user" | "assistant" | "tool";
  text: string;
  /** Of somebody who is not the assistant. */
  files?: readonly Attachment[];
}

/** What was said before. */
export interface Said {
  from: string;
  text: string;
  files?: readonly Attachment[];
}

export interface Asked {
  /** The last message of somebody who is not the assistant; undefined without one. */
  text: string | undefined;
  /** That came with it. */
  files: readonly Attachment[];
  instructions: string;
  history: Said[];
}

export function askedIn(messages: readonly ListedMessage[]): Asked {
  const isAsking = ({ role, text, files = [] }: ListedMessage) =>
    (role === "user" || role === "tool") && (text !== "" || files.length > 0);
  const index = messages.findLastIndex(isAsking);
  const before = messages.slice(0, Math.max(0, index));
  return {
    text: messages[index]?.text,
    files: messages[index]?.files ?? [],
    instructions: messages
      .flatMap(({ role, text }) => (role === "system" && text !== "" ? [text] : []))
      .join("\n\n"),
    history: before.flatMap(({ role, text, files = [] }) =>
      role === "system" || (text === "" && files.length === 0)
        ? []
        : [{ from: role, text: text || "(files)", ...(files.length > 0 && { files }) }],
    ),
  };
}

/** The files of the message, behind those of the history that no model has seen; the newest where they are too many. */
export function filesOf(files: readonly Attachment[], unheard: Asked["history"]): readonly Attachment[] {
  const before = unheard.flatMap((said) => said.files ?? []);
  return [...before, ...files].slice(-Math.max(MOST_FILES, files.length));
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
