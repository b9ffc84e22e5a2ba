/** Keeps foreign web pages out: a browser always says where a page came from, other clients say nothing. */

import { isIP } from "node:net";
import { isLoopback } from "../../../shared/address.ts";
import { hostName as machineName } from "../../../shared/node/machine.ts";
import { hostName } from "../auth/client-address.ts";

/**
 * Whether a request with this `Origin` may connect: no origin (not a browser), a configured one, a page of this machine, or a
 * page of this very gateway. "This very gateway" needs the same host and port in `Host`, and a name that cannot be rebound to
 * us by a stranger's DNS: an address, this machine's name or a tailnet name (anybody can have one, but only for his own machine).
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowedOrigins.some((allowed) => allowed.replace(/\/$/, "").toLowerCase() === origin.toLowerCase()))
    return true;
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    return false; // "null" and garbage: sandboxed frames, file: pages.
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return false;
  const name = hostName(url.host);
  if (name === "localhost" || isLoopback(name)) return true;
  const sameHost = url.host.toLowerCase() === (host ?? "").trim().toLowerCase();
  return sameHost && isUnrebindable(name);
}

/**
 * Whether a page may be asked for under this `Host`: an address, a name of this machine, a tailnet name or the host of a
 * configured origin. Any other name leads to us by a stranger's DNS, whose pages could then read ours.
 */
export function isHostAllowed(host: string | undefined, allowedOrigins: readonly string[]): boolean {
  // Every browser sends one.
  if (host === undefined) return true;
  const name = hostName(host);
  return (
    name === "localhost" ||
    isUnrebindable(name) ||
    allowedOrigins.some((origin) => URL.parse(origin)?.hostname.toLowerCase() === name)
  );
}

function isUnrebindable(name: string): boolean {
  return isIP(name) !== 0 || name.endsWith(".ts.net") || isOwnName(name);
}

function isOwnName(name: string): boolean {
  const own = machineName().toLowerCase();
  return name === own || name === `${own}.local` || name === own.split(".")[0];
}
