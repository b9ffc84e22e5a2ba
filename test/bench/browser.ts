/** What the agents' browser costs: its first action, and those that follow. */

import { findBrowser } from "../../sidecar/host/browser-program.ts";
import { servePages } from "../helpers/browser/pages.ts";
import { openPeer, type Peer, requestText } from "./client.ts";
import { type Figure, median } from "./figure.ts";
import { gatewayProgram, startServer } from "./server.ts";

const RUNS = 15;

export async function measureBrowser(launcher: string): Promise<Figure[]> {
  if (findBrowser({ env: process.env, platform: process.platform, home: "/" }) === undefined)
    return [{ name: "first browser action", unit: "ms", note: "not taken: no browser is installed" }];
  const pages = await servePages();
  const noSandbox = process.getuid?.() === 0;
  const program = gatewayProgram(launcher, {
    browser: { headless: true, noSandbox, allowPrivateHosts: [pages.host] },
  });
  const gateway = await startServer(program);
  try {
    const peer = await openPeer(program, gateway.port);
    const firstMs = await ask(peer, "POST", "/tabs/open", { url: `http://${pages.host}/login` });
    const snapshots: number[] = [];
    for (let run = 0; run < RUNS; run += 1) snapshots.push(await ask(peer, "GET", "/snapshot", {}));
    await ask(peer, "POST", "/stop", {});
    await peer.close();
    return [
      {
        name: "first browser action",
        unit: "ms",
        ours: firstMs,
        limit: 4_000,
        note: "store, process, browser and a page of this machine",
      },
      {
        name: "a snapshot of a page",
        unit: "ms",
        ours: median(snapshots),
        limit: 200,
        note: `p50 of ${RUNS}`,
      },
    ];
  } finally {
    await gateway.stop();
    program.home.dispose();
    await pages.close();
  }
}

let lastId = 0;

function ask(peer: Peer, method: string, path: string, body: object): Promise<number> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    peer.onMessage((data) => {
      const { type, id: of, ok, error } = JSON.parse(String(data)) as Record<string, unknown>;
      if (type !== "res" || String(of) !== String(id)) return;
      if (ok === true) resolve(performance.now() - startedAt);
      else reject(new Error(JSON.stringify(error)));
    });
    peer.send(requestText(id, "browser.request", { method, path, body }));
  });
}
