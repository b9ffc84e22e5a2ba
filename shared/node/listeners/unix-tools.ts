/** Listening sockets as `ss`, `lsof` and the netstat of macOS print them, and processes as `ps` does. */
import { basename } from "node:path";
import { maskCommandLine } from "../../foreign-text.ts";
import { accountName } from "../accounts.ts";
import { startIdOf } from "../process-identity.ts";
import { runTool } from "../run-tool.ts";
import { type ProcessFacts, type SocketRow, splitAddress } from "./socket-row.ts";

export async function ssSockets(port: number): Promise<SocketRow[] | undefined> {
  const text = await runTool("ss", ["-H", "-ltnpe", `sport = :${port}`]);
  return text === undefined ? undefined : parseSs(text, port);
}

/** lsof skips processes of other users, so an empty list is no answer: the next source may know more. */
export async function lsofSockets(port: number): Promise<SocketRow[] | undefined> {
  const args = ["+c0", "-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-FpLtn"];
  // Often not on PATH under launchd.
  const text = (await runTool("/usr/sbin/lsof", args)) ?? (await runTool("lsof", args));
  const rows = text === undefined ? [] : parseLsof(text, port);
  return rows.length === 0 ? undefined : rows;
}

export async function macNetstatSockets(port: number): Promise<SocketRow[] | undefined> {
  const text = await runTool("/usr/sbin/netstat", ["-anv", "-p", "tcp"]);
  return text === undefined ? undefined : parseMacNetstat(text, port);
}

/**
 * Rows of `ss -H -ltnpe`. Without the right to see the process its column is missing; the account is told in any case, and that of root
 * by the number of the socket alone.
 */
export function parseSs(text: string, port: number): SocketRow[] {
  return text.split("\n").flatMap((line): SocketRow[] => {
    const [, , , localText, , ...more] = line.trim().split(/\s+/);
    // `*` is how ss writes a socket that serves both families.
    const local = splitAddress(localText ?? "", "::");
    if (local?.port !== port) return [];
    const rest = more.join(" ");
    const pids = [...rest.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1]));
    const uid = /\buid:(\d+)/.exec(rest)?.[1] ?? (/\bino:\d/.test(rest) ? "0" : undefined);
    const account = uid === undefined ? {} : { user: accountName(Number(uid)) };
    return (pids.length === 0 ? [undefined] : [...new Set(pids)]).map((pid) => ({
      address: local.address,
      pid,
      ...account,
    }));
  });
}

/** Rows of `lsof -FpLtn`: one field per line, a process (p, L) followed by its files (f, t, n). */
export function parseLsof(text: string, port: number): SocketRow[] {
  const rows: SocketRow[] = [];
  let pid: number | undefined;
  let user = "";
  let any: "0.0.0.0" | "::" = "0.0.0.0";
  for (const line of text.split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) pid = Number(value);
    else if (line.startsWith("L")) user = value;
    else if (line.startsWith("t")) any = value === "IPv6" ? "::" : "0.0.0.0";
    else if (line.startsWith("n")) {
      const local = splitAddress(value, any);
      if (local?.port === port) rows.push({ address: local.address, pid, user });
    }
  }
  return rows;
}

/**
 * Rows of the netstat of macOS. Up to version 14 the pid is the third column after the state, in 15 the fifth, and
 * since 26 it is joined to the program's name, which may contain spaces: `My App:812`.
 */
export function parseMacNetstat(text: string, port: number): SocketRow[] {
  const columns = /\(state\)(.*)$/im.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const pidColumn = columns.indexOf("pid");
  return text.split("\n").flatMap((line): SocketRow[] => {
    const match = /^(tcp\S*)\s+\d+\s+\d+\s+(\S+)\s+\S+\s+LISTEN\s+(.*)$/.exec(line);
    const [, protocol = "", localText = "", rest = ""] = match ?? [];
    const local = splitAddress(localText, protocol === "tcp4" ? "0.0.0.0" : "::");
    if (local?.port !== port) return [];
    const pid = Number(pidColumn >= 0 ? rest.split(/\s+/)[pidColumn] : /:(\d+)\s/.exec(rest)?.[1]);
    return [{ address: local.address, pid: Number.isInteger(pid) && pid > 0 ? pid : undefined }];
  });
}

/** What `ps` tells about a living process; undefined when it is gone. */
export async function describeByPs(pid: number): Promise<ProcessFacts | undefined> {
  const ask = async (column: string) =>
    (await runTool("ps", ["-ww", "-o", `${column}=`, "-p", String(pid)]))?.trim();
  const [user, program, commandLine] = await Promise.all([ask("user"), ask("comm"), ask("command")]);
  if (!program) return undefined;
  return {
    command: basename(program),
    commandLine: maskCommandLine(commandLine ?? "", false),
    user: user ?? "unknown",
    startId: startIdOf(pid),
  };
}
