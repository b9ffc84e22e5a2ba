/** Whether an address of IP belongs to the public internet: what does not may be this machine, its network, or a service that answers only there. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Of IPv4: this machine, private and link-local networks, those that are set aside, and those for several receivers. */
const NOT_PUBLIC: readonly [network: string, prefix: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** False for what is no address, too. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return isPublicIpv4(address);
  return isIPv6(address) && isPublicIpv6(address);
}

function isPublicIpv4(address: string): boolean {
  notPublic ??= NOT_PUBLIC.reduce((list, [network, prefix]) => {
    list.addSubnet(network, prefix, "ipv4");
    return list;
  }, new BlockList());
  return !notPublic.check(address, "ipv4");
}

let notPublic: BlockList | undefined;

/** An address that another one is written in counts as that one; all else is public only among global unicast addresses. */
function isPublicIpv6(address: string): boolean {
  const groups = groupsOf(address);
  if (groups === undefined) return false;
  const within = embedded(groups);
  if (within !== undefined) return isPublicIpv4(within);
  const [first = 0, second = 0] = groups;
  const isGlobal = (first & 0xe000) === 0x2000;
  // Protocol assignments with Teredo, and documentation.
  const isSetAside = (first === 0x2001 && second < 0x200) || (first === 0x2001 && second === 0xdb8);
  return isGlobal && !isSetAside && (first !== 0x3fff || second >= 0x1000);
}

/** The address of IPv4 in one of IPv6: mapped, of NAT64, or of 6to4; see RFC 4291, 6052 and 3056. */
function embedded(groups: readonly number[]): string | undefined {
  const prefix = groups.slice(0, 6).map((group) => group.toString(16));
  if (prefix.join(":") === "0:0:0:0:0:ffff" || prefix.join(":") === "64:ff9b:0:0:0:0")
    return dotted(groups[6], groups[7]);
  return groups[0] === 0x2002 ? dotted(groups[1], groups[2]) : undefined;
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** Its eight groups; undefined for one with a zone, which only this machine knows. */
function groupsOf(address: string): number[] | undefined {
  const host = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (host === undefined) return undefined;
  const [head = "", tail] = host.split("::");
  const parts = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [parts(head), parts(tail ?? "")];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
