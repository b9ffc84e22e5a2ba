/** Whether a text has the form of what a key of the configuration asks for. None of these looks at the machine or the network. */
import { parsePort } from "../address.ts";

/** Of the web, without an account in it: no client sends a request to one with a password. */
export function isWebAddress(text: string): boolean {
  return isAddress(text, /^https?:$/);
}

/** Of a gateway. */
export function isGatewayAddress(text: string): boolean {
  return isAddress(text, /^wss?:$/) && !text.includes("#");
}

/** As browsers write where a page comes from: scheme, host and port; or `*`, by which other releases mean each of them. */
export function isOrigin(text: string): boolean {
  if (text === "*") return true;
  return /^[a-z][a-z\d+.-]*:\/\/[^/?#\s@]+\/?$/i.test(text) && URL.canParse(text);
}

/** Of this machine. */
export function isPath(text: string): boolean {
  return text.trim() !== "" && !/\p{Cc}/u.test(text) && !/^[a-z][a-z\d+.-]+:\/\//i.test(text.trim());
}

/** Where a page is served on a host: names between slashes. */
export function isBasePath(text: string): boolean {
  const names = text.trim().replace(/^\/+|\/+$/g, "");
  return (
    names === "" || names.split("/").every((name) => /^[^\s?#\\]+$/.test(name) && !/^\.\.?$|:$/.test(name))
  );
}

/** An address to listen on, or the name of a network interface, which may be nearly anything. */
export function isBindHost(text: string): boolean {
  const plain = text.trim().replace(/^\[|\]$/g, "");
  if (plain === "" || /[\p{Cc}/]/u.test(plain)) return false;
  return /^[\d.]+(:\d+)?$/.test(plain) ? isIpv4(plain) : true;
}

/** An address of IPv4 or IPv6, or a range of them with the length of its prefix. */
export function isProxy(text: string): boolean {
  const [address = "", prefix, ...others] = text.trim().split("/");
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : 0;
  if (most === 0 || others.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most);
}

/** `user@host:port`; user and port may be missing. */
export function isSshTarget(text: string): boolean {
  const parts = SSH_TARGET.exec(text.trim());
  return parts !== null && (parts[3] === undefined || parsePort(parts[3]) !== undefined);
}

/** Where ssh logs in: user, host and port. A host begins like a word, as anything else would be an option of ssh. */
export const SSH_TARGET = /^(?:(\w[\w.-]*)@)?(\w[\w.-]*|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?$/;

/** `provider/name`, whose name may hold further slashes, or a word for one. */
export function isModel(text: string): boolean {
  return !/\p{Cc}/u.test(text) && text.split("/").every((part) => part.trim() !== "");
}

function isAddress(text: string, scheme: RegExp): boolean {
  const url = URL.parse(text);
  return url !== null && scheme.test(url.protocol) && url.username === "" && url.password === "";
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function isIpv6(text: string): boolean {
  // A zone is an address of this machine alone, and no peer's.
  return text.includes(":") && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);
}
