import { mkdirSync, writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { expect } from "@playwright/test";
import { createDevice, signedBy } from "../../helpers/gateway/device.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectParams, connectWire, openWire } from "../../helpers/gateway/wire-client.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../helpers/run/soak.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

const HEALTH = { ok: true, payload: { ok: true } };

test.describe("messages of a client that is connected", () => {
  test("may come as text or as bytes, whole or in pieces", async ({ start }) => {
    const { client } = await connectWire((await start()).port);
    const request = (id: string) => JSON.stringify({ type: "req", id, method: "health" });

    client.send(request("text"));
    client.send(Buffer.from(request("bytes")));
    const pieces = request("pieces");
    client.socket.send(pieces.slice(0, 10), { fin: false });
    client.socket.send(pieces.slice(10), { fin: true });

    for (const id of ["text", "bytes", "pieces"]) expect(await client.response(id)).toMatchObject(HEALTH);
  });

  test("do no harm when they are garbage", SOAK, async ({ start }) => {
    const { client } = await connectWire((await start()).port);
    const seed = seedFor("garbage");
    const random = randomFrom(seed);

    const rounds = repetitions({ short: 2, full: 100 });
    for (let round = 0; round < rounds; round += 1) {
      for (let index = 0; index < 1_000; index += 1) client.send(garbage(random));
      expect(await client.request("health"), `seed ${seed}`).toMatchObject(HEALTH);
      client.unread.length = 0;
    }
  });

  test("end the connection with 1009 when they are too large, and only that one", async ({ start }) => {
    const { port } = await start();
    const [{ client }, { client: other }] = [await connectWire(port), await connectWire(port)];

    client.send("x".repeat(524_289));

    expect(await client.end()).toEqual({ code: 1009, reason: "" });
    expect(await other.request("health")).toMatchObject(HEALTH);
  });

  test("may be exactly as large as hello-ok says", async ({ start }) => {
    const { client } = await connectWire((await start()).port);
    const frame = { type: "req", id: "big", method: "health", params: { pad: "" } };
    frame.params.pad = "x".repeat(524_288 - JSON.stringify(frame).length);

    client.send(frame);

    expect(await client.response("big")).toMatchObject(HEALTH);
  });
});

test.describe("messages before the handshake", () => {
  for (const [what, message, close] of [
    ["too large for a connect request", "x".repeat(70_000), { code: 1009, reason: "" }],
    ["too large for any", "x".repeat(524_289), { code: 1009, reason: "" }],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00]), { code: 1000, reason: "" }],
  ] as const) {
    test(`end the connection when they are ${what}`, async ({ start }) => {
      const client = await openWire((await start()).port);

      client.send(message);

      expect(await client.end()).toEqual(close);
    });
  }

  test("are heard once: what follows a refused connect is not", async ({ start }) => {
    const client = await openWire((await start()).port);

    client.send({
      type: "req",
      id: "1",
      method: "connect",
      params: connectParams({ auth: { token: "no" } }),
    });
    client.send({ type: "req", id: "2", method: "connect", params: connectParams() });
    await client.end();

    expect(client.unread.map((frame) => frame.id ?? frame.event)).toEqual(["connect.challenge", "1"]);
  });

  test("must come within ten seconds, whatever else the client does", async ({ start }) => {
    const clock = new FakeClock();
    const client = await openWire((await start({ clock })).port);
    client.socket.ping();

    clock.advance(10_000);

    expect(await client.end()).toEqual({ code: 1000, reason: "" });
  });
});

test.describe("a guesser", () => {
  const wrong = connectParams({ auth: { token: "wrong" } });

  const message = "unauthorized: too many failed attempts, try again in 60 s";
  const guessTenTimes = async (port: number, options: Parameters<typeof openWire>[1] = {}) => {
    for (let guess = 0; guess < 10; guess += 1) {
      const client = await openWire(port, options);
      await client.request("connect", wrong);
      await client.end();
    }
  };

  test("elsewhere is refused with 429 after ten wrong tokens in a minute, and heard again afterwards", async ({
    start,
  }) => {
    const clock = new FakeClock();
    const { port } = await start({ clock, config: { gateway: { trustedProxies: ["127.0.0.1"] } } });
    const elsewhere = { headers: { "x-forwarded-for": "203.0.113.9" } };
    const early = await openWire(port, elsewhere);
    await guessTenTimes(port, elsewhere);

    await expect(openWire(port, elsewhere)).rejects.toThrow("Unexpected server response: 429");
    const answer = await early.request("connect", connectParams());
    clock.advance(60_000);
    const { hello } = await connectWire(port, {}, elsewhere);

    expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST", message } });
    expect(await early.end()).toEqual({ code: 1008, reason: message });
    expect(hello.type).toBe("hello-ok");
  });

  test("on this machine shuts out whoever knows a short secret too, as one more guess could be it", async ({
    start,
  }) => {
    const clock = new FakeClock();
    const { port } = await start({ clock, auth: { mode: "token", token: "fifteen letters" } });
    const right = { auth: { token: "fifteen letters" } };
    await guessTenTimes(port);

    const client = await openWire(port);
    const answer = await client.request("connect", connectParams(right));
    clock.advance(60_000);

    expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST", message } });
    expect(await client.end()).toEqual({ code: 1008, reason: message });
    await expect(connectWire(port, right)).resolves.toBeDefined();
  });

  for (const mode of ["token", "password"] as const) {
    test(`on this machine does not shut out the owner of a long ${mode}`, async ({ start }) => {
      const secret = "sixteen  letters";
      const auth = mode === "token" ? { mode, token: secret } : { mode, password: secret };
      const { port } = await start({ auth });
      const holding = (text: string) => ({
        auth: mode === "token" ? { token: text } : { token: "-", password: text },
      });
      for (let guess = 0; guess < 12; guess += 1) {
        const client = await openWire(port);
        const answer = await client.request("connect", connectParams(holding("wrong")));
        const isBlocked = guess >= 10;
        expect(answer).toMatchObject({
          ok: false,
          error: {
            message: isBlocked ? expect.stringContaining("too many") : expect.stringContaining("mismatch"),
          },
        });
        await client.end();
      }

      await expect(connectWire(port, holding(secret))).resolves.toBeDefined();
      const client = await openWire(port);
      const answer = await client.request("connect", connectParams(holding("wrong")));
      expect(answer).toMatchObject({
        error: { message: expect.stringContaining("too many failed attempts") },
      });
    });
  }

  test("does not shut out others behind the same trusted proxy", async ({ start }) => {
    const { port } = await start({ config: { gateway: { trustedProxies: ["127.0.0.1"] } } });
    const from = (ip: string) => ({ headers: { "x-forwarded-for": ip } });
    await guessTenTimes(port, from("203.0.113.9"));

    await expect(openWire(port, from("203.0.113.9"))).rejects.toThrow("429");
    await expect(connectWire(port, {}, from("203.0.113.10"))).resolves.toBeDefined();
  });

  test("is no client that merely forgot its token", async ({ start }) => {
    const { port } = await start();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const client = await openWire(port);
      await client.request("connect", connectParams({ auth: {} }));
      await client.end();
    }

    await expect(connectWire(port)).resolves.toBeDefined();
  });
});

test.describe("an upgrade", () => {
  test("from a foreign web page is refused with 403", async ({ start }) => {
    const { port } = await start({ auth: { mode: "none" } });
    const from = (origin: string) => openWire(port, { headers: { origin } });

    await expect(from("https://evil.example")).rejects.toThrow("403");
    await expect(from("https://evil.tail9999.ts.net")).rejects.toThrow("403");
    await expect(from(`http://127.0.0.1:${port}`)).resolves.toBeDefined();
  });

  test("that was refused does not keep its socket, although the client stays", async ({ start }) => {
    const { port } = await start();
    const socket = connectTcp({ host: "127.0.0.1", port, allowHalfOpen: true });
    const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13";
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => socket.once("end", resolve));

    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
    );
    await ended;
    // A destroyed socket answers what we still send with a reset; a half-open one would take it for ever.
    const reset = new Promise((resolve) => socket.once("error", resolve));
    const insist = () => socket.write("x", (error) => (error ? undefined : setImmediate(insist)));
    insist();

    expect(text).toContain("HTTP/1.1 403 Forbidden");
    expect(await reset).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  });
});

test.describe("a device on a gateway that cannot write", () => {
  test("is told so, and the gateway lives on", async ({ start }) => {
    const { port, settings } = await start({ auth: { mode: "password", password: "pw" }, nonce: () => "n1" });
    mkdirSync(settings.paths.stateDir, { recursive: true });
    writeFileSync(settings.paths.devicesDir, "in the way of the folder");
    const connect = connectParams({ auth: { password: "pw" } }) as Parameters<typeof signedBy>[1];
    const signed = signedBy(createDevice(), connect, { signedAtMs: Date.now(), nonce: "n1" });

    const client = await openWire(port);
    const answer = await client.request("connect", signed);

    expect(answer).toMatchObject({
      ok: false,
      error: { code: "UNAVAILABLE", message: /could not admit the client: E/ },
    });
    expect((await client.end()).code).toBe(1011);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });
});

/** JSON of odd shapes, cut JSON, and bytes. */
function garbage(random: () => number): string | Buffer {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const value = (depth: number): unknown =>
    depth > 3
      ? null
      : pick([
          () => random() * 1e9 - 5e8,
          () => pick(["", "req", "connect", "health", "ü\u0000", "__proto__", "x".repeat(500)]),
          () => pick([true, false, null]),
          () => Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1)),
          () => ({ [pick(["a", "type", "id", "__proto__"])]: value(depth + 1) }),
        ])();
  const frame = {
    type: pick(["req", "res", "event", "", 5, null]),
    id: pick(["1", "", 7, null, {}, []]),
    method: pick(["health", "logs.tail", "system-event", "nope", "", "toString", 3, undefined]),
    params: value(0),
    ...(random() < 0.2 ? { extra: value(0) } : {}),
  };
  const text = JSON.stringify(pick([frame, frame, frame, value(0)]) ?? null);
  if (random() < 0.1) return text.slice(0, Math.floor(random() * text.length));
  return random() < 0.1 ? Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256))) : text;
}
