/** How long a command takes from start to end, beside the least that Node and `ws` need for the like. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createTempHome } from "../helpers/home/temp-home.ts";
import { type Figure, median } from "./figure.ts";
import { type Program, startServer } from "./server.ts";

const RUNS = 15;

interface Command {
  name: string;
  args: string[];
  env: Record<string, string>;
  /** The exit code it must end with. */
  code: number;
  limit?: number;
  /** What the bare figure beside it is. */
  beside?: "node -e 0" | "connect, one echo, end";
}

export async function measureCommands(launcher: string, ours: Program, bare: Program): Promise<Figure[]> {
  const gateway = await startServer(ours);
  const echo = await startServer(bare);
  const unconfigured = createTempHome();
  const silent = await startSilentServer();
  try {
    const { env } = ours;
    const asking = "connect, one echo, end";
    const bareClient = fileURLToPath(new URL("bare-client.mjs", import.meta.url));
    const commands: Command[] = [
      { name: "node -e 0", args: ["-e", "0"], env: bare.env, code: 0 },
      { name: asking, args: [bareClient, String(echo.port)], env: bare.env, code: 0 },
      { name: "--version", args: ["--version"], env, code: 0, limit: 80, beside: "node -e 0" },
      { name: "gateway health", args: ["gateway", "health"], env, code: 0, limit: 250, beside: asking },
      { name: "gateway status", args: ["gateway", "status"], env, code: 0, limit: 350, beside: asking },
      {
        name: "gateway probe",
        args: ["gateway", "probe"],
        env: { ...env, CLAWDBOT_DISABLE_BONJOUR: "1" },
        code: 0,
        limit: 350,
        beside: asking,
      },
      {
        name: "refusal: no configuration",
        args: ["gateway", "run"],
        env: unconfigured.env({ TMPDIR: unconfigured.path }),
        code: 1,
        limit: 250,
      },
      {
        name: "refusal: already running",
        args: ["gateway", "run", "--port", String(gateway.port)],
        env,
        code: 1,
        limit: 250,
      },
      {
        name: "refusal: port held by a silent program",
        args: ["gateway", "run", "--allow-unconfigured", "--port", String(silent.port)],
        env: unconfigured.env({ TMPDIR: unconfigured.path }),
        code: 1,
        limit: 500,
      },
    ];
    const times = await timesOf(commands, launcher);
    const timeOf = (name: string | undefined) =>
      name === undefined ? undefined : median(times.get(name) ?? []);
    return commands
      .filter(({ limit }) => limit !== undefined)
      .map(({ name, limit, beside }) => ({
        name,
        unit: "ms",
        ours: timeOf(name),
        bare: timeOf(beside),
        ...(limit === undefined ? {} : { limit }),
        ...(beside === undefined ? {} : { note: `bare: ${beside}` }),
      }));
  } finally {
    unconfigured.dispose();
    silent.server.close();
    await gateway.stop();
    await echo.stop();
  }
}

/** It takes connections, and says nothing to anybody. */
async function startSilentServer() {
  const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

/** The times of every command, which take turns. The first run of each warms the compile cache and does not count. */
async function timesOf(commands: readonly Command[], launcher: string): Promise<Map<string, number[]>> {
  const times = new Map(commands.map(({ name }): [string, number[]] => [name, []]));
  for (let run = -1; run < RUNS; run += 1) {
    for (const command of commands) {
      const tookMs = await runOnce(command, launcher);
      if (run >= 0) times.get(command.name)?.push(tookMs);
    }
  }
  return times;
}

async function runOnce({ name, args, env, code, limit }: Command, launcher: string): Promise<number> {
  const startedAt = performance.now();
  const words = limit === undefined ? args : [launcher, ...args];
  const child = spawn(process.execPath, words, { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = await once(child, "close");
  if (exitCode !== code) throw new Error(`${name} ended with ${exitCode}: ${stderr}`);
  return performance.now() - startedAt;
}
