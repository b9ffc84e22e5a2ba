import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect as connectTcp } from "node:net";
import { expect, test } from "@playwright/test";
import { INSTANCE_HEADER, instanceProof } from "../../../shared/node/gateway/healthz.ts";
import { startGateway, type TestGateway } from "../../helpers/gateway/gateway.ts";

interface Answer {
  status: number;
  body: string;
}

function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on("error", reject);
    request.end();
  });
}

test.describe("the HTTP side of the port", () => {
  let server: TestGateway;
  test.beforeAll(async () => {
    server = await startGateway();
  });
  test.afterAll(() => server.stop());

  test("tells callers on this machine which gateway it is", async () => {
    const { status, body } = await ask(server.port, "/healthz");

    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      ok: true,
      service: "clawdbot-gateway",
      instanceId: server.gateway.instanceId,
      pid: process.pid,
    });
  });

  test("S2: tells a caller through any proxy that knows which gateway it is, and no other", async () => {
    const proxied = { "x-forwarded-for": "203.0.113.9" };
    const knowing = (id: string) =>
      ask(server.port, "/healthz", {
        headers: { ...proxied, [INSTANCE_HEADER]: instanceProof(id) },
      });

    const [right, wrong] = [await knowing(server.gateway.instanceId), await knowing("another")];

    expect(JSON.parse(right.body)).toMatchObject({ instanceId: server.gateway.instanceId });
    expect(Object.keys(JSON.parse(wrong.body))).toEqual(["ok", "service"]);
  });

  for (const [what, headers] of [
    ["that came through a proxy", { "x-forwarded-for": "203.0.113.9" }],
    ["that names a foreign host", { host: "evil.example" }],
  ] as const) {
    test(`shows only its signature to a caller ${what}`, async () => {
      for (const path of ["/healthz", "/readyz"]) {
        const { status, body } = await ask(server.port, path, { headers });

        expect(status).toBe(200);
        expect(JSON.parse(body)).toEqual({ ok: true, service: "clawdbot-gateway" });
      }
    });
  }

  test("has no page for a name that only a stranger's DNS leads here", async () => {
    const foreign = await ask(server.port, "/", { headers: { host: "evil.example" } });
    const own = await ask(server.port, "/", { headers: { host: `localhost:${server.port}` } });

    expect(foreign).toEqual({
      status: 421,
      body: expect.stringContaining("gateway.controlUi.allowedOrigins"),
    });
    expect(own.status).toBe(503); // There is no built page in the test's gateway.
  });

  test("answers HEAD and refuses other methods", async () => {
    expect(await ask(server.port, "/healthz", { method: "HEAD" })).toEqual({ status: 200, body: "" });
    expect(await ask(server.port, "/readyz", { method: "POST" })).toEqual({
      status: 405,
      body: "Method Not Allowed",
    });
  });

  test("is not ready while the log cannot be written, but lives", async () => {
    const ill = await startGateway();
    Object.defineProperty(ill.log, "problem", { value: "ENOSPC" });

    const [live, ready] = [await ask(ill.port, "/healthz"), await ask(ill.port, "/readyz")];

    expect([live.status, ready.status]).toEqual([200, 503]);
    expect(JSON.parse(ready.body).components).toEqual({ log: { ok: false, detail: "ENOSPC" } });
    await ill.stop();
  });

  test("has no dashboard when it is switched off", async () => {
    const bare = await startGateway({ config: { gateway: { controlUi: { enabled: false } } } });

    expect(await ask(bare.port, "/")).toEqual({ status: 404, body: "Not Found" });
    await bare.stop();
  });

  test("survives a request that is none", async () => {
    const socket = connectTcp({ host: "127.0.0.1", port: server.port });
    socket.on("error", () => {}).resume();

    socket.end("\u0000\u0001 nonsense\r\n\r\n");
    await once(socket, "close");

    expect((await ask(server.port, "/healthz")).status).toBe(200);
    expect(await ask(server.port, "//:bad:/healthz")).toEqual({ status: 400, body: "Bad Request" });
  });
});
