/** What this gateway is: where it listens, which version and process, which model it uses. */
import type { State } from "../store.ts";
import type { Texts } from "../texts/texts.ts";
import { section, termList, type View } from "./dom.ts";

/** `address` is the gateway's WebSocket address. */
export function factsView({ facts }: Texts, address: string): View<State> {
  const list = termList([facts.address, facts.version, facts.process, facts.model, facts.config]);
  return {
    node: section("facts", facts.title, list.node),
    render: ({ gateway }) => {
      const process = gateway?.pid === undefined ? undefined : `PID ${gateway.pid}`;
      const machine = [process, gateway?.host].filter(Boolean).join(" · ");
      list.set([address, gateway?.version, machine, gateway?.model, gateway?.configPath]);
    },
  };
}
