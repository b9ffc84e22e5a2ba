/** TCP ports and addresses as people write them. */

/** Whether the value is a TCP port, 1-65535. */
export function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** The port that a text names in plain decimal digits; undefined for any other text. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return isPort(port) ? port : undefined;
}

/** The host as it stands in an address: an IPv6 one in brackets. */
export function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** `127.0.0.1:80`, `[::1]:80`. */
export function hostPort(host: string, port: number): string {
  return `${urlHost(host)}:${port}`;
}

/** 127.0.0.0/8 and ::1, without brackets. */
export function isLoopback(ip: string): boolean {
  return ip === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(ip);
}

/** Whether the address leads to this machine by the number or name of its loopback. */
export function isLoopbackUrl(url: URL): boolean {
  return url.hostname === "localhost" || isLoopback(plainHost(url));
}

/** The host of an address, an IPv6 one without its brackets. */
export function plainHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}
