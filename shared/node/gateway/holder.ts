/**
 * Who listens where a gateway should, by the word of the kernel: what answers there may say anything. Whoever is not this user,
 * root or the process that wrote `run/gateway.json` must not be told a secret.
 */
import { readFile } from "node:fs/promises";
import { isLoopback } from "../../address.ts";
import { accountName } from "../accounts.ts";
import { type ProcSocket, parseProcNet, socketInodesOf } from "../listeners/linux.ts";
import { account, interfaces } from "../machine.ts";
import type { Listener } from "../port-owner.ts";
import type { RuntimeInfo } from "../run-state.ts";

/** What is known of an address of this machine. */
export type Holder =
  /** May be told a secret. `identity` changes when somebody else comes to listen there. */
  | { kind: "ours"; identity: string }
  | { kind: "nobody" }
  | { kind: "stranger"; listener: Pick<Listener, "pid" | "command" | "user"> }
  /** The system does not tell. */
  | { kind: "unknown" };

/** Never throws. `gateway` is the live one of the profile, if there is one. */
export async function holderOf(
  host: string,
  port: number,
  gateway: Pick<RuntimeInfo, "pid"> | undefined,
  platform: NodeJS.Platform = process.platform,
): Promise<Holder> {
  const known = platform === "linux" ? await askProc(host, port, gateway) : undefined;
  return known ?? askTools(host, port, gateway, platform);
}

/** Whether a connection to this host stays on this machine. Names are not looked up: `localhost` is the one that counts. */
export function isThisMachine(host: string): boolean {
  if (host === "localhost" || isLoopback(host)) return true;
  // Without a list of interfaces only what is loopback by its number is known to be here.
  return Object.values(interfaces()).some((infos) => infos?.some(({ address }) => address === host));
}

/** The rows of /proc carry the user who opened the socket, which needs no rights to read; undefined where there are none. */
async function askProc(
  host: string,
  port: number,
  gateway: Pick<RuntimeInfo, "pid"> | undefined,
): Promise<Holder | undefined> {
  const v4 = await readFile("/proc/net/tcp", "latin1").catch(() => undefined);
  if (v4 === undefined) return undefined;
  const v6 = await readFile("/proc/net/tcp6", "latin1").catch(() => "");
  const sockets = [...parseProcNet(v4, port), ...parseProcNet(v6, port)];
  const met = whoIsMet(sockets, host);
  if (met.length === 0) return { kind: "nobody" };
  const own = process.geteuid?.();
  const foreign = met.filter(({ uid }) => uid !== own && uid !== 0);
  const inodes = foreign.length === 0 ? [] : await socketInodesOf(gateway?.pid);
  const stranger = foreign.find(({ inode }) => !inodes.includes(inode));
  if (stranger === undefined) return { kind: "ours", identity: met.map(({ inode }) => inode).join() };
  const { listenersOn } = await import("../port-owner.ts");
  const listeners = await listenersOn(port, "linux");
  const listener = listeners.find(({ addresses }) => addresses.includes(stranger.address));
  const unseen = { pid: undefined, command: "unknown", user: accountName(stranger.uid) };
  return { kind: "stranger", listener: listener ?? unseen };
}

async function askTools(
  host: string,
  port: number,
  gateway: Pick<RuntimeInfo, "pid"> | undefined,
  platform: NodeJS.Platform,
): Promise<Holder> {
  const { listenersOn } = await import("../port-owner.ts");
  const listeners = await listenersOn(port, platform);
  const rows = listeners.flatMap((listener) => listener.addresses.map((address) => ({ address, listener })));
  const met = [...new Set(whoIsMet(rows, host).map(({ listener }) => listener))];
  // Tools leave out what they may not see, so an empty list is no answer.
  if (met.length === 0) return { kind: "unknown" };
  const us = account().username;
  const isOurs = ({ pid, user }: Listener) =>
    (pid !== undefined && pid === gateway?.pid) || (us !== undefined && user === us) || user === "root";
  const stranger = met.find((listener) => !isOurs(listener));
  if (stranger === undefined) {
    const identity = met.map(({ pid, startId }) => `${pid}:${startId}`).join();
    return { kind: "ours", identity };
  }
  const isNamed = stranger.pid !== undefined || stranger.user !== "unknown";
  return isNamed ? { kind: "stranger", listener: stranger } : { kind: "unknown" };
}

/**
 * The sockets that a connection to `host` can end at: the one on the very address before those on all addresses, of the address's
 * own family before those that serve both.
 */
export function whoIsMet<T extends Pick<ProcSocket, "address">>(sockets: readonly T[], host: string): T[] {
  if (host === "localhost")
    return [...new Set([...whoIsMet(sockets, "127.0.0.1"), ...whoIsMet(sockets, "::1")])];
  const order = host.includes(":") ? [host, "::"] : [host, "0.0.0.0", "::"];
  for (const address of order) {
    const there = sockets.filter((socket) => socket.address === address);
    if (there.length > 0) return there;
  }
  return [];
}
