/** A port of this machine's loopback that leads through ssh to the loopback of another machine. */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { parsePort, urlHost } from "../address.ts";
import { SSH_TARGET } from "../config/forms.ts";
import { quoted, RequestError, SetupError, systemCode, UnavailableError } from "../errors.ts";
import { foreignLine } from "../foreign-text.ts";
import { advice } from "../remedy.ts";
import { isListening } from "./is-listening.ts";
import type { Environment } from "./paths.ts";

/** Where ssh logs in. */
export interface SshTarget {
  user: string | undefined;
  host: string;
  port: number | undefined;
}

export interface TunnelOptions {
  target: SshTarget;
  /** Private key file, absolute. */
  identity?: string;
  /** Port on the other machine's loopback. */
  remotePort: number;
  timeoutMs: number;
  env: Environment;
}

export interface SshTunnel {
  pid: number;
  localPort: number;
  /** Ends ssh and resolves when it has ended. */
  close(): Promise<void>;
}

type SshProcess = ChildProcessByStdio<null, null, Readable>;

const LOOPBACK = "127.0.0.1";
const POLL_MS = 25;
const POLITE_MS = 500;

/** Reads `[user@]host[:port]`, an IPv6 address in brackets. Fails with `USAGE`; `place` names the option or key. */
export function parseSshTarget(text: string, place: string): SshTarget {
  const parts = SSH_TARGET.exec(text.trim());
  const port = parts?.[3] === undefined ? undefined : parsePort(parts[3]);
  if (parts?.[2] === undefined || (parts[3] !== undefined && port === undefined)) {
    throw new RequestError(
      "USAGE",
      advice`${place}: expected user@host or user@host:port, got ${quoted(text)}`,
    );
  }
  return { user: parts[1], host: parts[2].replace(/^\[|\]$/g, ""), port };
}

/** `user@host:port` as far as it is known. */
export function formatSshTarget({ user, host, port }: SshTarget): string {
  return `${user === undefined ? "" : `${user}@`}${urlHost(host)}${port === undefined ? "" : `:${port}`}`;
}

/**
 * Opens the tunnel and resolves when it accepts connections. ssh asks nothing, changes no file and needs a host key it knows.
 * Fails with `RUNTIME_MISSING` without ssh, with `UNREACHABLE` and the reason of ssh, or with `TIMEOUT`.
 */
export async function openSshTunnel(options: TunnelOptions): Promise<SshTunnel> {
  const localPort = await freeLocalPort();
  const child = spawn("ssh", sshArguments(options, localPort), {
    env: options.env,
    stdio: ["ignore", "ignore", "pipe"],
    windowsHide: true,
  });
  const close = closer(child);
  const waiting = new AbortController();
  try {
    await Promise.race([listens(localPort, options, waiting.signal), endOf(child, options.target)]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    waiting.abort();
  }
  return { pid: child.pid ?? 0, localPort, close };
}

/** The words of the command, without `ssh` itself. */
export function sshArguments(
  { target, identity, remotePort, timeoutMs }: TunnelOptions,
  localPort: number,
): string[] {
  const settings = {
    BatchMode: "yes",
    ExitOnForwardFailure: "yes",
    ConnectTimeout: Math.max(1, Math.ceil(timeoutMs / 1_000)),
    // A shared connection would carry the tunnel on after this ssh has ended.
    ControlMaster: "no",
    ControlPath: "none",
    StrictHostKeyChecking: "yes",
    UpdateHostKeys: "no",
    PermitLocalCommand: "no",
    ServerAliveInterval: 15,
    ServerAliveCountMax: 3,
    ...(identity === undefined ? {} : { IdentitiesOnly: "yes" }),
  };
  return [
    ...["-N", "-T", "-L", `${LOOPBACK}:${localPort}:${LOOPBACK}:${remotePort}`],
    ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    ...(identity === undefined ? [] : ["-i", identity]),
    ...(target.port === undefined ? [] : ["-p", String(target.port)]),
    ...(target.user === undefined ? [] : ["-l", target.user]),
    ...["--", target.host],
  ];
}

async function listens(
  localPort: number,
  { target, timeoutMs }: TunnelOptions,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!signal.aborted) {
    if (await isListening(LOOPBACK, localPort, POLL_MS * 4)) return;
    if (performance.now() > deadline) {
      const where = formatSshTarget(target);
      throw new UnavailableError("TIMEOUT", advice`ssh to ${where} opened no tunnel within ${timeoutMs} ms`);
    }
    await delay(POLL_MS);
  }
}

/** Rejects when ssh ends or cannot be started. */
function endOf(child: SshProcess, target: SshTarget): Promise<never> {
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  return new Promise((_, reject) => {
    child.once("error", (error) => {
      reject(
        systemCode(error) === "ENOENT"
          ? new SetupError("RUNTIME_MISSING", "ssh is not installed", {
              cause: error,
              fix: "install OpenSSH",
            })
          : error,
      );
    });
    child.once("close", (code, signal) => {
      const lines = errors.split(/\r?\n/).filter((line) => line.trim() !== "");
      const last = lines.at(-1);
      const reason = last === undefined ? advice`it ended with ${signal ?? code ?? ""}` : foreignLine(last);
      reject(new UnavailableError("UNREACHABLE", advice`ssh to ${formatSshTarget(target)}: ${reason}`));
    });
  });
}

/** Ends exactly this ssh, also when this process is told to end. */
function closer(child: SshProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const kill = () => child.kill("SIGKILL");
  const interrupted = (signal: NodeJS.Signals) => {
    kill();
    process.kill(process.pid, signal);
  };
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  process.once("exit", kill);
  for (const signal of signals) process.once(signal, interrupted);
  return async () => {
    child.kill();
    const stubborn = setTimeout(kill, POLITE_MS);
    await gone;
    clearTimeout(stubborn);
    process.removeListener("exit", kill);
    for (const signal of signals) process.removeListener(signal, interrupted);
  };
}

function freeLocalPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
