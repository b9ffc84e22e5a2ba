import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { expect, test } from "@playwright/test";
import { createDevice, signedBy } from "../../helpers/gateway/device.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import {
  connectParams,
  connectWire,
  type Frame,
  openWire,
  TEST_TOKEN,
} from "../../helpers/gateway/wire-client.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

const NODE = { client: { id: "node-host", version: "1", platform: "linux", mode: "node" }, role: "node" };

test.describe("tick", () => {
  test("comes every thirty seconds to every client, nodes included", async () => {
    const clock = new FakeClock();
    const server = await startGateway({ clock });
    const [{ client }, { client: node }] = [
      await connectWire(server.port),
      await connectWire(server.port, NODE),
    ];

    clock.advance(30_000);
    const first = await client.event("tick");
    clock.advance(30_000);
    const second = await client.event("tick");

    expect(first.payload).toEqual({ ts: clock.now() - 30_000 });
    expect(second.payload).toEqual({ ts: clock.now() });
    expect(Number(second.seq)).toBeGreaterThan(Number(first.seq));
    expect(await node.event("tick")).toEqual(first);
    await server.stop();
  });
});

test.describe("seq and stateVersion", () => {
  test("rise in one sequence that every client sees alike, and versions come with presence and health alone", async () => {
    const server = await startGateway();
    const [{ client: a, hello }, { client: b }] = [
      await connectWire(server.port),
      await connectWire(server.port),
    ];

    for (const text of ["one", "two", "three"]) await a.request("system-event", { text });
    await a.request("health", { probe: true });
    const seen = async (client: typeof a) => [
      await client.event("presence"),
      await client.event("presence"),
      await client.event("presence"),
      await client.event("health"),
    ];
    const [byA, byB] = [await seen(a), await seen(b)];

    expect(byB).toEqual(byA);
    const numbers = byA.map((frame) => Number(frame.seq));
    // The health may be told between two of the others.
    const ofPresence = numbers.slice(0, 3);
    expect(ofPresence).toEqual([...ofPresence].sort((x, y) => x - y));
    expect(new Set(numbers).size).toBe(4);
    const versions = byA.map((frame) => frame.stateVersion as { presence: number; health: number });
    const before = ((hello.snapshot as Frame).stateVersion as { presence: number }).presence;
    // The second client joined in between, which raises the version without an event.
    expect(versions.slice(0, 3).map(({ presence }) => presence - before)).toEqual([2, 3, 4]);
    await server.stop();
  });

  test("leave a gap where an event was not for this client", async () => {
    const clock = new FakeClock();
    const server = await startGateway({ clock, auth: { mode: "token", token: TEST_TOKEN } });
    const { client } = await connectWire(server.port, { scopes: ["operator.read"] });
    const { client: admin } = await connectWire(server.port);
    clock.advance(30_000);
    const before = Number((await client.event("tick")).seq);

    const stranger = await pairingRequest(server.port, clock);
    const requested = await admin.event("device.pair.requested");
    clock.advance(30_000);
    await stranger.end();
    const after = await client.event("tick");

    expect(Number(requested.seq)).toBeGreaterThan(before);
    expect(Number(after.seq)).toBeGreaterThan(Number(requested.seq));
    expect(client.unread.filter((frame) => String(frame.event).startsWith("device."))).toEqual([]);
    await server.stop();
  });
});

test.describe("presence", () => {
  test("is announced when a client leaves, not when it joins, and a command line is never listed", async () => {
    const server = await startGateway();
    const { client } = await connectWire(server.port);
    const ui = { client: { id: "test", version: "1", platform: "linux", mode: "ui", displayName: "Desk" } };
    const cli = { client: { id: "cli", version: "1", platform: "linux", mode: "cli" } };

    const { client: desk, hello } = await connectWire(server.port, ui);
    const { client: shell } = await connectWire(server.port, cli);
    await shell.close();
    await desk.close();
    const event = await client.event("presence");

    const hosts = (list: unknown) => (list as Frame[]).map(({ host, reason }) => `${host} ${reason}`);
    expect(hosts((hello.snapshot as Frame).presence)).toContain("Desk connect");
    expect(hosts((event.payload as Frame).presence)).toContain("Desk disconnect");
    expect(client.unread.filter((frame) => frame.event === "presence")).toEqual([]);
    await server.stop();
  });
});

test.describe("U13: a probe", () => {
  test("is nobody who is there: neither listed while it is connected nor announced when it leaves", async () => {
    const server = await startGateway();
    const { client } = await connectWire(server.port);
    const probe = { client: { id: "clawdbot-probe", version: "1", platform: "linux", mode: "probe" } };

    const { client: prober, hello } = await connectWire(server.port, probe);
    const listed = JSON.stringify((await client.request("system-presence")).payload);
    await prober.close();
    await client.request("health");

    expect(listed).not.toContain("clawdbot-probe");
    expect(JSON.stringify((hello.snapshot as Frame).presence)).not.toContain("clawdbot-probe");
    expect(client.unread.filter((frame) => frame.event === "presence")).toEqual([]);
    await server.stop();
  });
});

test.describe("the end", () => {
  test("is announced to every client before the connection closes with 1012", async () => {
    const server = await startGateway();
    const [{ client: a }, { client: b }] = [
      await connectWire(server.port),
      await connectWire(server.port, NODE),
    ];

    await server.stop();

    for (const client of [a, b]) {
      expect(await client.end()).toEqual({ code: 1012, reason: "service restart" });
      expect(client.unread.at(-1)).toMatchObject({
        event: "shutdown",
        payload: { reason: "gateway stopping", restartExpectedMs: null },
      });
    }
  });

  test("comes to a client that still shakes hands, and to one that does not read", async () => {
    const server = await startGateway();
    const early = await openWire(server.port);
    const { client: deaf } = await connectWire(server.port);
    deaf.socket.pause();

    const startedAt = performance.now();
    await server.stop();

    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(await early.end()).toEqual({ code: 1012, reason: "service restart" });
  });

  test("comes to an upgrade that was under way", async () => {
    const server = await startGateway();
    const socket = connectTcp({ host: "127.0.0.1", port: server.port });
    await once(socket, "connect");
    const [head = "", rest = ""] = UPGRADE.split(/(?=Sec-WebSocket-Key)/);
    await new Promise((resolve) => socket.write(head, resolve));
    await (await fetch(`http://127.0.0.1:${server.port}/healthz`)).text(); // By now the gateway has read the head.

    const stopped = server.stop();
    socket.write(rest);
    const received: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    await once(socket, "close");
    await stopped;

    const answer = Buffer.concat(received).toString("latin1");
    expect(answer).toContain("101 Switching Protocols");
    expect(answer).toContain("service restart");
  });

  test("is asked for by the method shutdown, whose answer comes first", async () => {
    let asked = false;
    const server = await startGateway({
      requestStop: () => {
        asked = true;
      },
    });
    const { client } = await connectWire(server.port);

    const answer = await client.request("shutdown");

    expect(answer).toMatchObject({ ok: true, payload: { ok: true } });
    expect(asked).toBe(true);
    await server.stop();
  });
});

/** A stranger behind a proxy asks to be paired. */
async function pairingRequest(port: number, clock: FakeClock) {
  const client = await openWire(port, { headers: { "x-forwarded-for": "203.0.113.9" } });
  const challenge = await client.event("connect.challenge");
  const nonce = String((challenge.payload as Frame).nonce);
  const connect = connectParams() as Parameters<typeof signedBy>[1];
  client.send({
    type: "req",
    id: "1",
    method: "connect",
    params: signedBy(createDevice(), connect, { signedAtMs: clock.now(), nonce }),
  });
  return client;
}

const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  "\r\n",
].join("\r\n");
