/** Listening sockets on Windows, by PowerShell, or by netstat where its cmdlets are missing. */
import { maskCommandLine } from "../../foreign-text.ts";
import { isRecord } from "../../protocol/frame.ts";
import { startIdOf } from "../process-identity.ts";
import { runTool } from "../run-tool.ts";
import { type ProcessFacts, type SocketRow, splitAddress } from "./socket-row.ts";

/** PowerShell alone takes a second or two to start on a busy machine. */
const POWERSHELL_TIMEOUT_MS = 10_000;

export async function powershellSockets(port: number): Promise<SocketRow[] | undefined> {
  const script = [
    "$ErrorActionPreference = 'Stop'",
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8",
    `$rows = Get-NetTCPConnection -State Listen -LocalPort ${port} -ErrorAction SilentlyContinue | ForEach-Object {`,
    "  $p = Get-CimInstance Win32_Process -Filter ('ProcessId=' + $_.OwningProcess)",
    "  $owner = if ($p) { (Invoke-CimMethod -InputObject $p -MethodName GetOwner).User }",
    "  @{ address = $_.LocalAddress; pid = $_.OwningProcess; command = $p.Name; commandLine = $p.CommandLine;",
    "     user = $owner; startId = [string]$p.CreationDate.Ticks }",
    "}",
    "ConvertTo-Json -Compress -InputObject @($rows)",
  ].join("\n");
  const args = ["-NoProfile", "-NonInteractive", "-Command", script];
  const text = await runTool("powershell.exe", args, POWERSHELL_TIMEOUT_MS);
  return text === undefined ? undefined : parsePowershell(text);
}

export async function windowsNetstatSockets(port: number): Promise<SocketRow[] | undefined> {
  const texts = await Promise.all(
    ["TCP", "TCPv6"].map((family) => runTool("netstat", ["-ano", "-p", family])),
  );
  if (texts.every((text) => text === undefined)) return undefined;
  return parseWindowsNetstat(texts.join("\n"), port);
}

/** The rows of the query above; undefined when the text is not its answer. */
export function parsePowershell(text: string): SocketRow[] | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return undefined; // An error message: the cmdlet is missing or the service behind it is off.
  }
  if (!Array.isArray(rows)) return undefined;
  return rows.filter(isRecord).map((row) => ({
    address: textOf(row.address).replace(/%.*$/, ""),
    pid: typeof row.pid === "number" ? row.pid : undefined,
    process: {
      command: textOf(row.command) || "unknown",
      commandLine: maskCommandLine(textOf(row.commandLine), true),
      user: textOf(row.user) || "unknown",
      startId: textOf(row.startId) || undefined,
    },
  }));
}

/** Rows of `netstat -ano`. The word for the state is translated, so a listener is known by its empty foreign address. */
export function parseWindowsNetstat(text: string, port: number): SocketRow[] {
  return text.split(/\r?\n/).flatMap((line): SocketRow[] => {
    const match = /^\s*TCP\s+(\S+)\s+(?:0\.0\.0\.0|\[::\]):0\s.*?(\d+)\s*$/.exec(line);
    const local = splitAddress(match?.[1] ?? "", "0.0.0.0");
    return local?.port === port ? [{ address: local.address, pid: Number(match?.[2]) }] : [];
  });
}

/** What `tasklist` tells about a living process; undefined when it is gone. */
export async function describeByTasklist(pid: number): Promise<ProcessFacts | undefined> {
  const text = await runTool("tasklist", ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH", "/V"]);
  const cells = [...(text ?? "").matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
  if (cells[1] !== String(pid)) return undefined;
  return {
    command: cells[0] ?? "unknown",
    commandLine: "",
    user: cells[6]?.split("\\").at(-1) ?? "unknown",
    startId: startIdOf(pid),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
