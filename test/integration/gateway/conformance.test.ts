import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { systemClock } from "../../../shared/clock.ts";
import { gatewayEvents } from "../../../shared/protocol/events.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { gatewayMethods } from "../../../shared/protocol/index.ts";
import type { GatewaySettings } from "../../../sidecar/base/config/settings.ts";
import { TailnetDirectory } from "../../../sidecar/host/net/tailscale/tailnet-directory.ts";
import { TailscaleCli } from "../../../sidecar/host/net/tailscale/tailscale-cli.ts";
import {
  casesOf,
  type Differences,
  frameDifferences,
  type RecordedLine,
  recording,
  replay,
} from "../../helpers/gateway/frames.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire, type Frame } from "../../helpers/gateway/wire-client.ts";
import { recordTailscale } from "../../helpers/network/tailscale.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The tests of a recording share one replay of it: what a case finds depends on the cases before.
test.describe.configure({ mode: "default" });

/**
 * Where we differ from the reference on purpose, case by case: what the comparison then reports, and why. A case that stands
 * here fails as well when it no longer differs. No `handshake.*` case may stand here.
 */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {
  "auth-none.device-no-token": {
    why: "without a secret nobody is paired, or an open moment would open the door for good",
    differences: [/^payload lacks auth$/, /^auth\.deviceToken is undefined/, /^auth\.role/, /^auth\.scopes/],
  },
  "device.token": {
    why: "S5: whoever rotates the token of another device does not learn it",
    differences: [/^payload lacks token$/, /^payload lacks token$/],
  },
};

/** What the recordings say in words only: which headers a proxy added. */
function headersOf(name: string): Record<string, string> {
  const proxy = { "x-forwarded-for": "203.0.113.7" };
  const tailscale = {
    "x-forwarded-for": "100.64.0.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "gate.tail1234.ts.net",
  };
  const user = { "tailscale-user-login": "ada@example.com" };
  if (name.startsWith("proxy.untrusted") || name === "proxy.pairing-then-reject") return proxy;
  switch (name) {
    case "handshake.revoked-device-token":
    case "auth-none.untrusted-proxy-header":
    case "auth-password.trusted-proxy-remote-client":
      return proxy;
    case "handshake.nonlocal-host-header":
      return { host: "gateway.example:18789" };
    case "auth-tailscale.headers-device-no-token":
      return { ...tailscale, ...user };
    case "auth-tailscale.missing-proxy-headers":
      return user;
    case "auth-tailscale.no-user-header":
      return tailscale;
    default:
      // This recording's gateway trusts a proxy on its machine, so whoever is local came through it: S2.
      return name.startsWith("auth-password.") ? { "x-forwarded-for": "127.0.0.1" } : {};
  }
}

/** Who made the calls of the recordings that begin after the handshake. */
const OBSERVER = {
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
};

const SUITES: Record<string, GatewayOptions> = {
  token: { auth: { mode: "token", token: "test-token" } },
  "client-cli": { auth: { mode: "token", token: "test-token" } },
  "client-nodes": { auth: { mode: "token", token: "test-token" }, prepare: pairDevices },
  "auth-none": { auth: { mode: "none" } },
  "auth-password": {
    auth: { mode: "password", password: "pw-secret" },
    config: { gateway: { trustedProxies: ["127.0.0.1"], controlUi: { allowInsecureAuth: true } } },
  },
};

/** Devices that were paired in cases that are played elsewhere: the command line of the recordings, and the telephone that it finds. */
function pairDevices({ devicesDir }: GatewaySettings["paths"]): void {
  const times = { createdAtMs: 1_795_360_777_000, approvedAtMs: 1_795_360_777_000 };
  const scopes = ["operator.admin", "operator.approvals", "operator.pairing"];
  const token = { token: "57c753a753ce41c2a886248a079b61ce", role: "operator", scopes };
  const devices = [
    {
      deviceId: "99603346e3b95e2b10063472b8e7d8423858ab3c63f3555596e5afdfdfc52488",
      publicKey: "UeooQyEgBO7XiIFeCscjX2GRZbdiY91tFGI2UNkHcoQ",
      platform: "linux",
      roles: ["operator"],
      scopes,
      tokens: { operator: { ...token, createdAtMs: 1_795_360_964_615 } },
      ...times,
    },
    {
      deviceId: "7333678160bce4f64946ff3f1fceb14c2368ff62053c1a856b0ae3597d696ca2",
      publicKey: "G8G4XlVokWy4xzerdxTjWMfbIGRd2hLSm3X8nvzF6rg",
      displayName: "Test iPhone",
      platform: "ios 18.2",
      roles: ["node"],
      scopes: [],
      remoteIp: "127.0.0.1",
      ...times,
    },
  ];
  const records = Object.fromEntries(devices.map((device) => [device.deviceId, device]));
  mkdirSync(devicesDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(devicesDir, "paired.json"), JSON.stringify(records), { mode: 0o600 });
}

for (const [name, options] of Object.entries(SUITES)) compareAll(name, (lines) => play(lines, options));

// The reference believed the headers; here a recorder in place of tailscale confirms them.
compareAll("auth-tailscale", async (lines) => {
  const recorder = recordTailscale();
  const cli = new TailscaleCli({ env: recorder.env, platform: process.platform });
  const directory = new TailnetDirectory(cli, systemClock);
  const tailnet = { isServing: () => true, loginOf: (address: string) => directory.loginOf(address) };
  try {
    return await play(lines, { auth: { mode: "token", token: "ts-token" }, tailnet });
  } finally {
    directory.close();
    recorder.dispose();
  }
});

compareAll("methods", async (lines) => {
  const server = await startGateway();
  const { client } = await connectWire(server.port, OBSERVER);
  try {
    const next = { nonce: "", deviceToken: "" };
    return await replay(lines, { port: server.port, clock: new FakeClock(), next, client });
  } finally {
    await server.stop();
  }
});

test.describe("the recording scopes", () => {
  let server: TestGateway;
  test.beforeAll(async () => {
    server = await startGateway();
  });
  test.afterAll(() => server.stop());

  for (const { frame } of recording("scopes")) {
    const scopes = list(frame.scopes);
    test(`a client with ${scopes} reaches what is recorded`, async () => {
      const { client } = await connectWire(server.port, { scopes });

      const outcome: Record<string, string[]> = {};
      for (const method of Object.values(record(frame.outcome)).flatMap(list)) {
        const answer = await client.request(method, {});
        const message = String(record(answer.error).message ?? "");
        const verdict = message.startsWith("missing scope") ? message : "passes the scope check";
        outcome[verdict] = [...(outcome[verdict] ?? []), method];
      }

      expect(outcome).toEqual(frame.outcome);
    });
  }
});

test.describe("the recording lifecycle", () => {
  test("tick and shutdown look as recorded, and the close is 1012", async () => {
    const clock = new FakeClock();
    const server = await startGateway({ clock });
    const { client } = await connectWire(server.port);
    const lines = recording("lifecycle");
    const recorded = (name: string) => lines.find(({ frame }) => frame.event === name)?.frame ?? {};

    clock.advance(30_000);
    const [health, tick] = [await client.event("health"), await client.event("tick")];
    await server.stop();
    const shutdown = await client.event("shutdown");

    expect(frameDifferences(recorded("health"), health)).toEqual([]);
    expect(frameDifferences(recorded("tick"), tick)).toEqual([]);
    expect(frameDifferences(recorded("shutdown"), shutdown)).toEqual([]);
    expect(await client.end()).toEqual(lines.at(-1)?.frame.$close);
  });
});

test.describe("features of hello-ok", () => {
  test("every listed method is callable and every callable one is listed", async () => {
    const server = await startGateway();
    const { client, hello } = await connectWire(server.port);

    const listed = list(record(hello.features).methods);
    const answers = await Promise.all(listed.map((method) => client.request(method, { bogusField: 1 })));
    const unknown = answers.filter(({ error }) => String(record(error).message).startsWith("unknown method"));

    expect(unknown).toEqual([]);
    expect(listed).toEqual(Object.keys(gatewayMethods));
    await server.stop();
  });

  test("every listed event is one that the gateway sends", async () => {
    const server = await startGateway();
    const { hello } = await connectWire(server.port);

    expect(list(record(hello.features).events)).toEqual(["connect.challenge", ...Object.keys(gatewayEvents)]);
    await server.stop();
  });
});

test.describe("the table of deviations", () => {
  test("holds no handshake case", () => {
    expect(Object.keys(DEVIATIONS).filter((name) => name.startsWith("handshake."))).toEqual([]);
  });
});

/** One test per case of the recording. */
function compareAll(name: string, perform: (lines: RecordedLine[]) => Promise<Differences>): void {
  const lines = recording(name);
  test.describe(`the recording ${name}`, () => {
    let found: Differences;
    test.beforeAll(async () => {
      found = await perform(lines);
    });

    for (const name of casesOf(lines)) {
      const deviation = DEVIATIONS[name];
      test(`${name} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
        const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

        expect(found.get(name)).toEqual(expected);
      });
    }
  });
}

/** Runs one recording on a gateway whose clock, nonces and device tokens are the recorded ones: the signatures are genuine. */
async function play(lines: RecordedLine[], options: GatewayOptions): Promise<Differences> {
  const clock = new FakeClock(Number(record(lines[0]?.frame.payload).ts) - 1_000);
  const next = { nonce: "warm-up", deviceToken: "" };
  const server = await startGateway({
    ...options,
    clock,
    nonce: () => next.nonce,
    deviceToken: () => next.deviceToken,
  });
  try {
    return await replay(lines, { port: server.port, clock, next, headers: headersOf });
  } finally {
    await server.stop();
  }
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function record(value: unknown): Frame {
  return isRecord(value) ? value : {};
}
