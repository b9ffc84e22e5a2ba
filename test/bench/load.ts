/** The figures under load, on one run of each server; at the end, what the load left behind in memory. */
import { setTimeout as sleep } from "node:timers/promises";
import { measureFanOut } from "./fan-out.ts";
import type { Figure } from "./figure.ts";
import { measureHandshakes } from "./handshakes.ts";
import { usageOf } from "./processes.ts";
import { measureRequests } from "./requests.ts";
import { type Program, startServer } from "./server.ts";

export async function* measureLoad(ours: Program, bare: Program): AsyncGenerator<Figure[]> {
  const gateway = await startServer(ours);
  const echo = await startServer(bare);
  try {
    const servers = [
      { program: ours, port: gateway.port },
      { program: bare, port: echo.port },
    ];
    for (const method of ["health", "system-presence", "last-heartbeat"])
      yield await measureRequests(servers, method);
    yield [await measureHandshakes(servers)];
    yield await measureFanOut({ program: ours, server: gateway }, { program: bare, server: echo });
    await sleep(6_000);
    const [left, leftBare] = [usageOf(gateway.pids()), usageOf(echo.pids())];
    yield [
      { name: "memory after the load, RSS", unit: "MB", ours: left.rssMb, bare: leftBare.rssMb },
      {
        name: "memory after the load, anonymous",
        unit: "MB",
        ours: left.anonymousMb,
        bare: leftBare.anonymousMb,
      },
    ];
  } finally {
    await gateway.stop();
    await echo.stop();
  }
}
