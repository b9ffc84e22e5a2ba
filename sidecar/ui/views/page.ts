/** The whole page: the gateway on one side, the conversation and the log on the other, or the gate instead of both. */
import type { Keeping } from "../secret.ts";
import type { State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { approvalsView } from "./approvals-view.ts";
import { clientsView } from "./clients-view.ts";
import { type ConversationContext, conversationView } from "./conversation-view.ts";
import { element, logo, setText, type View } from "./dom.ts";
import { factsView } from "./facts-view.ts";
import { gateView, isAtGate } from "./gate-view.ts";
import { healthView } from "./health-view.ts";
import { logView } from "./log-view.ts";
import { headlineOf, statusView } from "./status-view.ts";

/** What the page needs to know and can ask for, beside the state. */
export interface PageContext extends ConversationContext {
  texts: Texts;
  /** The gateway's WebSocket address. */
  address: string;
  ownDeviceId(): string | undefined;
  enter(secret: string, keeping: Keeping): void;
  tryAgain(): void;
  /** Answers a question of an agent. */
  decide(id: string, decision: string): void;
}

export function pageView(context: PageContext): View<State> {
  const { texts } = context;
  const announcement = element("p", { className: "visually-hidden", role: "status" });
  const gate = gateView(texts, context);
  const status = statusView(texts, context.tryAgain);
  const views = [
    status,
    approvalsView(texts, context.decide),
    factsView(texts, context.address),
    clientsView(texts, context.ownDeviceId),
    healthView(texts),
  ];
  const conversation = conversationView(texts, context);
  const log = logView(texts);
  const side = element("div", { className: "side" }, brand(), ...views.map(({ node }) => node));
  const dashboard = element("div", { className: "dashboard" }, side, conversation.node, log.node);
  const node = element("main", {}, announcement, dashboard, gate.node);
  let isOutside = false;
  return {
    node,
    render: (state, nowMs, monotonicMs) => {
      const headline = headlineOf(state.link, texts);
      setText(announcement, headline);
      document.title = `${headline} – Clawdbot`;
      // An attempt from the gate ends here or inside; until then nothing moves.
      isOutside = isAtGate(state.link) || (isOutside && state.link.kind === "connecting");
      dashboard.hidden = isOutside;
      gate.node.hidden = !isOutside;
      dashboard.dataset.state = state.link.kind;
      for (const view of [gate, ...views, conversation, log]) view.render(state, nowMs, monotonicMs);
    },
  };
}

function brand(): HTMLElement {
  return element("h1", { className: "brand" }, logo(22), "Clawdbot");
}
