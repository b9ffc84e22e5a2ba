/** Who is connected: one row per client, this page marked. */
import type { PresenceEntry } from "../../../shared/protocol/methods/presence.ts";
import { momentText } from "../format.ts";
import type { State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { element, section, setText, type View } from "./dom.ts";

/** The entries that are clients and here: neither the gateway itself nor those who left. */
export function presentClients(presence: readonly PresenceEntry[]): PresenceEntry[] {
  return presence.filter(({ mode, reason }) => mode !== "gateway" && reason !== "disconnect");
}

/** `ownDeviceId` answers which entry is this page, once that is known. */
export function clientsView(texts: Texts, ownDeviceId: () => string | undefined): View<State> {
  const list = element("ul");
  const count = element("span", { className: "count" });
  const none = element("p", { className: "empty" }, texts.clients.none);
  const node = section("clients", texts.clients.title, list, none);
  node.querySelector("h2")?.append(" ", count);
  let shown: readonly PresenceEntry[] | undefined;
  return {
    node,
    render: ({ presence }, nowMs) => {
      if (presence === shown) return;
      shown = presence;
      const clients = presentClients(presence);
      list.replaceChildren(...clients.map((client) => row(client, client.deviceId === ownDeviceId(), nowMs)));
      setText(count, clients.length === 0 ? "" : String(clients.length));
      none.hidden = clients.length > 0;
    },
  };

  function row(client: PresenceEntry, isThisPage: boolean, nowMs: number): HTMLElement {
    const name = element("span", { className: "name" }, client.host ?? texts.clients.unnamed);
    const since = texts.clients.since(momentText(client.ts, nowMs, texts.language));
    const about = [client.mode, client.platform, client.ip, since].filter(Boolean).join(" · ");
    const marks = isThisPage ? [element("span", { className: "tag" }, texts.clients.thisPage)] : [];
    return element(
      "li",
      {},
      element("div", {}, name, ...marks),
      element("div", { className: "about" }, about),
    );
  }
}
