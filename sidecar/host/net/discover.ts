/** Finds gateways that announce themselves: by multicast DNS in `local.` and, where asked, by plain DNS in `clawdbot.internal.`. */
import { setTimeout as delay } from "node:timers/promises";
import { errorText, SetupError } from "../../../shared/errors.ts";
import { type Beacon, beaconFrom, LOCAL_DOMAIN, WIDE_AREA_DOMAIN } from "./beacon.ts";
import { GATEWAY_SERVICE, multicastAddresses, openMulticastDns } from "./multicast-dns.ts";

export interface DiscoveryOptions {
  timeoutMs: number;
  /** Ends earlier when nothing new came for so long; default: never. */
  quietMs?: number;
  wideArea: boolean;
  /** IPv4 addresses of the interfaces to ask on; default: all that reach other machines. */
  addresses?: readonly string[];
  signal?: AbortSignal;
}

/** What was found. `problems` are domains that could not be asked, in words. */
export interface Discovery {
  domains: string[];
  beacons: Beacon[];
  problems: string[];
}

/** Questions are lost now and then: ask again after these times (RFC 6762, section 5.2). */
const REPEAT_AFTER_MS = [250, 1_000, 3_000];
/** Nobody runs so many gateways; a network full of forged ones must not fill the memory. */
const MAX_BEACONS = 200;

/**
 * Listens for `timeoutMs` and returns the gateways by name. Fails with `ADDRESS_UNAVAILABLE` when no domain could be asked,
 * which is not the same as finding none.
 */
export async function discoverGateways(options: DiscoveryOptions): Promise<Discovery> {
  const domains = [LOCAL_DOMAIN, ...(options.wideArea ? [WIDE_AREA_DOMAIN] : [])];
  const answers = await Promise.allSettled([
    browse(options),
    ...(options.wideArea ? [lookUpWideArea(options.timeoutMs)] : []),
  ]);
  const failures = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  if (failures.length === answers.length) throw failures[0];
  const beacons = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  return {
    domains,
    beacons: beacons.sort((a, b) => a.instanceName.localeCompare(b.instanceName)),
    problems: failures.map((failure) => errorText(failure)),
  };
}

/** Multicast DNS on every interface; a gateway seen on several is one beacon with all its addresses. */
async function browse({ timeoutMs, quietMs, addresses, signal }: DiscoveryOptions): Promise<Beacon[]> {
  const interfaces = addresses ?? multicastAddresses();
  if (interfaces.length === 0) {
    throw new SetupError(
      "ADDRESS_UNAVAILABLE",
      "Cannot look for gateways: no network interface reaches other machines.",
    );
  }
  const opened = await Promise.allSettled(interfaces.map((address) => openMulticastDns(address, () => {})));
  const responders = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (responders.length === 0) {
    const reasons = opened.flatMap((each) => (each.status === "rejected" ? [errorText(each.reason)] : []));
    throw new SetupError("ADDRESS_UNAVAILABLE", `Cannot look for gateways: ${reasons.join("; ")}.`);
  }
  const { default: library } = await import("bonjour-service");
  const end = new AbortController();
  const until = AbortSignal.any([end.signal, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(quiet);
    if (quietMs !== undefined) quiet = setTimeout(() => end.abort(), quietMs);
  };
  const browsers = responders.map((responder) => {
    const browser = new library.Browser(responder.mdns, { type: GATEWAY_SERVICE });
    return browser.on("up", heard);
  });
  heard();
  await askAgain(() => {
    for (const browser of browsers) browser.update();
  }, until);
  clearTimeout(quiet);
  for (const responder of responders) responder.mdns.destroy();
  return merged(browsers.flatMap(({ services }) => services).map((found) => beaconFrom(found, LOCAL_DOMAIN)));
}

async function askAgain(ask: () => void, until: AbortSignal): Promise<void> {
  try {
    for (const waitMs of REPEAT_AFTER_MS) {
      await delay(waitMs, undefined, { signal: until });
      ask();
    }
    await new Promise((_, reject) => until.addEventListener("abort", reject, { once: true }));
  } catch {
    // The time is over: that is how every search ends.
  }
}

function merged(beacons: Beacon[]): Beacon[] {
  const byName = new Map<string, Beacon>();
  for (const beacon of beacons.slice(0, MAX_BEACONS)) {
    const known = byName.get(beacon.instanceName);
    const addresses = [...new Set([...(known?.addresses ?? []), ...beacon.addresses])];
    byName.set(beacon.instanceName, { ...beacon, ...known, addresses });
  }
  return [...byName.values()];
}

async function lookUpWideArea(timeoutMs: number): Promise<Beacon[]> {
  const { lookUpServices } = await import("./wide-area.ts");
  const found = await lookUpServices(`_${GATEWAY_SERVICE}._tcp.${WIDE_AREA_DOMAIN}`, timeoutMs);
  return found.slice(0, MAX_BEACONS).map((service) => beaconFrom(service, WIDE_AREA_DOMAIN));
}
