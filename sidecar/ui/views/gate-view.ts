/** Shown instead of everything else when the gateway does not let this page in: why, and what to do about it. */
import { isCuredBySecret, type RefusalKind } from "../refusal.ts";
import type { Keeping } from "../secret.ts";
import type { Link, State } from "../store.ts";
import type { GateText, Texts } from "../texts/texts.ts";
import { element, logo, richText, setText, type View } from "./dom.ts";

/** Refusals of which only the gateway's own words tell the rest. */
const TOLD_BY_GATEWAY: readonly RefusalKind[] = ["other", "rate-limited"];

/** What a person can do at the gate. */
export interface GateActions {
  enter(secret: string, keeping: Keeping): void;
  tryAgain(): void;
}

/** Whether the page stands at the gate rather than showing the gateway. */
export function isAtGate(link: Link): boolean {
  return link.kind === "secret-missing" || link.kind === "refused";
}

export function gateView({ gate }: Texts, actions: GateActions): View<State> {
  const headline = element("h2", { id: "gate-title" });
  const remedy = element("p", { className: "remedy", id: "gate-remedy" });
  const command = element("code", { className: "command" });
  const answer = element("p", { className: "answer" });
  const input = element("input", {
    id: "secret",
    type: "password",
    autocomplete: "current-password",
    spellcheck: false,
    required: true,
  });
  input.setAttribute("aria-describedby", remedy.id);
  const label = element("label", { htmlFor: "secret" }, gate.secretLabel);
  // Password managers file a secret under a name.
  const name = element("input", {
    name: "username",
    autocomplete: "username",
    value: "gateway",
    hidden: true,
  });
  const remember = element("input", { id: "remember", type: "checkbox" });
  const note = element("p", { className: "note", id: "remember-note" }, gate.rememberNote);
  remember.setAttribute("aria-describedby", note.id);
  const form = element(
    "form",
    {},
    name,
    label,
    element("div", { className: "entry" }, input, element("button", { className: "primary" }, gate.connect)),
    element("label", { className: "choice", htmlFor: "remember" }, remember, gate.remember),
    note,
  );
  const again = element("button", { type: "button", className: "primary" }, gate.tryAgain);
  const node = element(
    "section",
    { className: "gate" },
    logo(36),
    headline,
    remedy,
    command,
    form,
    again,
    answer,
  );
  node.setAttribute("aria-labelledby", headline.id);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    actions.enter(input.value, remember.checked ? "device" : "tab");
  });
  again.addEventListener("click", actions.tryAgain);

  let shown: Link | undefined;
  return {
    node,
    render: ({ link }) => {
      if (link === shown || !isAtGate(link)) return;
      shown = link;
      const text = gateText(link);
      const wantsSecret = link.kind !== "refused" || isCuredBySecret(link.refusal.kind);
      setText(headline, text.headline);
      remedy.replaceChildren(...richText(text.remedy));
      const refusal = link.kind === "refused" ? link.refusal : undefined;
      const words =
        refusal !== undefined && TOLD_BY_GATEWAY.includes(refusal.kind) ? refusal.message : undefined;
      setText(answer, words === undefined ? "" : `${gate.gatewaySays}: ${words}`);
      setText(command, refusal?.command ?? "");
      command.hidden = command.textContent === "";
      form.hidden = !wantsSecret;
      again.hidden = wantsSecret;
      input.value = "";
      input.ariaInvalid = String(link.kind === "refused");
      (wantsSecret ? input : again).focus();
    },
  };

  function gateText(link: Link): GateText {
    return link.kind === "refused" ? gate.refused[link.refusal.kind] : gate.secretMissing;
  }
}
