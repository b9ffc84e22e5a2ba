/** Which addresses belong to a tailnet: Tailscale gives out shared address space (RFC 6598) and one unique local IPv6 prefix. */
import { BlockList, isIP } from "node:net";
import type { Interfaces } from "../../../shared/node/machine.ts";

const TAILNET = new BlockList();
TAILNET.addSubnet("100.64.0.0", 10, "ipv4");
TAILNET.addSubnet("fd7a:115c:a1e0::", 48, "ipv6");

/** Whether an address, IPv4 or IPv6 without brackets, lies in 100.64.0.0/10 or fd7a:115c:a1e0::/48. */
export function isTailnetAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && TAILNET.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** The tailnet addresses among those of this machine, as `os.networkInterfaces()` lists them, IPv4 first. */
export function tailnetAddresses(interfaces: Interfaces): string[] {
  const own = Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .map(({ address }) => address)
    .filter(isTailnetAddress);
  return [...own.filter((address) => isIP(address) === 4), ...own.filter((address) => isIP(address) === 6)];
}
