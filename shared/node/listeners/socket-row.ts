/** What a system's list of sockets says about one listening TCP socket, before processes are looked up. */

export interface ProcessFacts {
  /** File name of the program, such as `node`. */
  command: string;
  /** Program and arguments, in which secrets are replaced by `***`; empty when the system does not tell. */
  commandLine: string;
  /** Name of the account, or its number when it has no name. */
  user: string;
  /** As `startIdOf` returns it. */
  startId: string | undefined;
}

/** One socket and one process that holds it: a socket shared by two processes gives two rows. */
export interface SocketRow {
  /** IP address without brackets; `0.0.0.0` and `::` for all. */
  address: string;
  /** Undefined when the system hides it, as it does with processes of other users. */
  pid: number | undefined;
  /** Known without the pid: the account that opened the socket. */
  user?: string;
  /** Present when the list itself describes the process. */
  process?: ProcessFacts;
}

/** One way to list sockets: undefined when this system does not offer it. */
export type SocketSource = (port: number) => Promise<SocketRow[] | undefined>;

/** Splits `127.0.0.1:80`, `[::1]:80`, `*:80` and the BSD form `127.0.0.1.80`. `any` is what `*` means. */
export function splitAddress(
  text: string,
  any: "0.0.0.0" | "::",
): { address: string; port: number } | undefined {
  const match = /^(.+)[.:](\d+)$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const address = match[1].replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  return { address: address === "*" ? any : address, port: Number(match[2]) };
}
