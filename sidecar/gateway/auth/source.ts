/**
 * Whom something is counted against. Who has one IPv6 address has 2^64 of them and mostly 2^80, and on this machine everybody has all
 * of 127.0.0.0/8: what somebody may choose for free is no key to count by.
 */
import { isIP } from "node:net";
import { isLoopback } from "../../../shared/address.ts";
import { isTailnetAddress } from "../../host/net/tailnet-address.ts";
import { type ClientAddress, normalizeIp } from "./client-address.ts";

export interface Source {
  /** The programs of this machine are one source. */
  local: boolean;
  /** The programs of the proxy's machine, which may be this one, are in it as well. */
  shared?: boolean;
  /** What one subscriber has: an IPv4 address or an IPv6 network of 64 bits. */
  key: string;
  /** What one organisation has: the IPv6 network of 48 bits. */
  network?: string;
}

const THIS_MACHINE: Source = { local: true, key: "this machine" };

/**
 * Who answers for a client. What comes through a proxy we do not trust has a count of its own, so that strangers behind it cannot
 * lock out the programs on the proxy's machine.
 */
export function accountableFor({ ip, local, untrustedProxy, nameless }: ClientAddress): Source {
  if (local) return THIS_MACHINE;
  const source = sourceOf(ip);
  if (!untrustedProxy && !source.local) return source;
  const key = nameless === true ? `beside ${source.key}` : `through ${source.key}`;
  return { local: false, key, ...(nameless === true ? { shared: true } : {}) };
}

/** Who opened a TCP connection. */
export function sourceOf(address: string): Source {
  const ip = normalizeIp(address);
  if (isLoopback(ip)) return THIS_MACHINE;
  const groups = isIP(ip) === 6 ? groupsOf(ip) : [];
  const embedded = embeddedIpv4(groups);
  if (embedded !== undefined) return { local: false, key: embedded };
  // A tailnet hands every machine one address out of the same network.
  if (groups.length === 0 || isTailnetAddress(ip)) return { local: false, key: ip };
  const network = (bits: number) =>
    `${groups
      .slice(0, bits / 16)
      .map(hex)
      .join(":")}::/${bits}`;
  return { local: false, key: network(64), network: network(48) };
}

/** The eight groups of an IPv6 address. */
function groupsOf(ip: string): number[] {
  const [head = "", tail] = ip.split("::");
  const read = (part: string) => part.split(":").filter(Boolean).flatMap(groupsIn);
  const [before, after] = [read(head), read(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<number>(zeros).fill(0), ...after];
}

/** One group in hexadecimal, or the last two as an IPv4 address. */
function groupsIn(text: string): number[] {
  if (!text.includes(".")) return [Number.parseInt(text, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** The IPv4 address that an IPv6 one stands for: mapped, through NAT64 (RFC 6052) or 6to4 (RFC 3056). */
function embeddedIpv4(groups: readonly number[]): string | undefined {
  const [first, second] = groups;
  const isAllZero = (part: readonly number[]) => part.every((group) => group === 0);
  if (isAllZero(groups.slice(0, 5)) && groups[5] === 0xffff) return ipv4(groups[6], groups[7]);
  if (first === 0x64 && second === 0xff9b && isAllZero(groups.slice(2, 6))) return ipv4(groups[6], groups[7]);
  return first === 0x2002 ? ipv4(second, groups[2]) : undefined;
}

function ipv4(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

function hex(group: number): string {
  return group.toString(16);
}
