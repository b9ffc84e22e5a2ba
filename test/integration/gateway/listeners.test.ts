import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect, test } from "@playwright/test";
import { systemClock } from "../../../shared/clock.ts";
import { isListening } from "../../../shared/node/is-listening.ts";
import { english } from "../../../shared/remedy.ts";
import { ClientAddresses } from "../../../sidecar/gateway/auth/client-addresses.ts";
import { FailureLimiter } from "../../../sidecar/gateway/auth/rate-limit.ts";
import { refusal } from "../../../sidecar/gateway/auth/refusal.ts";
import { ConnectionRegistry } from "../../../sidecar/gateway/connection/connection-registry.ts";
import { RefusalLog } from "../../../sidecar/gateway/connection/refusal-log.ts";
import { Upgrade } from "../../../sidecar/gateway/connection/upgrade.ts";
import { WireLog } from "../../../sidecar/gateway/connection/wire-log.ts";
import { Listeners } from "../../../sidecar/gateway/http/listeners.ts";
import { MetricsRoute } from "../../../sidecar/gateway/http/metrics-route.ts";
import { HttpServer } from "../../../sidecar/gateway/http/server.ts";
import { Router } from "../../../sidecar/gateway/rpc/router.ts";
import type { BindPlan } from "../../../sidecar/host/net/bind.ts";
import { memoryLog } from "../../helpers/gateway/silent-log.ts";
import { freePort } from "../../helpers/network/ports.ts";

function planned(primary: string, ...aliases: string[]): BindPlan {
  return { primary, aliases, warnings: [], awaitsTailnet: false };
}

/** Listeners of a server that answers `/healthz`; nobody gets past the upgrade. */
async function withListeners(
  use: (listeners: Listeners, warnings: string[], http: HttpServer) => Promise<void>,
): Promise<void> {
  const { logger } = memoryLog();
  const limiter = new FailureLimiter(systemClock);
  const host = {
    admit: () => ({
      ok: false as const,
      refusal: refusal("INTERNAL", "no"),
    }),
    welcome: () => ({}),
    welcomed: () => {},
    left: () => {},
  };
  const origins = new ClientAddresses(logger, systemClock);
  const registry = new ConnectionRegistry(host, new Router([]), limiter, {
    log: logger,
    wire: new WireLog(logger, "auto"),
  });
  const refusals = new RefusalLog(logger, systemClock);
  const upgrade = new Upgrade(
    () => ({ allowedOrigins: [], trustedProxies: [] }),
    registry,
    limiter,
    origins,
    refusals,
  );
  const vitals = () => ({
    instanceId: "x",
    phase: "ready" as const,
    startedAtMs: 0,
    profile: undefined,
    components: {},
  });
  const metrics = new MetricsRoute(
    () => ({ ready: true, startedAtMs: 0, clients: {}, connections: 0, refusals: 0, restarts: 0 }),
    () => false,
  );
  const api = { routeOf: () => undefined, answer: async () => {} };
  const media = { idIn: () => undefined, answer: async () => {} };
  const http = new HttpServer(
    () => ({ ui: undefined, vitals, metrics, api, media, trustedProxies: [] }),
    upgrade,
    origins,
    logger,
  );
  const warnings: string[] = [];
  try {
    await use(new Listeners(http, (message) => warnings.push(english(message))), warnings, http);
  } finally {
    await http.stop();
  }
}

async function occupy(host: string, port: number): Promise<Server> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, "listening");
  return server;
}

const hosts = (listeners: Listeners) => listeners.addresses.map(({ host }) => host);

test.describe("Listeners.move", () => {
  test("goes wider and narrower again on the same port", async () => {
    await withListeners(async (listeners) => {
      const port = await freePort();
      await listeners.open(planned("127.0.0.1", "::1"), port);

      await listeners.move(planned("127.0.0.2", "127.0.0.1"), port);
      const wider = { hosts: hosts(listeners), second: await isListening("127.0.0.2", port) };
      await listeners.move(planned("127.0.0.1"), port);

      expect(wider).toEqual({ hosts: ["127.0.0.2", "127.0.0.1"], second: true });
      expect(hosts(listeners)).toEqual(["127.0.0.1"]);
      expect(await isListening("127.0.0.1", port)).toBe(true);
      expect(await isListening("127.0.0.2", port)).toBe(false);
    });
  });

  test("keeps serving an address that both plans have", async () => {
    await withListeners(async (listeners, _warnings, http) => {
      const port = await freePort();
      await listeners.open(planned("127.0.0.1", "127.0.0.3"), port);
      const opened: string[] = [];
      const listen = http.listen.bind(http);
      http.listen = (host, wanted) => {
        opened.push(host);
        return listen(host, wanted);
      };

      await listeners.move(planned("127.0.0.2", "127.0.0.1"), port);

      expect(opened).toEqual(["127.0.0.2"]);
      expect(await isListening("127.0.0.1", port)).toBe(true);
      expect(await isListening("127.0.0.3", port)).toBe(false);
    });
  });

  test("opens another port before the old one closes", async () => {
    await withListeners(async (listeners, _warnings, http) => {
      const [port, next] = [await freePort(), await freePort()];
      await listeners.open(planned("127.0.0.1"), port);
      let oldServedMeanwhile = false;
      const listen = http.listen.bind(http);
      http.listen = async (host, wanted) => {
        const address = await listen(host, wanted);
        oldServedMeanwhile = await isListening("127.0.0.1", port);
        return address;
      };

      await listeners.move(planned("127.0.0.1"), next);

      expect(oldServedMeanwhile).toBe(true);
      expect(listeners.addresses).toEqual([{ host: "127.0.0.1", port: next }]);
      expect(await isListening("127.0.0.1", port)).toBe(false);
      expect((await fetch(`http://127.0.0.1:${next}/healthz`)).status).toBe(200);
    });
  });

  test("keeps the old port when the new one is taken", async () => {
    await withListeners(async (listeners) => {
      const [port, taken] = [await freePort(), await freePort()];
      const holder = await occupy("127.0.0.1", taken);
      await listeners.open(planned("127.0.0.1", "127.0.0.2"), port);

      const failure = await listeners.move(planned("127.0.0.1"), taken).catch((error) => error);
      holder.close();

      expect(failure).toMatchObject({ code: "PORT_IN_USE" });
      expect(listeners.addresses).toEqual([
        { host: "127.0.0.1", port },
        { host: "127.0.0.2", port },
      ]);
      for (const host of ["127.0.0.1", "127.0.0.2"]) expect(await isListening(host, port)).toBe(true);
    });
  });

  test("row 18: keeps the old addresses when the new one is not on this machine, and never widens", async () => {
    await withListeners(async (listeners) => {
      const port = await freePort();
      await listeners.open(planned("127.0.0.1"), port);

      const failure = await listeners.move(planned("192.0.2.9", "127.0.0.1"), port).catch((error) => error);

      expect(failure).toMatchObject({
        code: "ADDRESS_UNAVAILABLE",
        message: "Cannot bind gateway to 192.0.2.9: address not available on this machine.",
      });
      expect(hosts(listeners)).toEqual(["127.0.0.1"]);
      expect(await isListening("127.0.0.1", port)).toBe(true);
      expect(await isListening("127.0.0.2", port)).toBe(false);
    });
  });

  test("warns of an alias that is taken and serves the rest", async () => {
    await withListeners(async (listeners, warnings) => {
      const [port, next] = [await freePort(), await freePort()];
      const holder = await occupy("127.0.0.2", next);
      await listeners.open(planned("127.0.0.1"), port);

      await listeners.move(planned("127.0.0.1", "127.0.0.2"), next);
      holder.close();

      expect(hosts(listeners)).toEqual(["127.0.0.1"]);
      expect(warnings).toEqual([
        `127.0.0.2:${next} cannot be bound (EADDRINUSE); 127.0.0.1 serves without it`,
      ]);
    });
  });
});

test.describe("Listeners.restore", () => {
  test("S8: goes back to former addresses from whatever is bound", async () => {
    await withListeners(async (listeners) => {
      const [port, next] = [await freePort(), await freePort()];
      await listeners.open(planned("127.0.0.1", "127.0.0.2"), port);
      const former = [...listeners.addresses];
      await listeners.move(planned("127.0.0.1", "127.0.0.3"), next);

      await listeners.restore(former);

      expect(listeners.addresses).toEqual(former);
      expect(await isListening("127.0.0.2", port)).toBe(true);
      expect(await isListening("127.0.0.3", next)).toBe(false);
    });
  });

  test("S8: names an address that somebody else took meanwhile, and serves the others", async () => {
    await withListeners(async (listeners) => {
      const [port, next] = [await freePort(), await freePort()];
      await listeners.open(planned("127.0.0.1", "127.0.0.2"), port);
      const former = [...listeners.addresses];
      await listeners.move(planned("127.0.0.1"), next);
      const holder = await occupy("127.0.0.2", port);

      const failure = await listeners.restore(former).catch((error) => error);
      holder.close();

      expect(failure).toMatchObject({
        code: "ADDRESS_UNAVAILABLE",
        message: `closed and not to be opened again: 127.0.0.2:${port} (EADDRINUSE)`,
      });
      expect(hosts(listeners)).toEqual(["127.0.0.1"]);
      expect(await isListening("127.0.0.1", port)).toBe(true);
    });
  });
});
