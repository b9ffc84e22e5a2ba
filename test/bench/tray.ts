/** The tray at rest on a real desktop: CPU over a minute, and memory of tray and helper without the gateway they started. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "../../shared/errors.ts";
import { readFacts } from "../../shared/node/run-state.ts";
import { type Desktop, startDesktop } from "../helpers/desktop/desktop.ts";
import { freePort } from "../helpers/network/ports.ts";
import type { Figure } from "./figure.ts";
import { treeOf, usageOf } from "./processes.ts";

const SETTLE_MS = 15_000;
const REST_MS = 60_000;
const START_LIMIT_MS = 20_000;

export async function measureTray(launcher: string): Promise<Figure[]> {
  let desktop: Desktop;
  try {
    desktop = await startDesktop();
  } catch (error) {
    return [{ name: "tray", unit: "MB", note: `skipped: no desktop can be started (${errorText(error)})` }];
  }
  try {
    return await onDesktop(desktop, launcher);
  } finally {
    await desktop.stop();
  }
}

async function onDesktop(desktop: Desktop, launcher: string): Promise<Figure[]> {
  const port = await freePort();
  const env = { ...desktop.env, CLAWDBOT_GATEWAY_PORT: String(port) };
  const factsFile = join(desktop.home, ".clawdbot", "run", "gateway.json");
  const startedAt = performance.now();
  const tray = spawn(process.execPath, [launcher, "start"], { env, cwd: desktop.home, stdio: "ignore" });
  const ended = once(tray, "exit");
  try {
    const visible = await within(START_LIMIT_MS, async () => (await desktop.registeredItems()).length > 0);
    const visibleMs = performance.now() - startedAt;
    const running = await within(START_LIMIT_MS, async () => readFacts(factsFile)?.phase === "ready");
    if (!visible || !running) {
      const what = visible ? "the gateway did not start" : "no icon appeared";
      return [{ name: "tray", unit: "MB", note: `skipped: ${what} within ${START_LIMIT_MS / 1_000} s` }];
    }
    await sleep(SETTLE_MS);
    const gateway = readFacts(factsFile)?.pid ?? 0;
    const gatewayTree = new Set(treeOf(gateway));
    const pids = treeOf(tray.pid ?? 0).filter((pid) => !gatewayTree.has(pid));
    const before = { tray: usageOf(pids), gateway: usageOf([gateway]) };
    await sleep(REST_MS);
    const after = { tray: usageOf(pids), gateway: usageOf([gateway]) };
    const share = (who: "tray" | "gateway") => ((after[who].cpuMs - before[who].cpuMs) / REST_MS) * 100;
    return [
      { name: "tray: start to visible icon", unit: "ms", ours: visibleMs },
      { name: "tray + helper: RSS", unit: "MB", ours: after.tray.rssMb, limit: 110 },
      { name: "tray + helper: anonymous", unit: "MB", ours: after.tray.anonymousMb, limit: 50 },
      { name: "tray + helper: processes", unit: "count", ours: after.tray.processes },
      { name: "tray + helper: CPU at rest", unit: "%", ours: share("tray"), limit: 0.3 },
      { name: "gateway under the tray: CPU at rest", unit: "%", ours: share("gateway") },
    ];
  } finally {
    const gateway = readFacts(factsFile)?.pid;
    tray.kill("SIGTERM");
    await ended;
    if (gateway !== undefined) endQuietly(gateway);
  }
}

async function within(limitMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    if (await condition()) return true;
    await sleep(20);
  }
  return false;
}

/** The tray may leave its gateway running. */
function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It ended with the tray.
  }
}
