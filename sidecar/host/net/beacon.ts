/** A gateway that announced itself, made from the records of DNS service discovery. Everything in it is hearsay. Pure. */

import { isIP } from "node:net";
import { parsePort } from "../../../shared/address.ts";
import { DEFAULT_PORT } from "../../../shared/config/defaults.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";

export const LOCAL_DOMAIN = "local.";

/** Characters; a record of DNS holds 255 bytes. */
const MAX_TEXT = 255;

/** The records of one service: SRV target and port, addresses, TXT. */
export interface ServiceRecords {
  name: string;
  host?: string;
  port?: number;
  addresses?: readonly string[];
  txt?: Record<string, unknown>;
}

/** What `gateway discover` reports. Names of hosts and ports are usable as they stand; absent where they were not. */
export interface Beacon {
  instanceName: string;
  domain: string;
  displayName?: string;
  /** Target of the service record. */
  host?: string;
  port?: number;
  addresses: string[];
  lanHost?: string;
  tailnetDns?: string;
  gatewayPort?: number;
  sshPort?: number;
  gatewayTls?: boolean;
  gatewayTlsSha256?: string;
  canvasPort?: number;
  cliPath?: string;
  role?: string;
  transport?: string;
  txt: Record<string, string>;
  wsUrl: string | null;
}

/** Reads the records. A host or port that is none is left out, so that nothing of it ends up in a command line. */
export function beaconFrom({ name, host, port, addresses = [], txt = {} }: ServiceRecords): Beacon {
  const facts = textsOf(txt);
  const beacon = withoutUndefined({
    instanceName: neutralLine(name, MAX_TEXT),
    domain: LOCAL_DOMAIN,
    displayName: facts.displayName,
    host: hostName(host),
    port: parsePort(String(port)),
    lanHost: hostName(facts.lanHost),
    tailnetDns: hostName(facts.tailnetDns),
    gatewayPort: parsePort(facts.gatewayPort ?? ""),
    sshPort: parsePort(facts.sshPort ?? ""),
    gatewayTls: facts.gatewayTls === undefined ? undefined : isTrue(facts.gatewayTls),
    gatewayTlsSha256: facts.gatewayTlsSha256,
    canvasPort: parsePort(facts.canvasPort ?? ""),
    cliPath: facts.cliPath,
    role: facts.role,
    transport: facts.transport,
  });
  const found = { ...beacon, addresses: addresses.filter((address) => isIP(address) !== 0), txt: facts };
  return { ...found, wsUrl: webSocketUrl(found) };
}

/** The host by which to reach the machine: an address, because not every system resolves names of `local.`, else a name. */
export function reachableHost(beacon: Omit<Beacon, "wsUrl">): string | undefined {
  const { addresses, lanHost, tailnetDns, host } = beacon;
  return addresses.find((address) => isIP(address) === 4) ?? lanHost ?? host ?? tailnetDns ?? addresses[0];
}

function webSocketUrl(beacon: Omit<Beacon, "wsUrl">): string | null {
  const host = reachableHost(beacon);
  if (host === undefined) return null;
  const port = beacon.port ?? beacon.gatewayPort ?? DEFAULT_PORT;
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  return `${beacon.gatewayTls ? "wss" : "ws"}://${authority}:${port}`;
}

function textsOf(txt: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(txt).flatMap(([key, value]): [string, string][] => {
    const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
    return typeof text === "string" ? [[neutralLine(key, MAX_TEXT), neutralLine(text, MAX_TEXT)]] : [];
  });
  return Object.fromEntries(texts);
}

/** Without the final dot; nothing but letters, digits, dots, hyphens and underscores, and no hyphen in front. */
function hostName(text: string | undefined): string | undefined {
  const name = text?.replace(/\.$/, "") ?? "";
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(name) ? name : undefined;
}

function isTrue(text: string): boolean {
  return text === "1" || text.toLowerCase() === "true";
}
