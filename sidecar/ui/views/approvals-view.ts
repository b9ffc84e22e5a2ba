/** What agents ask before they do it: a card each, with its answers. */
import type { OpenApproval } from "../../../shared/protocol/methods/exec-approvals.ts";
import type { State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { element, section, setText, type View } from "./dom.ts";

/** A card that has just come, or moved, takes no click that was meant for another one, in ms. */
const DEAD_MS = 400;
/** Characters that nobody sees, or that change how others are read. */
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

interface Card {
  node: HTMLElement;
  left: HTMLElement;
  buttons: readonly HTMLButtonElement[];
  expiresAtMs: number;
}

/** `decide` answers the question whose card was clicked, whatever stands there by now. */
export function approvalsView(texts: Texts, decide: (id: string, decision: string) => void): View<State> {
  const list = element("ul");
  const node = section("approvals", texts.approvals.title, list);
  let shown: readonly OpenApproval[] | undefined;
  let cards: Card[] = [];
  let liveAtMs = 0;
  node.hidden = true;
  return {
    node,
    render: ({ approvals }, nowMs, monotonicMs) => {
      if (approvals !== shown) {
        shown = approvals;
        cards = approvals.map((approval) => card(approval));
        list.replaceChildren(...cards.map((each) => each.node));
        node.hidden = approvals.length === 0;
        liveAtMs = monotonicMs + DEAD_MS;
        for (const { buttons } of cards) for (const button of buttons) button.disabled = true;
        setTimeout(wake, DEAD_MS);
      }
      if (monotonicMs >= liveAtMs) wake();
      for (const { left, expiresAtMs } of cards)
        setText(left, texts.approvals.left(Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1_000))));
    },
  };

  function wake(): void {
    for (const { buttons } of cards) for (const button of buttons) button.disabled = false;
  }

  function card({ id, request, expiresAtMs, always = [], mayTurn = false }: OpenApproval): Card {
    const left = element("span", {});
    const answers = [
      ["allow-once", texts.approvals.once],
      ...(mayTurn ? [["allow-turn", texts.approvals.turn] as const] : []),
      ...(always.length > 0 ? [["allow-always", texts.approvals.always] as const] : []),
      ["deny", texts.approvals.deny],
    ] as const;
    const buttons = answers.map(([decision, text]) =>
      element("button", { type: "button", onclick: () => decide(id, decision) }, text),
    );
    const about = [request.cwd, request.resolvedPath].filter((each) => each !== null).map(visible);
    const node = element(
      "li",
      { className: "approval" },
      element("pre", {}, element("code", {}, visible(request.command))),
      element("div", { className: "about" }, [...about, ""].join(" · "), left),
      ...always.map((rule) => element("div", { className: "about" }, texts.approvals.rule(visible(rule)))),
      element("div", { className: "answers" }, ...buttons),
    );
    return { node, left, buttons, expiresAtMs };
  }
}

function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
