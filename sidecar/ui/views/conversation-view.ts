/** The main conversation, readable and live, with a place to write. It stands still while somebody reads further up. */
import type { QueueItem } from "../../../shared/protocol/methods/chat-queue.ts";
import type { ConversationState, Said } from "../conversation.ts";
import { clockText } from "../format.ts";
import type { State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { element, section, setText, type View } from "./dom.ts";

/** Nearer to the end than this counts as at the end. */
const END_SLACK_PX = 24;

export interface ConversationContext {
  send(text: string): void;
  stop(): void;
}

export function conversationView(texts: Texts, { send, stop }: ConversationContext): View<State> {
  const { conversation: words } = texts;
  const list = element("div", { className: "said", role: "log", ariaLabel: words.title });
  list.setAttribute("aria-live", "polite");
  // An answer that grows would be read aloud again and again; whole, it stands in the list.
  const growing = element("div", { className: "growing" });
  const waiting = element("div", { className: "waiting" });
  const notice = element("p", { className: "empty" });
  const messages = element("div", { className: "messages", tabIndex: 0 }, list, growing, waiting, notice);
  const draft = element("textarea", { id: "draft", rows: 2, enterKeyHint: "send" });
  draft.setAttribute("aria-describedby", "draft-note");
  const note = element("p", { className: "note", id: "draft-note" });
  const sendButton = element("button", { type: "submit", className: "primary" }, words.send);
  const stopButton = element("button", { type: "button", onclick: stop }, words.stop);
  const label = element("label", { className: "visually-hidden", htmlFor: "draft" }, words.message);
  const buttons = element("div", { className: "buttons" }, stopButton, sendButton);
  const composer = element("form", { className: "composer" }, label, draft, buttons, note);
  const node = section("conversation", words.title, messages, composer);

  let isFollowing = true;
  let drawn: ConversationState | undefined;
  let rows = new Map<string, { said: Said; row: HTMLElement }>();
  let taken = 0;

  const toEnd = () => {
    if (isFollowing) messages.scrollTop = messages.scrollHeight;
  };
  const submit = () => {
    const text = draft.value.trim();
    if (text === "" || sendButton.disabled) return;
    isFollowing = true;
    send(text);
  };
  draft.addEventListener("keydown", (event) => {
    // Enter that ends the composition of a character is no command.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  messages.addEventListener("scroll", () => {
    isFollowing = messages.scrollHeight - messages.scrollTop - messages.clientHeight < END_SLACK_PX;
  });
  new ResizeObserver(toEnd).observe(messages);

  const drawSaid = (said: readonly Said[]) => {
    const next = new Map<string, { said: Said; row: HTMLElement }>();
    for (const each of said) {
      const before = rows.get(each.id);
      const isSame = before !== undefined && isEqual(before.said, each);
      next.set(each.id, isSame ? before : { said: each, row: saidRow(each) });
    }
    const kept = new Set([...next.values()].map(({ row }) => row));
    for (const { row } of rows.values()) if (!kept.has(row)) row.remove();
    let place = list.firstChild;
    for (const { row } of next.values()) {
      if (row === place) place = place.nextSibling;
      else list.insertBefore(row, place);
    }
    rows = next;
  };
  const drawGrowing = ({ running, queue, failure }: ConversationState) => {
    const answers = [...running.values()].map((text) => (text === "" ? words.working : text));
    // The nodes stay, so that what is selected in them does.
    while (growing.children.length > answers.length) growing.lastElementChild?.remove();
    for (const [index, text] of answers.entries()) {
      const row = growing.children[index] ?? element("div", { className: "message assistant" });
      setText(row, text);
      if (row.parentNode === null) growing.append(row);
    }
    const failures = failure === undefined ? [] : [failureRow(failure)];
    for (const row of failures) row.role = "alert";
    waiting.replaceChildren(...failures, ...queue.map(queuedRow));
  };

  return {
    node,
    render: ({ conversation, link, gateway }) => {
      // Its place is kept until the gateway says that it has none, so that nothing jumps.
      node.hidden = gateway !== undefined && conversation.sessionKey === undefined;
      if (conversation.taken !== taken) {
        taken = conversation.taken;
        draft.value = "";
      }
      const { sending, mayWrite, problem } = conversation;
      const isConnected = link.kind === "connected";
      draft.readOnly = sending !== undefined;
      draft.disabled = !mayWrite || (!isConnected && sending === undefined && draft.value === "");
      sendButton.disabled = !isConnected || !mayWrite || sending !== undefined;
      stopButton.hidden = !isConnected || conversation.running.size === 0;
      const isLost = link.kind === "waiting" || (link.kind === "connecting" && link.absence !== undefined);
      setText(note, noteOf(isLost, isConnected, conversation));
      note.hidden = note.textContent === "";
      if (conversation === drawn) return;
      drawn = conversation;
      drawSaid(conversation.said);
      drawGrowing(conversation);
      const isEmpty = [list, growing, waiting].every(({ childElementCount }) => childElementCount === 0);
      setText(notice, problem ?? (isEmpty ? words.empty : ""));
      notice.hidden = notice.textContent === "";
      toEnd();
    },
  };

  function noteOf(isLost: boolean, isConnected: boolean, { mayWrite, sending }: ConversationState): string {
    if (isConnected && !mayWrite) return words.mayNotWrite;
    if (isLost) return sending === undefined ? words.notConnected : words.sentLater;
    return "";
  }

  function saidRow({ who, text, timeMs, error, isCut }: Said): HTMLElement {
    const time = element("time", { dateTime: new Date(timeMs).toISOString() }, clockText(timeMs));
    const by = element("span", { className: "visually-hidden" }, `${words.by[who]} `);
    const row = element("article", { className: `message ${who}`, dir: "auto" }, by, text);
    row.append(
      ...(isCut ? [element("p", { className: "note" }, words.cut)] : []),
      ...(error === undefined ? [] : [failureRow(error)]),
      time,
    );
    return row;
  }

  function failureRow(error: string): HTMLElement {
    return element("p", { className: "failure" }, words.failed(error));
  }

  function queuedRow({ text }: QueueItem): HTMLElement {
    return element(
      "div",
      { className: "message user queued" },
      text,
      element("p", { className: "note" }, words.queued),
    );
  }
}

function isEqual(one: Said, other: Said): boolean {
  return one.text === other.text && one.error === other.error && one.isCut === other.isCut;
}
