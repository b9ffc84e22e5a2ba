import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { PRESENCE_BYTES } from "../../../sidecar/gateway/presence-list.ts";
import { codeOf, connectDevice, test } from "../../helpers/gateway/running.ts";
import {
  connectParams,
  connectWire,
  type Frame,
  openWire,
  type WireClient,
} from "../../helpers/gateway/wire-client.ts";

const READER = { scopes: ["operator.read"] };
/** The whole list with what stands around it. */
const MAX_NEWS_BYTES = PRESENCE_BYTES.all + 4_000;

function sizeOf(frame: Frame): number {
  return Buffer.byteLength(JSON.stringify(frame));
}

/** A connect request near the largest that is heard, every text as long as it may be. */
function largestConnect(index: number): Frame {
  const text = "語".repeat(1_000);
  const scopes = [
    "operator.read",
    ...Array.from({ length: 12 }, (_, number) => `${number}${"s".repeat(1_900)}`),
  ];
  return {
    client: {
      id: "test",
      mode: "test",
      version: text,
      platform: text,
      displayName: text,
      deviceFamily: text,
      modelIdentifier: text,
      instanceId: `${index} ${"x".repeat(1_900)}`,
    },
    scopes,
  };
}

test.describe("S3: presence", () => {
  test("stays small for everybody, whatever a reader says of himself", async ({ start }) => {
    const { port } = await start();

    for (let index = 0; index < 120; index += 1) await connectWire(port, largestConnect(index));
    const { client, hello } = await connectWire(port, READER);
    const listed = await client.request("system-presence");

    expect(sizeOf(hello)).toBeLessThan(MAX_NEWS_BYTES);
    expect(sizeOf(listed)).toBeLessThan(MAX_NEWS_BYTES);
    expect(JSON.stringify(hello)).not.toContain("ssss");
  });

  test("stays small whatever is reported, and so do status and its events", async ({ start }) => {
    const { port } = await start();
    const [{ client: admin }, { client: reader }] = [
      await connectWire(port),
      await connectWire(port, READER),
    ];
    const text = "語".repeat(2_000);
    const letters = "z".repeat(2_000);
    const lists = {
      tags: Array(100).fill(letters),
      roles: Array(50).fill(letters),
      scopes: Array(50).fill(letters),
    };

    for (let index = 0; index < 60; index += 1) {
      const facts = { instanceId: `i${index}`, host: text, ip: text, mode: text, platform: text };
      const report = { ...facts, text: `${index} ${"y".repeat(19_000)}`, tags: lists.tags.slice(0, 4) };
      await admin.request("system-event", report);
    }
    const largest = await admin.request("system-event", { text: "z", host: "h", ...lists });
    const events = reader.unread.filter(({ event }) => event === "presence");
    const status = await reader.request("status");

    expect(largest.ok).toBe(true);
    expect(events.length).toBeGreaterThan(50);
    expect(Math.max(...events.map(sizeOf))).toBeLessThan(MAX_NEWS_BYTES);
    expect(sizeOf(status)).toBeLessThan(20_000);
  });

  test("reaches a client that reads slowly, which is not sent away for its welcome", async ({ start }) => {
    const { port } = await start();
    for (let index = 0; index < 120; index += 1) await connectWire(port, largestConnect(index));
    const slow = await openWire(port);
    slow.socket.pause();

    slow.send({ type: "req", id: "1", method: "connect", params: connectParams(READER) });
    const { client } = await connectWire(port);
    for (let index = 0; index < 20; index += 1) await client.request("health", { probe: true });
    slow.socket.resume();

    expect(await slow.response("1")).toMatchObject({ ok: true });
    expect(await slow.request("health")).toMatchObject({ ok: true });
  });

  test("of a device that asks to be paired goes to operators cut", async ({ start }) => {
    const { port } = await start();
    const { client: admin } = await connectWire(port);
    const elsewhere = { headers: { "x-forwarded-for": "203.0.113.9" } };

    await connectDevice(port, largestConnect(1), elsewhere);
    const requested = await admin.event("device.pair.requested");
    const list = await admin.request("device.pair.list");

    expect(sizeOf(requested)).toBeLessThan(3_000);
    expect(sizeOf(list)).toBeLessThan(3_000);
    expect(JSON.stringify(list)).not.toContain("ssss");
  });
});

test.describe("S4: what a hostile message costs", () => {
  const unknown = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));

  test("is a short answer, before and after the handshake", async ({ start }) => {
    const { port } = await start();
    const early = await openWire(port);
    const { client } = await connectWire(port);

    const refused = await early.request("connect", unknown(5_400));
    const answers = [
      await client.request("logs.tail", unknown(2_900)),
      await client.request("logs.tail", unknown(38_000)),
      await client.request("system-event", { tags: Array(3_000).fill(1) }),
      await client.request("x".repeat(900)),
    ];

    expect(refused).toMatchObject({ ok: false, error: { message: /^invalid connect params: / } });
    for (const answer of [refused, ...answers]) expect(sizeOf(answer)).toBeLessThan(1_400);
    expect(answers.map(codeOf)).toEqual([
      "PARAMS_INVALID",
      "FRAME_INVALID",
      "PARAMS_INVALID",
      "METHOD_UNKNOWN",
    ]);
  });

  test("is a few lines of the log for 250 refused connects of 65 KB, which tell their number", async ({
    start,
  }) => {
    const server = await start();
    const keys = (length: number) =>
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}${"x".repeat(length)}`, 1]));
    const messages = [unknown(5_400), keys(2_100)];

    for (let index = 0; index < 250; index += 1) {
      const client = await openWire(server.port);
      client.send({ type: "req", id: "1", method: "connect", params: messages[index % 2] });
      await client.end();
    }
    await server.gateway.stop("test", null);

    const folder = join(server.home.stateDir, "logs");
    const logged = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(logged).toBeGreaterThan(500);
    // With every connection's end told, as at this level.
    expect(logged).toBeLessThan(300 * 1_024);
  });

  test("does not grow with the headers of a web page", async ({ start }) => {
    const { port } = await start();
    const origin = `https://${"a".repeat(8_000)}.example`;

    await expect(openWire(port, { headers: { origin } })).rejects.toThrow("403");
  });
});

test.describe("S6: sockets that do nothing", () => {
  /** Opens them in portions, so that none is lost to the backlog. */
  async function openIdle(port: number, count: number): Promise<Socket[]> {
    const sockets: Socket[] = [];
    for (let opened = 0; opened < count; opened += 100) {
      const portion = Array.from({ length: 100 }, () =>
        connectTcp({ host: "127.0.0.1", port }).on("error", () => {}),
      );
      await Promise.all(portion.map((socket) => once(socket, "connect")));
      sockets.push(...portion);
    }
    return sockets;
  }

  test("do not lock the owner out, although there are five thousand of them", async ({ start }) => {
    const { port } = await start();
    const sockets = await openIdle(port, 5_000);

    const { client } = await connectWire(port);
    const page = await fetch(`http://127.0.0.1:${port}/healthz`);

    expect(await client.request("health")).toMatchObject({ ok: true });
    expect(page.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test("of strangers that never finish their handshake push neither each other's nor the owner's out", async ({
    start,
  }) => {
    const { port } = await start({ config: { gateway: { trustedProxies: ["127.0.0.1"] } } });
    const from = (ip: string) => openWire(port, { headers: { "x-forwarded-for": ip } });
    const owner = await from("127.0.0.1");
    const honest = await from("203.0.113.9");

    const flood: WireClient[] = [];
    for (let index = 0; index < 300; index += 1)
      flood.push(await from(`2001:db8:1:2::${index.toString(16)}`));
    const answers = [
      await owner.request("connect", connectParams()),
      await honest.request("connect", connectParams()),
    ];

    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    expect(flood.filter(({ socket }) => socket.readyState === socket.OPEN).length).toBeLessThanOrEqual(32);
  });
});

test.describe("S6: guesses", () => {
  const wrong = connectParams({ auth: { token: "wrong" } });
  const TRUSTED = { gateway: { trustedProxies: ["127.0.0.1"] } };

  test("from all over one network of 64 bits are ten a minute", async ({ start }) => {
    const { port } = await start({ config: TRUSTED });
    const guess = async (index: number) => {
      const headers = { "x-forwarded-for": `2001:db8:1:2:${index}::1` };
      const client = await openWire(port, { headers });
      const answer = await client.request("connect", wrong);
      await client.end();
      return codeOf(answer);
    };

    for (let index = 0; index < 10; index += 1) await guess(index);

    await expect(guess(10)).rejects.toThrow("429");
  });

  test("of ever new strangers end after three hundred a minute, while a long token still opens", async ({
    start,
  }) => {
    const token = "a token that nobody guesses";
    const { port } = await start({ config: TRUSTED, auth: { mode: "token", token } });
    const attempt = async (index: number, auth: Frame) => {
      const client = await openWire(port, {
        headers: { "x-forwarded-for": `198.51.${index >> 8}.${index & 0xff}` },
      });
      const answer = await client.request("connect", connectParams({ auth }));
      client.socket.terminate();
      return isRecord(answer.error) ? codeOf(answer) : "admitted";
    };

    for (let index = 0; index < 300; index += 1) await attempt(index, { token: "wrong" });

    expect(await attempt(300, { token: "wrong" })).toBe("AUTH_RATE_LIMITED");
    expect(await attempt(301, { token })).toBe("admitted");
  });
});
