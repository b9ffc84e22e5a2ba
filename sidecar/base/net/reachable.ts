/** The addresses that a host of the web may be reached by: asked for once, and looked at before anything is sent there. */
import { lookup as systemLookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";
import { hostOf, notPublic, type WebTarget } from "./web-target.ts";

export interface HostAddress {
  address: string;
  family: number;
}

export type ResolveName = (host: string) => Promise<readonly HostAddress[]>;

/** Those of the target's name that may be asked; none for a target that is an address itself. Fails with `WebRefused` where no one may. */
export async function reachableAddresses(
  { url, isAllowed }: WebTarget,
  resolve: ResolveName = resolveName,
): Promise<readonly HostAddress[]> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host) : [];
  const reachable = isAllowed ? addresses : addresses.filter(({ address }) => isPublicAddress(address));
  if (addresses.length > 0 && reachable.length === 0) throw notPublic(host);
  return reachable;
}

/** A name is asked for once: whoever answers for it has no second answer. */
export function pinned(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, options, answer) => {
    const [first] = addresses;
    if (first === undefined) answer(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), "", 0);
    else if (options.all === true) answer(null, [...addresses]);
    else answer(null, first.address, first.family);
  };
}

async function resolveName(host: string): Promise<readonly HostAddress[]> {
  return await systemLookup(host, { all: true });
}
