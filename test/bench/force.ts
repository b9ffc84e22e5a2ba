/** How long `--force` takes to free a port, from a server that ends on SIGTERM and from one that ignores it. */
import { freePort } from "../../sidecar/host/net/force.ts";
import { startPortServer } from "../helpers/network/port-server.ts";
import { type Figure, median } from "./figure.ts";

const RUNS = 3;

export async function measureForce(): Promise<Figure[]> {
  return [
    { name: "--force, polite holder", unit: "ms", ours: await freeing(false), limit: 500 },
    { name: "--force, stubborn holder", unit: "ms", ours: await freeing(true), limit: 2_000 },
  ];
}

/** The median time of freeing a port, listing its owner included. */
async function freeing(ignoreTerm: boolean): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { port } = await startPortServer({ ignoreTerm });
    const startedAt = performance.now();
    const { platform } = process;
    await freePort(port, ["127.0.0.1", "::1"], {
      tick: () => {},
      factsFile: "/nonexistent",
      lockFile: "/nonexistent/gateway.lock",
      env: {},
      platform,
    });
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
