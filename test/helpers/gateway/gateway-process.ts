/** The real gateway as a process of its own, listening, in a temporary home. */
import { readFileSync } from "node:fs";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { TempHome } from "../home/temp-home.ts";
import { freePort } from "../network/ports.ts";
import { type CliProcess, startCli } from "../process/cli.ts";
import { TEST_TOKEN } from "./wire-client.ts";

export interface GatewayProcess {
  process: CliProcess;
  pid: number;
  port: number;
}

/** Writes a configuration with `TEST_TOKEN` and `config`, starts `clawdbot gateway` on a free port and waits until it listens. */
export async function startGatewayProcess(
  home: TempHome,
  args: string[] = [],
  config: GatewayConfig = {},
): Promise<GatewayProcess> {
  const port = await freePort();
  home.writeConfig({
    ...config,
    gateway: { mode: "local", auth: { mode: "token", token: TEST_TOKEN }, ...config.gateway },
  });
  const process = startCli(["gateway", "--port", String(port), ...args], {
    env: home.env(),
    timeoutMs: 60_000,
  });
  await process.waitFor(/log file: /);
  return { process, pid: process.pid, port };
}

/** Resident memory of a process in MB, from /proc (Linux). */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}
