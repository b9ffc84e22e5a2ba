/** Finds gateways that announce themselves by multicast DNS in `local.`. */

import { setTimeout as delay } from "node:timers/promises";
import type { Server } from "bonjour-service/dist/lib/mdns-server.js";
import { errorText, SetupError } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { advice } from "../../../shared/remedy.ts";
import { type Beacon, beaconFrom, LOCAL_DOMAIN } from "./beacon.ts";
import { GATEWAY_SERVICE, multicastAddresses, openMulticastDns } from "./multicast-dns.ts";

export interface DiscoveryOptions {
  timeoutMs: number;
  /** Ends earlier when nothing new came for so long; default: never. */
  quietMs?: number;
  /** IPv4 addresses of the interfaces to ask on; default: all that reach other machines. */
  addresses?: readonly string[];
  signal?: AbortSignal;
}

/** What was found, and in which domains of DNS. */
export interface Discovery {
  domains: string[];
  beacons: Beacon[];
}

/** Questions are lost now and then: ask again after these times, a second apart and more (RFC 6762, section 5.2). */
const REPEAT_AFTER_MS = [1_000, 2_000, 4_000];
/** What an answer left out is asked for after these times. */
const COMPLETE_AFTER_MS = [250, 400, 800];
/** Nobody runs so many gateways; a network full of forged ones must not fill the memory. */
const MAX_BEACONS = 200;

/**
 * Listens for `timeoutMs` and returns the gateways by name. Fails with `ADDRESS_UNAVAILABLE` when nobody could be asked,
 * which is not the same as finding none.
 */
export async function discoverGateways(options: DiscoveryOptions): Promise<Discovery> {
  const beacons = await browse(options);
  return {
    domains: [LOCAL_DOMAIN],
    beacons: beacons.sort((a, b) => a.instanceName.localeCompare(b.instanceName)),
  };
}

/** Multicast DNS on every interface; a gateway seen on several is one beacon with all its addresses. */
async function browse(options: DiscoveryOptions): Promise<Beacon[]> {
  const { default: library } = await import("bonjour-service");
  const responders = await openAll(options.addresses ?? multicastAddresses());
  try {
    const book = new AddressBook();
    const silence = new Silence(options);
    const browsers = responders.map((responder) => {
      responder.mdns.on("response", (packet: Packet) => book.read(packet));
      return new library.Browser(responder.mdns, { type: GATEWAY_SERVICE }, () => silence.broken());
    });
    const complete = () => {
      for (const [index, { services }] of browsers.entries()) {
        const unknown = services.filter(({ host }) => !book.knows(host));
        for (const { host } of unknown) responders[index]?.mdns.query(host, "A");
      }
    };
    const again = () => {
      for (const browser of browsers) browser.update();
    };
    await Promise.all([
      repeat(complete, COMPLETE_AFTER_MS, silence.until),
      repeat(again, REPEAT_AFTER_MS, silence.until),
    ]);
    silence.dispose();
    return merged(
      browsers
        .flatMap(({ services }) => services)
        .map((service) => beaconFrom({ ...service, addresses: book.addressesOf(service) })),
    );
  } finally {
    for (const responder of responders) responder.mdns.destroy();
  }
}

/** As many as can be opened. Fails with `ADDRESS_UNAVAILABLE` when none can. */
async function openAll(addresses: readonly string[]): Promise<Server[]> {
  const opened = await Promise.allSettled(addresses.map((address) => openMulticastDns(address, () => {})));
  const responders = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (responders.length > 0) return responders;
  const reasons = opened.flatMap((each) => (each.status === "rejected" ? [errorText(each.reason)] : []));
  const reason = reasons.join("; ") || "no network interface reaches other machines";
  throw new SetupError("ADDRESS_UNAVAILABLE", advice`Cannot look for gateways: ${reason}.`);
}

/** Ends a search: at its time limit, when it is told to, or when nothing new came for a while. */
class Silence implements Disposable {
  readonly until: AbortSignal;
  readonly #quietMs: number | undefined;
  readonly #end = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ timeoutMs, quietMs, signal }: DiscoveryOptions) {
    this.#quietMs = quietMs;
    const limits = [this.#end.signal, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
    this.until = AbortSignal.any(limits);
    this.broken();
  }

  /** Something new came. */
  broken(): void {
    clearTimeout(this.#timer);
    if (this.#quietMs !== undefined) this.#timer = setTimeout(() => this.#end.abort(), this.#quietMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

/** What we read of a packet. */
interface Packet {
  answers: { name: string; type: string; data: unknown }[];
  additionals: { name: string; type: string; data: unknown }[];
}

/** Addresses by host name. An answer may bring a service without them, and the library does not add what comes later. */
class AddressBook {
  #addresses = new Map<string, Set<string>>();

  read({ answers, additionals }: Packet): void {
    for (const { name, type, data } of [...answers, ...additionals]) {
      if ((type !== "A" && type !== "AAAA") || typeof data !== "string") continue;
      const known = this.#addresses.get(name.toLowerCase());
      if (known !== undefined) known.add(data);
      else if (this.#addresses.size < MAX_BEACONS) this.#addresses.set(name.toLowerCase(), new Set([data]));
    }
  }

  knows(host: string): boolean {
    return this.#addresses.has(host.toLowerCase());
  }

  addressesOf({ host, addresses = [] }: { host: string; addresses?: readonly string[] }): string[] {
    return addresses.length > 0 ? [...addresses] : [...(this.#addresses.get(host.toLowerCase()) ?? [])];
  }
}

/** Resolves when the time is over. */
async function repeat(ask: () => void, afterMs: readonly number[], until: AbortSignal): Promise<void> {
  try {
    for (const waitMs of afterMs) {
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
