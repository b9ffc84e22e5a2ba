import { createServer } from "node:http";
import { type AddressInfo, connect as connectTcp } from "node:net";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import { systemClock } from "../../../shared/clock.ts";
import { ConnectParams, type HelloOk } from "../../../shared/protocol/handshake.ts";
import type { AuthSettings } from "../../../sidecar/base/config/settings.ts";
import { Authenticator } from "../../../sidecar/gateway/auth/authenticate.ts";
import { ClientAddresses } from "../../../sidecar/gateway/auth/client-addresses.ts";
import { LinkCodes } from "../../../sidecar/gateway/auth/link-codes.ts";
import { PairingStore } from "../../../sidecar/gateway/auth/pairing-store.ts";
import { FAILURE_LIMIT, FailureLimiter } from "../../../sidecar/gateway/auth/rate-limit.ts";
import { TailscaleIdentity } from "../../../sidecar/gateway/auth/tailscale-identity.ts";
import type { Connection } from "../../../sidecar/gateway/connection/connection.ts";
import { ConnectionRegistry } from "../../../sidecar/gateway/connection/connection-registry.ts";
import { RefusalLog } from "../../../sidecar/gateway/connection/refusal-log.ts";
import { Upgrade } from "../../../sidecar/gateway/connection/upgrade.ts";
import { WireLog } from "../../../sidecar/gateway/connection/wire-log.ts";
import { Router } from "../../../sidecar/gateway/rpc/router.ts";
import { TailnetDirectory } from "../../../sidecar/host/net/tailscale/tailnet-directory.ts";
import { TailscaleCli } from "../../../sidecar/host/net/tailscale/tailscale-cli.ts";
import { createDevice, signedBy, type TestDevice } from "../../helpers/gateway/device.ts";
import { memoryLog } from "../../helpers/gateway/silent-log.ts";
import { connectParams, type Frame, openWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { createTempHome } from "../../helpers/home/temp-home.ts";
import { recordTailscale, type TailscaleRecorder } from "../../helpers/network/tailscale.ts";

base.skip(process.platform === "win32", "the recorder's programs are shell scripts");

/** What tailscaled adds to a request of ada's phone. */
const GENUINE = {
  "x-forwarded-for": "100.64.0.7",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "gate.tail1234.ts.net",
  "tailscale-user-login": "ada@example.com",
};
/** What it adds to a request without a person: of a tagged machine, or from the internet. */
const { "tailscale-user-login": _, ...NOBODY } = GENUINE;

const UPGRADE = {
  host: "gate.tail1234.ts.net",
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** Nobody looks at the welcome here. */
const HELLO: HelloOk = {
  type: "hello-ok",
  protocol: 3,
  server: { version: "0", connId: "c" },
  features: { methods: [], events: [] },
  snapshot: { presence: [], health: {}, stateVersion: { presence: 1, health: 1 }, uptimeMs: 0 },
  policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 1 },
};

const FOREIGN = "unauthorized: gateway token missing (provide gateway auth token)";

/** The gateway's door with a tailnet behind it that the recorder plays. */
interface Door {
  port: number;
  recorder: TailscaleRecorder;
  pairing: PairingStore;
  limiter: FailureLimiter;
  welcomed: Connection[];
  logged: Record<string, unknown>[];
  serving: boolean;
  /** Connects with these headers and returns the answer. */
  connect(headers: Record<string, string>, extra?: Frame, device?: TestDevice): Promise<Frame>;
}

const test = base.extend<{
  open: (auth?: AuthSettings, options?: { insecureUi?: boolean }) => Promise<Door>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  open: async ({}, use) => {
    const ends: (() => void)[] = [];
    await use(async (auth = { mode: "token", token: TEST_TOKEN }, { insecureUi = false } = {}) => {
      const home = createTempHome();
      const recorder = recordTailscale();
      const { logger, records } = memoryLog();
      const directory = new TailnetDirectory(
        new TailscaleCli({ env: recorder.env, platform: process.platform }),
        systemClock,
      );
      const pairing = new PairingStore(join(home.path, "devices"), systemClock);
      const quiet = { requested: () => {}, resolved: () => {}, tokenChanged: () => {} };
      const authenticator = new Authenticator(
        () => ({ auth, allowInsecureControlUi: insecureUi }),
        {
          pairing,
          links: new LinkCodes(systemClock),
          launcher: { name: "clawdbot", profile: undefined },
        },
        quiet,
      );
      const limiter = new FailureLimiter(systemClock);
      const welcomed: Connection[] = [];
      const host = {
        admit: (...request: Parameters<Authenticator["admit"]>) => authenticator.admit(...request),
        welcome: (connection: Connection) => {
          welcomed.push(connection);
          return HELLO;
        },
        welcomed: () => {},
        left: () => {},
      };
      const registry = new ConnectionRegistry(host, new Router([]), limiter, {
        log: logger,
        wire: new WireLog(logger, "auto"),
      });
      const tailscale = new TailscaleIdentity();
      const upgrade = new Upgrade(
        () => ({ allowedOrigins: [], trustedProxies: [], tailscale }),
        registry,
        limiter,
        new ClientAddresses(logger, systemClock),
        new RefusalLog(logger, systemClock),
      );
      const server = createServer().on("upgrade", (request, socket, head) =>
        upgrade.handle(request, socket, head),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const door: Door = {
        port,
        recorder,
        pairing,
        limiter,
        welcomed,
        logged: records,
        serving: true,
        connect: (headers, extra, device) => connect(port, headers, { extra, device }),
      };
      tailscale.accept({ isServing: () => door.serving, loginOf: (address) => directory.loginOf(address) });
      ends.push(() => {
        registry.closeAll(1001, "");
        directory.close();
        server.close();
        recorder.dispose();
        home.dispose();
      });
      return door;
    });
    for (const end of ends) end();
  },
});

async function connect(
  port: number,
  headers: Record<string, string>,
  { extra = {}, device }: { extra?: Frame | undefined; device?: TestDevice | undefined },
): Promise<Frame> {
  const client = await openWire(port, { headers });
  const challenge = await client.event("connect.challenge");
  const { nonce } = challenge.payload as { nonce: string };
  const plain = ConnectParams.parse(connectParams({ auth: undefined, ...extra }));
  const params = device === undefined ? plain : signedBy(device, plain, { signedAtMs: Date.now(), nonce });
  return client.request("connect", params);
}

function errorOf(answer: Frame): string {
  const { error } = answer as { error?: { message: string } };
  return error?.message ?? "admitted";
}

test.describe("a client behind Tailscale Serve", () => {
  test("needs no secret, but a device that is paired, and is never taken for local", async ({ open }) => {
    const door = await open();
    const device = createDevice();

    const first = await door.connect(GENUINE, {}, device);
    expect(first.error).toMatchObject({ code: "NOT_PAIRED", message: "pairing required" });
    const [request] = door.pairing.list().pending;
    expect(request).toMatchObject({ deviceId: device.id, remoteIp: "100.64.0.7", silent: false });
    door.pairing.approve(request?.requestId ?? "");
    const second = await door.connect(GENUINE, {}, device);

    expect(second.ok).toBe(true);
    expect(door.welcomed[0]?.origin).toEqual({
      ip: "100.64.0.7",
      local: false,
      localDirect: false,
      untrustedProxy: false,
      tailscale: { ok: true, login: "ada@example.com", address: "100.64.0.7" },
    });
    expect(door.recorder.calls().filter((call) => call.includes("whois"))).toHaveLength(1);
  });

  test("without a device is refused, whatever it sends as a token", async ({ open }) => {
    const door = await open();

    for (const auth of [undefined, { token: "anything" }]) {
      const answer = await door.connect(GENUINE, { auth });
      expect(answer.error).toMatchObject({ code: "NOT_PAIRED", message: "device identity required" });
    }
  });

  test("skips no pairing in a dashboard without a secure context", async ({ open }) => {
    const door = await open({ mode: "token", token: TEST_TOKEN }, { insecureUi: true });
    const client = { id: "clawdbot-control-ui", version: "1.0.0", platform: "web", mode: "webchat" };

    const withDevice = await door.connect(GENUINE, { client, auth: { token: "anything" } }, createDevice());
    const without = await door.connect(GENUINE, { client, auth: { token: "anything" } });

    expect(errorOf(withDevice)).toBe("pairing required");
    expect(errorOf(without)).toBe("device identity required");
  });

  test("may use the secret like everybody else", async ({ open }) => {
    const door = await open();

    expect((await door.connect(GENUINE, { auth: { token: TEST_TOKEN } })).ok).toBe(true);
    expect((await door.connect(NOBODY, { auth: { token: TEST_TOKEN } })).ok).toBe(true);
  });

  test("is admitted after others behind the proxy guessed too often, and so are programs on this machine", async ({
    open,
  }) => {
    const door = await open();
    for (let guess = 0; guess < FAILURE_LIMIT.count; guess += 1) {
      await door.connect(NOBODY, { auth: { token: "guess" } }, createDevice());
    }

    await expect(door.connect(NOBODY, { auth: { token: TEST_TOKEN } })).rejects.toThrow("429");
    expect(errorOf(await door.connect(GENUINE, {}, createDevice()))).toBe("pairing required");
    expect((await door.connect({}, { auth: { token: TEST_TOKEN } })).ok).toBe(true);
  });

  test("that breaks off before whois answers does no harm", async ({ open }) => {
    const door = await open();
    door.recorder.set({ slow: { whois: 500 } });
    const lines = Object.entries({ ...GENUINE, ...UPGRADE }).map(([name, value]) => `${name}: ${value}\r\n`);
    const leaving = connectTcp(door.port, "127.0.0.1");
    leaving.write(`GET / HTTP/1.1\r\n${lines.join("")}\r\n`);
    await expect.poll(() => door.recorder.calls().join()).toContain("whois");

    leaving.resetAndDestroy();

    expect(errorOf(await door.connect(GENUINE, {}, createDevice()))).toBe("pairing required");
  });
});

test.describe("row 23: a forged tailscale-user-login from a local process", () => {
  for (const [what, forged, whoisFails] of [
    ["the header alone", { "tailscale-user-login": "ada@example.com" }, false],
    ["all headers with an address of nobody", { ...GENUINE, "x-forwarded-for": "100.64.9.9" }, true],
    [
      "all headers with this machine's loopback address",
      { ...GENUINE, "x-forwarded-for": "127.0.0.1" },
      true,
    ],
    [
      "all headers with a list of addresses",
      { ...GENUINE, "x-forwarded-for": "100.64.0.7, 127.0.0.1" },
      true,
    ],
    ["another person's login", { ...GENUINE, "tailscale-user-login": "root@example.com" }, true],
    ["the header beside Funnel's mark", { ...GENUINE, "tailscale-funnel-request": "?1" }, false],
  ] as const) {
    test(`is rejected: ${what}`, async ({ open }) => {
      const door = await open();

      const answer = await door.connect(forged, {}, createDevice());

      expect(errorOf(answer)).toBe(FOREIGN);
      expect(door.pairing.list().pending).toEqual([]);
      expect(door.welcomed).toEqual([]);
      const warned = door.logged.some(({ msg }) => msg === "a Tailscale identity was not accepted");
      if (whoisFails) expect(warned).toBe(true);
    });
  }

  test("is rejected while we do not serve, even with everything right", async ({ open }) => {
    const door = await open();
    door.serving = false;

    expect(errorOf(await door.connect(GENUINE, {}, createDevice()))).toBe(FOREIGN);
    expect(door.recorder.calls()).toEqual([]);
  });

  test("is rejected when tailscaled does not answer", async ({ open }) => {
    const door = await open();
    door.recorder.set({ daemon: "down" });

    expect(errorOf(await door.connect(GENUINE, {}, createDevice()))).toBe(FOREIGN);
  });
});

test.describe("a gateway that lets in identities of the tailnet only", () => {
  const OPEN_TO_TAILNET: AuthSettings = { mode: "tailscale" };

  for (const [what, headers, message] of [
    [
      "a local client",
      {},
      "unauthorized: tailscale identity missing (use Tailscale Serve auth or gateway token/password)",
    ],
    [
      "a forged header",
      { "tailscale-user-login": "ada@example.com" },
      "unauthorized: tailscale proxy headers missing (use Tailscale Serve or gateway token/password)",
    ],
    ["an address of nobody", { ...GENUINE, "x-forwarded-for": "100.64.9.9" }, "unauthorized"],
    ["another person's login", { ...GENUINE, "tailscale-user-login": "root@example.com" }, "unauthorized"],
    ["a person", GENUINE, "pairing required"],
  ] as const) {
    test(`answers ${what} with "${message}"`, async ({ open }) => {
      const door = await open(OPEN_TO_TAILNET);

      expect(errorOf(await door.connect(headers, {}, createDevice()))).toBe(message);
    });
  }

  test("lets a paired device in by its token from anywhere", async ({ open }) => {
    const door = await open(OPEN_TO_TAILNET);
    const device = createDevice();
    await door.connect(GENUINE, {}, device);
    door.pairing.approve(door.pairing.list().pending[0]?.requestId ?? "");
    await door.connect(GENUINE, {}, device);
    const token = door.pairing.tokenFor(device.id, "operator", ["operator.admin"])?.token;

    expect(errorOf(await door.connect({}, { auth: { token } }, device))).toBe("admitted");
  });
});
