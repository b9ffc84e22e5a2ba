/** Entry of the dashboard: takes the secret from the link, keeps the page connected and draws what it knows. */
import { browserClock } from "./browser-clock.ts";
import { loadDeviceIdentity } from "./device-identity.ts";
import { GatewayLink } from "./gateway-link.ts";
import { entryOfInput, rememberedEntry, takeCodeFromAddress } from "./secret.ts";
import { Store } from "./store.ts";
import { pickTexts } from "./texts/index.ts";
import { pageView } from "./views/page.ts";

// The gateway takes sockets on every path, so this also works below a path of a proxy.
const address = new URL(".", location.href).href.replace(/^http/, "ws");
const store = new Store();
const identity = loadDeviceIdentity();
const link = new GatewayLink(store, browserClock, identity, address);
const texts = pickTexts(navigator.languages);
let ownDeviceId: string | undefined;

const page = pageView({
  texts,
  address: address.replace(/\/$/, ""),
  ownDeviceId: () => ownDeviceId,
  enter: (secret, keeping) => link.connect(entryOfInput(secret, keeping)),
  tryAgain: () => link.retryNow(),
  send: (text) => link.conversation.send(text),
  stop: () => void link.conversation.stop(),
  decide: (id, decision) => void link.decide(id, decision),
});

document.documentElement.lang = texts.language;
document.body.append(page.node);
const render = () => page.render(store.state, browserClock.now(), browserClock.monotonicMs());
store.subscribe(render);
browserClock.every(1_000, render);
render();

addEventListener("hashchange", () => {
  const entry = takeCodeFromAddress();
  if (entry !== undefined) link.connect(entry);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && store.state.link.kind === "waiting") link.retryNow();
});

const entry = takeCodeFromAddress() ?? rememberedEntry();
ownDeviceId = (await identity)?.id;
if (entry === undefined) store.dispatch({ type: "secret-missing" });
else link.connect(entry);
