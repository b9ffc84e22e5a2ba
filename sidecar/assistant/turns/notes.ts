/** A note of the gateway in a conversation: shown, kept, and never sent to a model. */
import type { Clock } from "../../../shared/clock.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import { type Message, NOTHING_USED, textMessage } from "../../base/store/message.ts";
import type { SessionStore } from "../../base/store/session-store.ts";

/** Keeps the note and tells clients. Returns the entry's id; undefined where there is no such session. */
export async function addNote(
  { store, bus, clock }: { store: SessionStore; bus: EventBus; clock: Clock },
  /** `sessionName` is how clients know it. */
  { sessionKey, sessionName }: { sessionKey: string; sessionName: string },
  text: string,
): Promise<string | undefined> {
  const note: Message = {
    ...textMessage("assistant", text, clock.now()),
    stopReason: "injected",
    usage: NOTHING_USED,
  };
  const id = await store.append(sessionKey, note, clock.now());
  if (id === undefined) return undefined;
  const message = { ...note, content: [...note.content] };
  bus.publish("chat", { runId: `inject-${id}`, sessionKey: sessionName, seq: 0, state: "final", message });
  return id;
}
