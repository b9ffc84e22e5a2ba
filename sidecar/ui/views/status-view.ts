/** The first thing to see: is the gateway there, since when, and what happens if it is not. */
import { uptimeText } from "../../../shared/uptime.ts";
import { secondsUntil } from "../format.ts";
import type { Link, State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { element, setText, type View } from "./dom.ts";

/** The one or two words for the connection, also in the window's title. */
export function headlineOf(link: Link, texts: Texts): string {
  switch (link.kind) {
    case "connected":
      return texts.running;
    case "connecting":
      return link.absence === undefined ? texts.connecting : texts.absent[link.absence];
    case "waiting":
      return texts.absent[link.absence];
    case "secret-missing":
      return texts.gate.secretMissing.headline;
    case "refused":
      return texts.gate.refused[link.refusal.kind].headline;
  }
}

export function statusView(texts: Texts, tryNow: () => void): View<State> {
  const headline = element("p", { className: "headline" });
  const detail = element("p", { className: "detail" });
  const button = element("button", { type: "button", className: "quiet" }, texts.tryNow);
  button.addEventListener("click", tryNow);
  const node = element(
    "div",
    { className: "status" },
    headline,
    element("div", { className: "under" }, detail, button),
  );
  return {
    node,
    render: (state, _nowMs, monotonicMs) => {
      node.dataset.state = state.link.kind;
      setText(headline, headlineOf(state.link, texts));
      setText(detail, detailOf(state, monotonicMs, texts));
      button.hidden = state.link.kind !== "waiting";
    },
  };
}

function detailOf({ link, gateway, health }: State, monotonicMs: number, texts: Texts): string {
  const ailments = health?.ailments ?? [];
  if (link.kind === "connected" && ailments.length > 0) return texts.notWell(ailments.join("; "));
  if (link.kind === "connected" && gateway !== undefined) {
    return texts.up(uptimeText(Math.max(0, monotonicMs - gateway.startedAtMs)));
  }
  if (link.kind === "waiting") return texts.retryIn(secondsUntil(link.retryAtMs, monotonicMs));
  return link.kind === "connecting" && link.absence !== undefined ? texts.trying : "";
}
