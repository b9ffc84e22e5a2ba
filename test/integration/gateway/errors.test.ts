import { expect } from "@playwright/test";
import { WebSocket } from "ws";
import { connectGateway, type GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { CodedError } from "../../../shared/errors.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import { createDevice, signedBy } from "../../helpers/gateway/device.ts";
import type { GatewayOptions } from "../../helpers/gateway/gateway.ts";
import { codeOf, connectDevice, test } from "../../helpers/gateway/running.ts";
import {
  connectParams,
  connectWire,
  type Frame,
  openWire,
  TEST_TOKEN,
} from "../../helpers/gateway/wire-client.ts";

const UI = { client: { id: "clawdbot-control-ui", version: "1", platform: "web", mode: "webchat" } };
const FROM_LAN = { headers: { "x-forwarded-for": "203.0.113.9" } };

interface Attempt {
  what: string;
  code: string;
  gateway?: GatewayOptions;
  headers?: Record<string, string>;
  /** What is sent first; a well-formed connect request by default. */
  params?: Frame;
  method?: string;
  device?: (params: ConnectParams, nonce: string) => ConnectParams;
  details?: Frame;
}

const signed =
  (change: Partial<NonNullable<ConnectParams["device"]>> = {}, { signedAtMs = Date.now() } = {}) =>
  (params: ConnectParams, nonce: string): ConnectParams => {
    const { device, ...rest } = signedBy(createDevice(), params, { signedAtMs, nonce });
    return device === undefined ? rest : { ...rest, device: { ...device, ...change } };
  };

const PASSWORD: GatewayOptions = { auth: { mode: "password", password: "pw-secret" } };
const TAILSCALE: GatewayOptions = { auth: { mode: "tailscale" } };

const ATTEMPTS: Attempt[] = [
  { what: "another first request", code: "CONNECT_REQUIRED", method: "health" },
  { what: "parameters that do not fit", code: "PARAMS_INVALID", params: { more: 1 } },
  {
    what: "another protocol",
    code: "PROTOCOL_MISMATCH",
    params: { minProtocol: 4, maxProtocol: 9 },
    details: { expectedProtocol: 3 },
  },
  { what: "a role nobody knows", code: "ROLE_UNKNOWN", params: { role: "__proto__" } },
  { what: "no device and no secret", code: "DEVICE_IDENTITY_REQUIRED", params: { auth: {} } },
  { what: "a dashboard without a device", code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED", params: UI },
  { what: "a device without a secret", code: "AUTH_TOKEN_MISSING", params: { auth: {} }, device: signed() },
  { what: "a wrong token", code: "AUTH_TOKEN_MISMATCH", params: { auth: { token: "wrong" } } },
  {
    what: "no password",
    code: "AUTH_PASSWORD_MISSING",
    gateway: PASSWORD,
    params: { auth: {} },
    device: signed(),
  },
  {
    what: "a wrong password",
    code: "AUTH_PASSWORD_MISMATCH",
    gateway: PASSWORD,
    params: { auth: { password: "wrong" } },
    device: signed(),
  },
  {
    what: "a link that is used up",
    code: "AUTH_LINK_EXPIRED",
    params: { ...UI, auth: { code: "x" } },
    device: signed(),
  },
  {
    what: "nobody of the tailnet",
    code: "AUTH_TAILSCALE_IDENTITY_MISSING",
    gateway: TAILSCALE,
    params: { auth: {} },
    device: signed(),
  },
  { what: "the id of another device", code: "DEVICE_AUTH_DEVICE_ID_MISMATCH", device: signed({ id: "ab" }) },
  {
    what: "an old signature",
    code: "DEVICE_AUTH_SIGNATURE_EXPIRED",
    device: signed({}, { signedAtMs: Date.now() - 3_600_000 }),
  },
  {
    what: "another challenge's nonce",
    code: "DEVICE_AUTH_NONCE_MISMATCH",
    device: signed({ nonce: "other" }),
  },
  {
    what: "a forged signature",
    code: "DEVICE_AUTH_SIGNATURE_INVALID",
    device: signed({ signature: "AQEB" }),
  },
  {
    what: "no nonce from elsewhere",
    code: "DEVICE_AUTH_NONCE_REQUIRED",
    headers: FROM_LAN.headers,
    device: (params) => signedBy(createDevice(), params, { signedAtMs: Date.now() }),
  },
  {
    what: "a new device from elsewhere",
    code: "PAIRING_REQUIRED",
    headers: FROM_LAN.headers,
    device: signed(),
    details: {
      reason: "not-paired",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      command: expect.stringMatching(/^clawdbot devices approve [0-9a-f-]{36}$/),
    },
  },
  {
    what: "an open gateway behind a proxy",
    code: "AUTH_REQUIRED",
    gateway: { auth: { mode: "none" } },
    headers: FROM_LAN.headers,
    details: { hint: expect.stringContaining("trustedProxies") },
  },
];

test.describe("P3: a refused handshake carries its code", () => {
  for (const {
    what,
    code,
    gateway,
    headers = {},
    params = {},
    method = "connect",
    device,
    details,
  } of ATTEMPTS) {
    test(`${code} for ${what}`, async ({ start }) => {
      const client = await openWire((await start(gateway)).port, { headers });
      const challenge = await client.event("connect.challenge");
      const nonce = isRecord(challenge.payload) ? String(challenge.payload.nonce) : "";
      const plain = connectParams(params) as unknown as ConnectParams;

      const answer = await client.request(method, device === undefined ? plain : device(plain, nonce));

      expect(answer).toMatchObject({ ok: false, error: { details: { ...details, code } } });
    });
  }

  test("AUTH_RATE_LIMITED with the time to wait after too many guesses", async ({ start }) => {
    const { port } = await start();
    const guess = async () => {
      const client = await openWire(port);
      return client.request("connect", connectParams({ auth: { token: "wrong" } }));
    };
    for (let index = 0; index < 10; index += 1) await guess();

    const { error } = await guess();

    expect(error).toMatchObject({ retryable: true, details: { code: "AUTH_RATE_LIMITED" } });
    expect(isRecord(error) && Number(error.retryAfterMs)).toBeGreaterThan(50_000);
  });

  test("AUTH_DEVICE_TOKEN_MISMATCH for a device's withdrawn token, AUTH_SCOPE_MISMATCH for one that opens less", async ({
    start,
  }) => {
    const { port } = await start();
    const narrow = { scopes: ["operator.read"] };
    const { device, token } = await connectDevice(port, narrow);
    const auth = { token };

    const wide = await connectDevice(port, { auth, scopes: ["operator.admin"] }, { device });
    const { client: admin } = await connectWire(port);
    await admin.request("device.token.revoke", { deviceId: device.id, role: "operator" });
    const late = await connectDevice(port, { auth, ...narrow }, { device });

    expect([wide, late].map(({ answer }) => codeOf(answer))).toEqual([
      "AUTH_SCOPE_MISMATCH",
      "AUTH_DEVICE_TOKEN_MISMATCH",
    ]);
  });
});

test.describe("P3: a refused request carries its code", () => {
  for (const [what, scopes, method, params, error] of [
    ["an unknown method", ["operator.admin"], "sing", {}, { details: { code: "METHOD_UNKNOWN" } }],
    ["a second connect", ["operator.admin"], "connect", {}, { details: { code: "CONNECT_REPEATED" } }],
    [
      "wrong parameters",
      ["operator.read"],
      "logs.tail",
      { limit: 0 },
      { details: { code: "PARAMS_INVALID" } },
    ],
    [
      "an unknown device",
      ["operator.pairing"],
      "device.token.revoke",
      { deviceId: "x", role: "operator" },
      { details: { code: "NOT_FOUND" } },
    ],
    [
      "a scope that is missing",
      ["operator.read"],
      "config.get",
      {},
      {
        details: {
          code: "MISSING_SCOPE",
          missingScope: "operator.admin",
          requiredScopes: ["operator.admin"],
        },
      },
    ],
  ] as const) {
    test(`for ${what}`, async ({ start }) => {
      const { client } = await connectWire((await start()).port, { scopes });

      expect(await client.request(method, params)).toMatchObject({
        ok: false,
        error: { code: "INVALID_REQUEST", ...error },
      });
    });
  }

  test("for a role that may not call, and for a message that is no frame", async ({ start }) => {
    const node = { client: { id: "node-host", version: "1", platform: "linux", mode: "node" }, role: "node" };
    const { client } = await connectWire((await start()).port, node);

    client.send({ type: "req", id: "a", method: "health", more: 1 });

    expect(await client.request("health")).toMatchObject({ error: { details: { code: "ROLE_FORBIDDEN" } } });
    expect(await client.response("a")).toMatchObject({ error: { details: { code: "FRAME_INVALID" } } });
  });
});

test.describe("P3: a socket that is not opened is refused with a body that carries the code", () => {
  for (const [what, path, headers, status, code] of [
    ["a foreign web page", "/", { origin: "https://evil.example" }, 403, "CONTROL_UI_ORIGIN_NOT_ALLOWED"],
    ["a canvas that is not loaded anew", "/__clawdbot/ws", {}, 404, "NOT_FOUND"],
  ] as const) {
    test(`${code} for ${what}`, async ({ start }) => {
      const { port } = await start({ config: { canvasHost: { liveReload: false } } });

      const answer = await upgradeAnswer(port, path, headers);

      expect(answer).toMatchObject({ status, body: { error: { details: { code } } } });
    });
  }
});

test.describe("P3: a client of ours", () => {
  test("tells refusals apart by the gateway's code", async ({ start }) => {
    const { port } = await start();

    const error = await connectFails(port, "wrong");

    expect(error).toMatchObject({ code: "TOKEN_MISMATCH", remoteCode: "AUTH_TOKEN_MISMATCH" });
  });

  test("learns when it may guess again", async ({ start }) => {
    const { port } = await start();
    for (let index = 0; index < 10; index += 1) await connectFails(port, "wrong");

    const error = await connectFails(port, "wrong");

    expect(error).toMatchObject({ code: "RATE_LIMITED", remoteCode: "AUTH_RATE_LIMITED" });
    expect(error.retryAfterMs).toBeGreaterThan(50_000);
  });

  test("can branch on what a request was refused for", async ({ start }) => {
    const connection = await connectClient((await start()).port, TEST_TOKEN, ["operator.read"]);

    const failure = connection.request("config.get", {});

    await expect(failure).rejects.toMatchObject({
      code: "REMOTE_ERROR",
      remoteCode: "MISSING_SCOPE",
      details: { wireCode: "INVALID_REQUEST", details: { missingScope: "operator.admin" } },
    });
    connection.close();
  });
});

function connectClient(port: number, token: string, scopes: readonly string[]): Promise<GatewayConnection> {
  return connectGateway({
    open: () => new WebSocket(`ws://127.0.0.1:${port}`),
    client: { id: "test", mode: "test", version: "1", platform: "linux" },
    scopes,
    auth: { token },
    timeoutMs: 10_000,
  });
}

async function connectFails(port: number, token: string): Promise<CodedError> {
  const error: unknown = await connectClient(port, token, ["operator.read"]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CodedError) return error;
  throw new Error(`not refused: ${error}`);
}

function upgradeAnswer(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on("error", reject);
    socket.on("open", () => reject(new Error("opened")));
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
  });
}
