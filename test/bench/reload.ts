/** How long a change of the configuration file takes to be in force: a new secret, and a new port. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../helpers/network/ports.ts";
import { openPeer } from "./client.ts";
import { type Figure, median } from "./figure.ts";
import { accepts, gatewayProgram, startServer } from "./server.ts";

const RUNS = 7;
const POLL_MS = 5;
const PATIENCE_MS = 10_000;

export async function measureReload(launcher: string): Promise<Figure[]> {
  const program = gatewayProgram(launcher);
  const gateway = await startServer(program);
  const write = (token: string) => program.home.writeConfig({ gateway: { mode: "local", auth: { token } } });
  try {
    const secrets: number[] = [];
    let token = program.token ?? "";
    for (let run = 0; run < RUNS; run += 1) {
      const old = await openPeer({ ...program, token }, gateway.port);
      const closed = once(old.socket, "close");
      token = `another-token-${run}`;
      const writtenAt = performance.now();
      write(token);
      await closed;
      secrets.push(performance.now() - writtenAt);
    }
    return [
      {
        name: "config change to effect: new token",
        unit: "ms",
        ours: median(secrets),
        limit: 700,
        note: `median of ${RUNS}, from the write until a client with the old one is sent away; longest ${Math.round(Math.max(...secrets))} ms`,
      },
      await measurePort(launcher),
    ];
  } finally {
    await gateway.stop();
    program.home.dispose();
  }
}

/** A gateway whose port is in the file, moved from one free port to the next. */
async function measurePort(launcher: string): Promise<Figure> {
  const program = gatewayProgram(launcher);
  const write = (port: number) =>
    program.home.writeConfig({ gateway: { mode: "local", port, auth: { token: program.token } } });
  const listening = (port: number) => {
    write(port);
    return [launcher, "gateway", "run"];
  };
  const gateway = await startServer({ ...program, args: listening });
  const times: number[] = [];
  try {
    for (let run = 0; run < RUNS; run += 1) {
      const port = await freePort();
      const writtenAt = performance.now();
      write(port);
      await until(() => accepts(port));
      times.push(performance.now() - writtenAt);
    }
  } finally {
    await gateway.stop();
    program.home.dispose();
  }
  return { name: "config change to effect: new port", unit: "ms", ours: median(times), limit: 700 };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`a change was not in force within ${PATIENCE_MS} ms`);
    await sleep(POLL_MS);
  }
}
