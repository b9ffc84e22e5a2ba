/** How long the verbs of the service take on a real `systemd --user`, and how soon a killed gateway is back. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readFacts } from "../../shared/node/run-state.ts";
import { freePort } from "../helpers/network/ports.ts";
import { localConfig } from "../helpers/service/gateway-service.ts";
import { startUserSystemd, type UserSystemd, userSystemdReason } from "../helpers/service/user-systemd.ts";
import { type Figure, median } from "./figure.ts";

const RUNS = 5;
const KILLS = 2;
/** RestartSec of the unit and what a start may take besides. */
const RECOVERY_LIMIT_MS = 5_500;

export async function measureService(launcher: string): Promise<Figure[]> {
  const reason = userSystemdReason();
  if (reason !== undefined) return [{ name: "service", unit: "ms", note: `not measured: ${reason}` }];
  const systemd = await startUserSystemd();
  try {
    return await measure(new Bench(launcher, systemd, await freePort()));
  } finally {
    await systemd.stop();
  }
}

async function measure(bench: Bench): Promise<Figure[]> {
  const times: Record<"install" | "restart" | "stop" | "start" | "recovery", number[]> = {
    install: [],
    restart: [],
    stop: [],
    start: [],
    recovery: [],
  };
  // The first one fills the compile cache and does not count.
  await bench.verb("install");
  await bench.verb("uninstall");
  for (let run = 0; run < RUNS; run += 1) {
    times.install.push(await bench.verb("install"));
    times.restart.push(await bench.verb("restart"));
    times.stop.push(await bench.verb("stop"));
    times.start.push(await bench.verb("start"));
    if (run < KILLS) times.recovery.push(await bench.recovery());
    await bench.verb("uninstall");
  }
  return [
    {
      name: "service install to ready",
      unit: "ms",
      ours: median(times.install),
      limit: 1_500,
      note: "the whole command, systemd included",
    },
    { name: "service restart to ready", unit: "ms", ours: median(times.restart), limit: 1_500 },
    { name: "service start to ready", unit: "ms", ours: median(times.start), limit: 1_500 },
    {
      name: "service stop",
      unit: "ms",
      ours: median(times.stop),
      limit: 1_000,
      note: "until process and port are gone",
    },
    {
      name: "service back after SIGKILL",
      unit: "ms",
      ours: median(times.recovery),
      limit: RECOVERY_LIMIT_MS,
      note: "of which RestartSec is 5000 ms",
    },
  ];
}

class Bench {
  readonly #launcher: string;
  readonly #systemd: UserSystemd;
  readonly #factsFile: string;

  constructor(launcher: string, systemd: UserSystemd, port: number) {
    this.#launcher = launcher;
    this.#systemd = systemd;
    const state = join(systemd.home, ".clawdbot");
    this.#factsFile = join(state, "run", "gateway.json");
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(join(state, "clawdbot.json"), JSON.stringify(localConfig(port)), { mode: 0o600 });
  }

  /** The time from typing the command to its end, in ms. */
  async verb(verb: string): Promise<number> {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [this.#launcher, "gateway", verb], {
      env: this.#systemd.env(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`gateway ${verb} ended with ${code}: ${stderr}`);
    return performance.now() - startedAt;
  }

  /** The time from SIGKILL until another gateway answers, in ms. */
  async recovery(): Promise<number> {
    const before = readFacts(this.#factsFile);
    const killedAt = performance.now();
    process.kill(before?.pid ?? 0, "SIGKILL");
    for (;;) {
      const facts = readFacts(this.#factsFile);
      if (facts !== undefined && facts.instanceId !== before?.instanceId) {
        const response = await fetch(`http://127.0.0.1:${facts.port}/healthz`).catch(() => undefined);
        if (response?.ok) return performance.now() - killedAt;
      }
      await sleep(10);
    }
  }
}
