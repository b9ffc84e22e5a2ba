/** `POST /media` and `GET /media/<id>` of a running gateway, and messages that refer to what was left there. */
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { connectDevice, test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { PNG, pictureOf } from "../../helpers/media/files.ts";
import { gifOf, pngWith } from "../../helpers/media/pictures.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";

const test = mergeTests(gatewayTest, providerTest);
const MAIN = "agent:main:main";
const OWNER = { authorization: `Bearer ${TEST_TOKEN}` };

async function ask(
  { port }: TestGateway,
  path: string,
  {
    method = "GET",
    headers = OWNER,
    body,
  }: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const json: unknown = response.headers.get("content-type")?.startsWith("application/json")
    ? JSON.parse(bytes.toString())
    : {};
  return { status: response.status, headers: response.headers, bytes, json: isRecord(json) ? json : {} };
}

const leave = (server: TestGateway, body: Buffer, headers: Record<string, string> = {}, path = "/media") =>
  ask(server, path, { method: "POST", headers: { ...OWNER, ...headers }, body });

const files = ({ home }: TestGateway) => {
  const folder = join(home.stateDir, "media");
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
};

test("a file that was left comes back byte for byte, as something that no browser runs", async ({
  start,
}) => {
  const server = await start();
  const large = pictureOf(3_000_000);

  const left = await leave(server, large, { "content-type": "text/html" });
  const got = await ask(server, `/media/${left.json.mediaId}`);
  const head = await ask(server, `/media/${left.json.mediaId}`, { method: "HEAD" });

  const mediaId = left.json.mediaId;
  expect(left).toMatchObject({
    status: 200,
    json: { mediaId, sha256: mediaId, mimeType: "image/png", bytes: 3_000_000 },
  });
  expect(got.status).toBe(200);
  expect(got.bytes.equals(large)).toBe(true);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-type": "image/png",
    "content-disposition": "inline",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "no-store",
  });
  expect([head.status, head.bytes.length, head.headers.get("content-length")]).toEqual([200, 0, "3000000"]);
});

test("what is no picture and no sound is for downloading, whatever it says it is", async ({ start }) => {
  const server = await start();

  const page = await leave(server, Buffer.from("<script>alert(1)</script>"), { "content-type": "image/png" });
  const drawing = await leave(server, Buffer.from("<svg/>"), { "content-type": "image/svg+xml" });
  const got = await Promise.all([page, drawing].map(({ json }) => ask(server, `/media/${json.mediaId}`)));

  expect(got.map(({ headers }) => headers.get("content-disposition"))).toEqual(["attachment", "attachment"]);
  expect(got.map(({ headers }) => headers.get("content-type"))).toEqual(
    Array(2).fill("text/plain; charset=utf-8"),
  );
});

test("files stand below the path of the dashboard as well", async ({ start }) => {
  const server = await start({ config: { gateway: { controlUi: { basePath: "/panel" } } } });

  const left = await leave(server, PNG, {}, "/panel/media");
  const got = await ask(server, `/panel/media/${left.json.mediaId}`);

  expect([left.status, got.status]).toEqual([200, 200]);
});

test("nothing, too much, and what was never left are refused in words; nothing is kept of them", async ({
  start,
}) => {
  const server = await start();

  const nothing = await leave(server, Buffer.alloc(0));
  const tooMuch = await leave(server, pictureOf(6_291_457));
  const unknown = await ask(server, `/media/${"0".repeat(64)}`);
  const path = await ask(server, "/media/..%2fclawdbot.json");
  const method = await ask(server, "/media", { method: "DELETE" });

  expect([nothing, tooMuch, unknown, path, method].map(({ status }) => status)).toEqual([
    400, 413, 404, 404, 405,
  ]);
  expect(nothing.json).toEqual({
    error: { type: "invalid_request_error", message: "Error: attachment upload: is empty" },
  });
  expect(tooMuch.json).toMatchObject({ error: { message: expect.stringContaining("6291456 bytes") } });
  expect(method.headers.get("allow")).toBe("POST");
  expect(files(server)).toEqual([]);
});

test("more than is ever taken is refused before it is sent", async ({ start }) => {
  const server = await start();
  const request = httpRequest({
    port: server.port,
    host: "127.0.0.1",
    path: "/media",
    method: "POST",
    headers: { ...OWNER, "content-length": 104_857_601, expect: "100-continue" },
  });
  request.flushHeaders();

  const [response] = await once(request, "response");

  expect(response.statusCode).toBe(413);
  request.destroy();
});

test("an upload that breaks off leaves nothing", async ({ start }) => {
  const server = await start();
  const request = httpRequest({
    port: server.port,
    host: "127.0.0.1",
    path: "/media",
    method: "POST",
    headers: { ...OWNER, "content-length": 1_000_000 },
  });
  request.on("error", () => {});
  request.write(pictureOf(500_000));
  await expect.poll(() => files(server).length).toBe(1);

  request.destroy();

  await expect.poll(() => files(server)).toEqual([]);
});

test("only those come in who may: the owner, and devices as far as their scopes go", async ({ start }) => {
  const server = await start();
  const withScopes = async (scopes: string[]) => {
    const { token } = await connectDevice(server.port, { scopes });
    return { authorization: `Bearer ${token}` };
  };
  const { mediaId } = (await leave(server, PNG)).json;
  const callers = [
    {},
    { authorization: "Bearer wrong" },
    { ...OWNER, origin: "https://evil.example" },
    await withScopes(["operator.pairing"]),
    await withScopes(["operator.read"]),
    await withScopes(["operator.write"]),
    await withScopes(["operator.admin"]),
    OWNER,
  ];

  const outcomes = [];
  for (const headers of callers) {
    const post = await ask(server, "/media", { method: "POST", headers, body: PNG });
    const get = await ask(server, `/media/${mediaId}`, { headers });
    outcomes.push([post.status, get.status]);
  }

  expect(outcomes).toEqual([
    [401, 401],
    [401, 401],
    [403, 403],
    [403, 403],
    [403, 200],
    [200, 200],
    [200, 200],
    [200, 200],
  ]);
});

test("whoever guesses too often is not heard any more", async ({ start }) => {
  const server = await start();
  const guess = () => ask(server, "/media/x", { headers: { authorization: "Bearer wrong" } });

  let last = await guess();
  for (let count = 0; count < 20 && last.status === 401; count += 1) last = await guess();

  expect(last.status).toBe(429);
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("a message refers to what was left; a picture beyond the model's limit is made smaller, or named with the reason", async ({
  start,
  provider,
}) => {
  const config = {
    agents: { defaults: { model: "anthropic/claude-sonnet-5", skipBootstrap: true } },
    models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant" } } },
  } as GatewayConfig;
  const server = await start({ config });
  const { client } = await connectWire(server.port, { scopes: ["operator.admin"] });
  const [small, large] = [pictureOf(2_000), pictureOf(5_500_000)];
  const drawn = Buffer.concat([gifOf(1, 1), Buffer.alloc(5_500_000)]);
  const attachments = [];
  for (const [fileName, bytes] of Object.entries({
    "small.png": small,
    "large.png": large,
    "drawn.gif": drawn,
  }))
    attachments.push({ mediaId: (await leave(server, bytes)).json.mediaId, fileName });
  await client.request("chat.send", {
    sessionKey: MAIN,
    message: "What do you see?",
    idempotencyKey: "run-1",
    attachments,
  });
  await client.next("the end", ({ event, payload }) =>
    Boolean(event === "chat" && isRecord(payload) && payload.runId === "run-1" && payload.state === "final"),
  );

  const told = JSON.stringify(provider.requests[0]?.body);
  expect(told).toContain(small.toString("base64"));
  expect(told).not.toContain(large.toString("base64").slice(0, 5_000));
  expect(told.match(/"media_type":"[^"]+"/g)).toEqual([
    '"media_type":"image/png"',
    '"media_type":"image/jpeg"',
  ]);
  expect(told).toContain(
    "[an image of 5.2 MB, more than the 3.7 MB that this model takes, which is not shown]",
  );
  const { payload } = await client.request("chat.history", { sessionKey: MAIN });
  const history = JSON.stringify(payload);
  expect(history).toContain(
    "drawn.gif (5.2 MB) was not shown to anthropic/claude-sonnet-5, which takes images of at most 3.7 MB.",
  );
  expect(history).not.toContain("large.png (5.2 MB) was");
});

test("a picture that was left and cannot be shown to anybody is refused with the message", async ({
  start,
}) => {
  const server = await start();
  const { client } = await connectWire(server.port, { scopes: ["operator.admin"] });
  const { mediaId } = (await leave(server, pngWith(50_000, 50_000, Buffer.alloc(50)))).json;
  const attachments = [{ mediaId, fileName: "bomb.png" }];

  const refused = await client.request("chat.send", {
    sessionKey: MAIN,
    message: "What do you see?",
    idempotencyKey: "run-1",
    attachments,
  });

  expect(refused).toMatchObject({
    ok: false,
    error: {
      message: "Error: attachment bomb.png: it has too many pixels for its size; send a smaller one",
    },
  });
});
