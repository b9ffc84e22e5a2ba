import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { expect } from "@playwright/test";
import {
  type GatewayProcess,
  residentMb,
  startGatewayProcess,
} from "../../helpers/gateway/gateway-process.ts";
import { connectWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { test as base } from "../../helpers/home/temp-home.ts";
import { repetitions, SOAK } from "../../helpers/run/soak.ts";

const test = base.extend<{ gateway: GatewayProcess }>({
  gateway: async ({ home }, use) => {
    const gateway = await startGatewayProcess(home);
    await use(gateway);
    await gateway.process.stop("SIGKILL");
  },
});

test.skip(process.platform !== "linux", "memory of another process is read from /proc");

const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  "\r\n",
].join("\r\n");

/** A TCP connection that is open; what the peer does to it later is no error here. */
async function openTcp(port: number): Promise<Socket> {
  const socket = connectTcp({ host: "127.0.0.1", port });
  await once(socket, "connect");
  return socket.on("error", () => {});
}

/** `count` connections, each in the state that `prepare` leaves it in. */
async function flood(
  port: number,
  count: number,
  prepare: (socket: Socket) => Promise<void> | void,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened += 50) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(50, count - opened) }, () => openTcp(port)),
    );
    await Promise.all(batch.map(prepare));
    sockets.push(...batch);
  }
  return sockets;
}

async function upgrade(socket: Socket): Promise<void> {
  socket.write(UPGRADE);
  await Promise.race([once(socket, "data"), once(socket, "close")]);
}

test.describe("connections that never finish the handshake", () => {
  for (const [what, often, growthMb, prepare] of [
    ["sockets that were upgraded", { short: 300, full: 1_000 }, 80, upgrade],
    ["connections that say nothing at all", { short: 300, full: 1_000 }, 80, () => {}],
    [
      "requests that never end",
      { short: 300, full: 1_000 },
      80,
      (socket: Socket) => void socket.write("GET / HTTP/1.1\r\nA: "),
    ],
    ["first messages that never end", { short: 400, full: 400 }, 160, startHugeMessage],
  ] as const) {
    const count = repetitions(often);
    test(`${count} ${what} neither fill the memory nor keep a client out`, SOAK, async ({ gateway }) => {
      const before = residentMb(gateway.pid);

      const sockets = await flood(gateway.port, count, prepare);
      const { client } = await connectWire(gateway.port);
      const answer = await client.request("health");
      const grownMb = residentMb(gateway.pid) - before;

      expect(answer).toMatchObject({ ok: true });
      expect(grownMb).toBeLessThan(growthMb);
      for (const socket of sockets) socket.destroy();
    });
  }
});

/** 400 KB of a message of 500 KB. */
async function startHugeMessage(socket: Socket): Promise<void> {
  await upgrade(socket);
  const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(500_000n, 2);
  if (!socket.destroyed) socket.write(Buffer.concat([head, Buffer.alloc(400_000, "x")]));
}

test.describe("a client that never reads", () => {
  const REPORTS = 300;
  /** A gigabyte in full, three hundred megabytes in the short form. */
  const ANSWERS = repetitions({ short: 1_500, full: 5_000 });

  /** Fills the presence list to its limit, so that each of its events has some two hundred kilobytes. */
  async function fillPresence(client: WireClient): Promise<void> {
    const [host, platform, reason] = ["h", "p", "r"].map((letter) => letter.repeat(1_000));
    for (let index = 0; index < REPORTS; index += 1) {
      const text = `${index} ${"x".repeat(15_000)}`;
      await client.request("system-event", { instanceId: `i${index}`, text, host, platform, reason });
      client.unread.length = 0;
    }
  }

  test(
    "is closed as a slow consumer when events pile up, and the others get them all",
    SOAK,
    async ({ gateway }) => {
      const { client } = await connectWire(gateway.port);
      const { client: deaf } = await connectWire(gateway.port);
      deaf.socket.pause();
      const before = residentMb(gateway.pid);

      await fillPresence(client);
      const grownMb = residentMb(gateway.pid) - before;
      await client.request("health", { probe: true });
      deaf.socket.resume();
      const close = await deaf.end();

      // Who reads again within two seconds learns why; who is later finds the socket gone.
      expect([
        { code: 1008, reason: "slow consumer" },
        { code: 1006, reason: "" },
      ]).toContainEqual(close);
      expect(grownMb).toBeLessThan(150);
      expect(await client.request("health")).toMatchObject({ ok: true });
    },
  );

  test(
    "is not read from either while its answers pile up, and gets them all once it reads",
    SOAK,
    async ({ gateway }) => {
      const { client } = await connectWire(gateway.port);
      await fillPresence(client);
      const { client: deaf } = await connectWire(gateway.port, { scopes: ["operator.read"] });
      await deaf.event("health"); // A health event would close a client that does not read.
      const before = residentMb(gateway.pid);
      deaf.socket.pause();

      for (let index = 0; index < ANSWERS; index += 1) {
        deaf.send({ type: "req", id: `r${index}`, method: "system-presence", params: {} });
      }
      const highest = await highestMb(gateway.pid, client);
      deaf.socket.resume();
      for (let index = 0; index < ANSWERS; index += 1) await deaf.response(`r${index}`);

      expect(highest - before).toBeLessThan(150);
    },
  );
});

/** The most memory seen while another client keeps the gateway busy. */
async function highestMb(pid: number, client: WireClient): Promise<number> {
  let highest = 0;
  for (let round = 0; round < 200; round += 1) {
    await client.request("last-heartbeat");
    highest = Math.max(highest, residentMb(pid));
  }
  return highest;
}
