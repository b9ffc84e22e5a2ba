/** Where a request to the web may go: which addresses are looked at by their text, before a name is asked for. */
import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** An address that a request may go to. */
export interface WebTarget {
  /** Without an account in it. */
  url: URL;
  /** Somebody said that this host may be asked wherever it is. */
  isAllowed: boolean;
}

/** The request was not made, or was given up; the message is a sentence. */
export class WebRefused extends Error {
  override name = "WebRefused";
  /** It would have gone to something that is not on the internet. */
  readonly isPrivate: boolean;

  constructor(message: string, isPrivate = false) {
    super(message);
    this.isPrivate = isPrivate;
  }
}

const PORTS = ["", "80", "443", "8080", "8443"];

/** Names that never belong to a host of the internet, and those by which machines of a cloud ask about themselves. */
const PRIVATE_NAMES =
  /(?:^|\.)(?:localhost|local|internal|home\.arpa|localdomain|lan|intranet)$|^(?:metadata|metadata\.goog|instance-data)$/;

/** Fails with `WebRefused`. Whether a name leads to a public address is seen when it is asked for. */
export function webTarget(text: string, allowHosts: readonly string[]): WebTarget {
  const url = URL.parse(text.trim());
  if (url === null)
    throw new WebRefused("That is no address of a page: write one such as https://example.org/.");
  if (!/^https?:$/.test(url.protocol))
    throw new WebRefused(`Pages are read over http and https, and not over ${url.protocol.slice(0, -1)}.`);
  url.username = "";
  url.password = "";
  url.hash = "";
  if (isAllowed(url, allowHosts)) return { url, isAllowed: true };
  const host = hostOf(url);
  if (isIP(host) === 0 ? PRIVATE_NAMES.test(host) || host === "" : !isPublicAddress(host))
    throw notPublic(host);
  if (!PORTS.includes(url.port))
    throw new WebRefused(`The port ${url.port} is none that pages are read at: 80, 443, 8080 and 8443 are.`);
  return { url, isAllowed: false };
}

/** The name or address, without brackets and without a dot at its end. */
export function hostOf({ hostname }: URL): string {
  return hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.+$/, "")
    .toLowerCase();
}

export function notPublic(host: string): WebRefused {
  return new WebRefused(`${host} is not on the public internet.`, true);
}

/** Entries are hosts as an address has them, with a port or for any. */
function isAllowed(url: URL, allowHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return allowHosts.some((entry) => {
    const plain = entry.trim();
    const named = /^(.*[^:]|\[.*\]):(\d{1,5})$/.exec(plain);
    const isBare = isIP(plain) === 6;
    const [host = plain, wanted] = named === null || isBare ? [plain] : [named[1], named[2]];
    const parsed = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}`);
    return parsed !== null && hostOf(parsed) === hostOf(url) && (wanted === undefined || wanted === port);
  });
}
