/** A server under measurement: started in a session of its own with its output on file, ended as a group. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createTempHome, type TempHome } from "../helpers/home/temp-home.ts";
import { freePort } from "../helpers/network/ports.ts";
import { sessionOf } from "./processes.ts";

/** How to start a server; `token` is set for ours. */
export interface Program {
  name: "ours" | "bare";
  args: (port: number) => string[];
  home: TempHome;
  env: Record<string, string>;
  token?: string;
}

export interface RunningServer {
  port: number;
  /** From the start of the process until the port accepted a connection. */
  listenMs: number;
  pids: () => number[];
  /** Sends SIGTERM and returns the time to the end of the process. */
  stop: () => Promise<number>;
}

const POLL_MS = 4;
const START_LIMIT_MS = 30_000;

/** The token that the measured gateway takes. */
const TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef";

/** Our gateway with a home of its own. */
export function gatewayProgram(launcher: string, config: object = {}): Program {
  const home = createTempHome();
  home.writeConfig({ ...config, gateway: { mode: "local", auth: { token: TOKEN } } });
  const args = (port: number) => [launcher, "gateway", "run", "--allow-unconfigured", "--port", String(port)];
  return { name: "ours", args, home, env: isolated(home), token: TOKEN };
}

export function bareProgram(): Program {
  const script = fileURLToPath(new URL("bare-server.mjs", import.meta.url));
  const home = createTempHome();
  return { name: "bare", args: (port) => [script, String(port)], home, env: isolated(home) };
}

/** Starts the program on a free port and resolves when it accepts connections. */
export async function startServer(program: Program): Promise<RunningServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-bench-"));
  const logFile = join(folder, "output.log");
  const log = openSync(logFile, "w");
  const startedAt = performance.now();
  const child = spawn(process.execPath, program.args(port), {
    env: program.env,
    cwd: program.home.path,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  let running = true;
  ended.then(() => {
    running = false;
  });
  while (!(await accepts(port))) {
    if (!running || performance.now() - startedAt > START_LIMIT_MS) {
      child.kill("SIGKILL");
      throw new Error(`${program.name} does not listen:\n${readFileSync(logFile, "utf8")}`);
    }
    await sleep(POLL_MS);
  }
  const listenMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  return {
    port,
    listenMs,
    pids: () => sessionOf(pid),
    stop: async () => {
      const stoppedAt = performance.now();
      if (running) process.kill(-pid, "SIGTERM");
      await ended;
      const stopMs = performance.now() - stoppedAt;
      rmSync(folder, { recursive: true, force: true });
      return stopMs;
    },
  };
}

function isolated(home: TempHome): Record<string, string> {
  return home.env({ TMPDIR: home.path });
}

/** Whether anybody listens on the port of 127.0.0.1. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
