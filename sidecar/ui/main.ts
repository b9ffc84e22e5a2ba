/** Entry of the dashboard: takes the secret from the link, keeps the page connected and draws what it knows. */
import { browserClock } from "./browser-clock.ts";
import { loadDeviceIdentity } from "./device-identity.ts";
import { GatewayLink } from "./gateway-link.ts";
import {
  rememberedSecret,
  rememberSecret,
  type Secret,
  secretOfInput,
  takeCodeFromAddress,
} from "./secret.ts";
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
  enter: (secret) => connect(secretOfInput(secret)),
  tryAgain: () => link.retryNow(),
});

document.documentElement.lang = texts.language;
document.body.append(page.node);
const render = () => page.render(store.state, browserClock.now(), browserClock.monotonicMs());
store.subscribe(render);
browserClock.every(1_000, render);
render();

addEventListener("hashchange", () => {
  const secret = takeCodeFromAddress();
  if (secret !== undefined) connect(secret);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && store.state.link.kind === "waiting") link.retryNow();
});

const secret = takeCodeFromAddress() ?? rememberedSecret();
ownDeviceId = (await identity)?.id;
if (secret === undefined) store.dispatch({ type: "secret-missing" });
else connect(secret);

function connect(secret: Secret): void {
  rememberSecret(secret);
  link.connect(secret);
}
