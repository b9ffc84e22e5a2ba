/** Listening sockets on Linux, read from /proc so that no program is needed (proc(5), proc_net(5)). */
import { readlinkSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { endianness } from "node:os";
import { basename } from "node:path";
import { maskCommandLine, maskWords } from "../../foreign-text.ts";
import { accountName, accountNames } from "../accounts.ts";
import { startIdOf } from "../process-identity.ts";
import type { ProcessFacts, SocketRow } from "./socket-row.ts";

/** One listening socket of /proc/net/tcp or tcp6. */
export interface ProcSocket {
  address: string;
  uid: number;
  inode: string;
}

/** The rows of /proc joined with the processes that hold the sockets; undefined when /proc/net cannot be read. */
export async function procSockets(port: number): Promise<SocketRow[] | undefined> {
  const v4 = await readText("/proc/net/tcp");
  if (v4 === undefined) return undefined;
  const v6 = (await readText("/proc/net/tcp6")) ?? "";
  const sockets = [...parseProcNet(v4, port), ...parseProcNet(v6, port)];
  if (sockets.length === 0) return [];

  const holders = await holdersOf(new Set(sockets.map((socket) => socket.inode)));
  const users = accountNames();
  return sockets.flatMap(({ address, uid, inode }): SocketRow[] => {
    const user = users.get(uid) ?? String(uid);
    const pids = holders.get(inode);
    return pids ? pids.map((pid) => ({ address, user, pid })) : [{ address, user, pid: undefined }];
  });
}

/** The listening sockets (state 0A) of `port` in the text of /proc/net/tcp or tcp6. */
export function parseProcNet(
  text: string,
  port: number,
  byteOrder: "BE" | "LE" = endianness(),
): ProcSocket[] {
  const sockets: ProcSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [hex, hexPort] = (local ?? "").split(":");
    if (state !== "0A" || inode === undefined || !hex || Number.parseInt(hexPort ?? "", 16) !== port)
      continue;
    sockets.push({ address: addressFromHex(hex, byteOrder), uid: Number(uid), inode });
  }
  return sockets;
}

/** What /proc tells about a living process; undefined when it is gone. */
export async function describeByProc(pid: number): Promise<ProcessFacts | undefined> {
  const status = await readText(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
  const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? "unknown";
  // Node names its main thread, so the program's file says more than the thread's name. Processes of others hide it.
  const program = await readlink(`/proc/${pid}/exe`).catch(() => name);
  const commandLine = (await readText(`/proc/${pid}/cmdline`)) ?? "";
  return {
    command: basename(program.replace(/ \(deleted\)$/, "")),
    commandLine: shownCommand(commandLine),
    user: accountName(uid),
    startId: startIdOf(pid),
  };
}

/** Arguments end in NUL; a program that gives itself another title writes it as one line. */
function shownCommand(commandLine: string): string {
  const words = commandLine.replace(/\0+$/, "").split("\0");
  return words.length === 1
    ? maskCommandLine(commandLine.replaceAll("\0", ""), false)
    : maskWords(words).join(" ");
}

/** The words of /proc are in the machine's byte order: `0100007F` is 127.0.0.1 on a little-endian one. */
function addressFromHex(hex: string, byteOrder: "BE" | "LE"): string {
  const words = Buffer.from(hex, "hex");
  const bytes = byteOrder === "LE" ? words.swap32() : words;
  if (bytes.length === 4) return bytes.join(".");
  const mapped = bytes.subarray(0, 12).toString("hex") === `${"0".repeat(20)}ffff`;
  if (mapped) return bytes.subarray(12).join(".");
  const groups = bytes.toString("hex").match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

async function holdersOf(inodes: ReadonlySet<string>): Promise<Map<string, number[]>> {
  const holders = new Map<string, number[]>();
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const inode of new Set(await socketInodesOf(Number(pid)))) {
      if (inodes.has(inode)) holders.set(inode, [...(holders.get(inode) ?? []), Number(pid)]);
    }
  }
  return holders;
}

/** The inodes of the sockets that a process holds; none when it is gone, or of another user, whose files stay hidden. */
export async function socketInodesOf(pid: number | undefined): Promise<string[]> {
  if (pid === undefined) return [];
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return descriptors.flatMap((descriptor) => socketInode(`/proc/${pid}/fd/${descriptor}`) ?? []);
}

function socketInode(descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(descriptor))?.[1];
  } catch {
    return undefined; // Closed between listing and reading.
  }
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
