/** Announces the gateway on the local network by multicast DNS, so that `gateway discover` and apps find it. */

import type { Service } from "bonjour-service";
import type { ServiceRecord } from "bonjour-service/dist/lib/service.js";
import { parsePort } from "../../../shared/address.ts";
import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { hostName } from "../../../shared/node/machine.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { GATEWAY_SERVICE, openMulticastDns } from "./multicast-dns.ts";

export interface Advertisement {
  port: number;
  /** The IPv4 addresses beyond loopback that the gateway listens on. Each is announced on its own interface only. */
  addresses: readonly string[];
  config: GatewayConfig;
  env: Environment;
  /** What is known only at run time, such as the fingerprint of a generated certificate. */
  facts?: AdvertisedFacts;
  /** Takes what did not work; the gateway goes on without being announced. */
  warn: (message: Remedy) => void;
}

export interface AdvertisedFacts {
  /** SHA-256 of the TLS certificate in hex; its presence means `wss`. */
  tlsSha256?: string;
  tailnetDns?: string;
  canvasPort?: number;
}

/** The longest label of DNS in bytes. */
const MAX_LABEL_BYTES = 63;
const DEFAULT_SSH_PORT = "22";
/** RFC 6762, sections 8.3 and 10. */
const SECOND_ANNOUNCEMENT_MS = 1_000;
const ADDRESS_TTL_SECONDS = 120;

/** Announces the gateway until disposed; with `discovery.mdns.mode` off or `CLAWDBOT_DISABLE_BONJOUR` it does nothing. Never throws. */
export async function advertise(advertisement: Advertisement): Promise<Disposable> {
  const { addresses, warn } = advertisement;
  if (!isDiscoverable(advertisement)) return { dispose: () => {} };
  const opened = await Promise.all(
    addresses.map(async (address) => {
      try {
        return await announceOn(address, advertisement);
      } catch (error) {
        warn(advice`the gateway cannot be announced on the local network: ${errorText(error)}`);
        return undefined;
      }
    }),
  );
  return {
    dispose: () => {
      for (const announcement of opened.splice(0)) announcement?.dispose();
    },
  };
}

/** Whether discovery is wanted at all. */
export function isDiscoverable({ config, env }: Pick<Advertisement, "config" | "env">): boolean {
  return !isMulticastDisabled(env) && config.discovery?.mdns?.mode !== "off";
}

/** Whether `CLAWDBOT_DISABLE_BONJOUR` switches multicast DNS off. */
export function isMulticastDisabled(env: Environment): boolean {
  return /^(1|true|yes|on)$/i.test(env.CLAWDBOT_DISABLE_BONJOUR?.trim() ?? "");
}

/** What the announcement says, by key. The path of the program is told in mode `full` only. */
export function announcedFacts({
  port,
  config,
  env,
  facts = {},
}: Pick<Advertisement, "port" | "config" | "env" | "facts">): Record<string, string> {
  const tailnetDns = env.CLAWDBOT_TAILNET_DNS?.trim() || facts.tailnetDns;
  const cliPath = config.discovery?.mdns?.mode === "full" ? env.CLAWDBOT_CLI_PATH?.trim() : undefined;
  return {
    role: "gateway",
    transport: "gateway",
    gatewayPort: String(port),
    lanHost: lanHost(),
    displayName: machineName(),
    sshPort: sshPort(env),
    ...(facts.tlsSha256 === undefined ? {} : { gatewayTls: "1", gatewayTlsSha256: facts.tlsSha256 }),
    ...(facts.canvasPort === undefined ? {} : { canvasPort: String(facts.canvasPort) }),
    ...(tailnetDns ? { tailnetDns } : {}),
    ...(cliPath ? { cliPath } : {}),
  };
}

async function announceOn(address: string, advertisement: Advertisement): Promise<Disposable> {
  const { port, warn } = advertisement;
  const onError = (error: unknown) =>
    warn(advice`the announcement on ${address} failed: ${errorText(error)}`);
  const { default: library } = await import("bonjour-service");
  const responder = await openMulticastDns(address, onError);
  const service = new library.Service(
    {
      name: instanceName(port),
      type: GATEWAY_SERVICE,
      port,
      host: lanHost(),
      txt: announcedFacts(advertisement),
    },
    () => {},
    () => {},
  );
  const records = recordsOn(address, service);
  responder.register(records);
  const announce = () => responder.mdns.respond(records, noted(onError));
  announce();
  const again = setTimeout(announce, SECOND_ANNOUNCEMENT_MS);
  again.unref();
  return {
    dispose: () => {
      clearTimeout(again);
      responder.unregister(records);
      const goodbyes = records.map((record) => ({ ...record, ttl: 0 }));
      responder.mdns.respond(goodbyes, () => responder.mdns.destroy());
    },
  };
}

/**
 * The records of the service with one address. The library lists every address of the machine; a host name with addresses of
 * other networks makes the system's own responder believe that somebody else claims the name.
 */
function recordsOn(address: string, service: Service): ServiceRecord[] {
  return [
    ...service.records().filter(({ type }) => type !== "A" && type !== "AAAA"),
    { name: service.host, type: "A", ttl: ADDRESS_TTL_SECONDS, data: address },
  ];
}

function noted(onError: (error: unknown) => void): (error?: unknown) => void {
  return (error) => {
    if (error) onError(error);
  };
}

function instanceName(port: number): string {
  const suffix = port === DEFAULT_PORT ? " (Clawdbot)" : ` (Clawdbot ${port})`;
  let name = machineName();
  while (Buffer.byteLength(name + suffix) > MAX_LABEL_BYTES) name = name.slice(0, -1);
  return name + suffix;
}

function machineName(): string {
  return hostName().split(".")[0] || "clawdbot";
}

function lanHost(): string {
  return `${machineName()}.local`;
}

function sshPort({ CLAWDBOT_SSH_PORT: text }: Environment): string {
  return String(parsePort(text?.trim() ?? "") ?? DEFAULT_SSH_PORT);
}
