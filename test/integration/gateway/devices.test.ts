import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { createDevice } from "../../helpers/gateway/device.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { codeOf, connectDevice, test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame } from "../../helpers/gateway/wire-client.ts";

const ELSEWHERE = { headers: { "x-forwarded-for": "203.0.113.9" } };
const PAIRING = { scopes: ["operator.pairing"] };
const ADMIN = { scopes: ["operator.admin", "operator.approvals", "operator.pairing"] };
const CHANGED = { code: 1008, reason: "credentials changed" };

/** A device with nothing but the scope operator.pairing, paired on the gateway's machine. */
async function manager(server: TestGateway) {
  return await connectDevice(server.port, PAIRING);
}

async function missing(answer: Promise<Frame>) {
  const { error } = await answer;
  return isRecord(error) && isRecord(error.details) ? error.details.missingScope : undefined;
}

test.describe("S5: a device that may only administer devices", () => {
  test("does not rotate its own token to more than it has", async ({ start }) => {
    const server = await start();
    const { client, device } = await manager(server);
    const rotate = (scopes: string[]) =>
      client.request("device.token.rotate", { deviceId: device.id, role: "operator", scopes });

    expect(await missing(rotate(["operator.admin"]))).toBe("operator.admin");
    expect(await missing(rotate(["operator.pairing", "operator.read"]))).toBe("operator.read");
    expect(await missing(rotate(["made.up"]))).toBe("made.up");
    expect(await rotate(["operator.pairing"])).toMatchObject({
      ok: true,
      payload: { token: expect.stringMatching(/^[0-9a-f]{32}$/), scopes: ["operator.pairing"] },
    });
  });

  test("neither learns another device's token by rotating it, nor brings a withdrawn one of more scopes back", async ({
    start,
  }) => {
    const server = await start();
    const { client } = await manager(server);
    const { device: other } = await connectDevice(server.port, ADMIN);
    const { device: equal } = await connectDevice(server.port, PAIRING);
    const rotate = (deviceId: string) =>
      client.request("device.token.rotate", { deviceId, role: "operator" });

    expect(await missing(rotate(other.id))).toBe("operator.admin");
    const { payload } = await rotate(equal.id);

    expect(payload).toEqual({
      deviceId: equal.id,
      role: "operator",
      scopes: ["operator.pairing"],
      rotatedAtMs: expect.any(Number),
    });
  });

  test("approves no request for more than it has, and one for as much", async ({ start }) => {
    const server = await start();
    const { client } = await manager(server);
    const greedy = await connectDevice(server.port, ADMIN, ELSEWHERE);
    const modest = await connectDevice(server.port, PAIRING, ELSEWHERE);
    const approve = ({ answer }: { answer: Frame }) =>
      client.request("device.pair.approve", { requestId: requestIn(answer) });

    expect(await missing(approve(greedy))).toBe("operator.admin");
    expect(await approve(modest)).toMatchObject({ ok: true });
    const again = await connectDevice(server.port, ADMIN, { ...ELSEWHERE, device: greedy.device });

    expect(codeOf(again.answer)).toBe("PAIRING_REQUIRED");
  });

  test("may still withdraw any token and turn any request away", async ({ start }) => {
    const server = await start();
    const { client } = await manager(server);
    const { device } = await connectDevice(server.port, ADMIN);
    const greedy = await connectDevice(server.port, ADMIN, ELSEWHERE);

    const revoked = client.request("device.token.revoke", { deviceId: device.id, role: "operator" });
    const rejected = client.request("device.pair.reject", { requestId: requestIn(greedy.answer) });

    expect(await revoked).toMatchObject({ ok: true });
    expect(await rejected).toMatchObject({ ok: true });
  });
});

test.describe("S5: names from the wire", () => {
  for (const role of ["__proto__", "constructor", "hasOwnProperty", "admin", ""]) {
    test(`are no roles unless they are: ${role || "none"}`, async ({ start }) => {
      const server = await start();
      const { client } = await connectWire(server.port, ADMIN);
      const { device } = await connectDevice(server.port, ADMIN);

      const answers = [
        await client.request("device.token.rotate", { deviceId: device.id, role }),
        await client.request("device.token.revoke", { deviceId: device.id, role }),
      ];

      expect(answers.map(codeOf)).toEqual(["PARAMS_INVALID", "PARAMS_INVALID"]);
    });
  }

  test("find nobody where they mean something to every object", async ({ start }) => {
    const { client } = await connectWire((await start()).port, ADMIN);

    const answers = [
      await client.request("device.token.rotate", { deviceId: "__proto__", role: "operator" }),
      await client.request("device.token.revoke", { deviceId: "constructor", role: "operator" }),
      await client.request("device.pair.approve", { requestId: "__proto__" }),
    ];

    expect(answers.map(codeOf)).toEqual(["NOT_FOUND", "NOT_FOUND", "NOT_FOUND"]);
  });

  test("are no scopes unless they are: who asks for unknown ones alone has none", async ({ start }) => {
    const server = await start();
    const { hello, client } = await connectDevice(server.port, { scopes: ["made.up", "__proto__"] });

    expect(hello.auth).toMatchObject({ scopes: [] });
    expect(JSON.stringify(hello)).not.toContain("made.up");
    expect(codeOf(await client.request("health"))).toBe("MISSING_SCOPE");
  });

  test("give a node no scope of an operator, not even later in that role", async ({ start }) => {
    const server = await start();
    const node = { client: { id: "node-host", version: "1", platform: "linux", mode: "node" }, role: "node" };
    const device = createDevice();
    await connectDevice(server.port, { ...node, scopes: ["operator.admin"] }, { device });

    const { answer } = await connectDevice(server.port, ADMIN, { ...ELSEWHERE, device });

    expect(answer.error).toMatchObject({ details: { code: "PAIRING_REQUIRED", reason: "role-upgrade" } });
  });
});

test.describe("S13: an open connection", () => {
  test("ends when its device's token is withdrawn, before anything else that it asked for is done", async ({
    start,
  }) => {
    const server = await start();
    const { client: admin } = await connectWire(server.port, ADMIN);
    const { client, device } = await connectDevice(server.port, ADMIN);
    const { client: other } = await connectDevice(server.port, ADMIN);

    await admin.request("device.token.revoke", { deviceId: device.id, role: "operator" });

    expect(await client.end()).toEqual(CHANGED);
    expect(await other.request("health")).toMatchObject({ ok: true });
  });

  test("ends when its device's token is replaced, whoever has it", async ({ start }) => {
    const server = await start();
    const { device, token } = await connectDevice(server.port, ADMIN);
    const { client: thief } = await connectDevice(server.port, { ...ADMIN, auth: { token } }, { device });
    const { client: owner } = await connectDevice(server.port, ADMIN, { device });

    const answer = await owner.request("device.token.rotate", { deviceId: device.id, role: "operator" });
    const stays = await owner.request("health");

    expect(answer).toMatchObject({ ok: true, payload: { token: expect.not.stringContaining(token) } });
    expect(await thief.end()).toEqual(CHANGED);
    expect(stays).toMatchObject({ ok: true });
  });

  test("that rotates its own token to less has less at once", async ({ start }) => {
    const server = await start();
    const { client, device } = await connectDevice(server.port, ADMIN);
    const scopes = ["operator.pairing"];

    await client.request("device.token.rotate", { deviceId: device.id, role: "operator", scopes });

    expect(codeOf(await client.request("health"))).toBe("MISSING_SCOPE");
    expect(await client.request("device.pair.list")).toMatchObject({ ok: true });
  });

  test("that withdraws its own token is answered and ends", async ({ start }) => {
    const server = await start();
    const { client, device } = await connectDevice(server.port, ADMIN);

    const answer = await client.request("device.token.revoke", { deviceId: device.id, role: "operator" });

    expect(answer).toMatchObject({ ok: true });
    expect(await client.end()).toEqual(CHANGED);
  });

  test("ends when somebody else reduces the scopes of its device", async ({ start }) => {
    const server = await start();
    const { client: admin } = await connectWire(server.port, ADMIN);
    const { client, device } = await connectDevice(server.port, ADMIN);
    const scopes = ["operator.read"];

    await admin.request("device.token.rotate", { deviceId: device.id, role: "operator", scopes });

    expect(await client.end()).toEqual(CHANGED);
    const { answer } = await connectDevice(server.port, ADMIN, { ...ELSEWHERE, device });
    expect(codeOf(answer)).toBe("PAIRING_REQUIRED");
  });

  test("carried by a token ends when another pairing of its device brings a new one", async ({ start }) => {
    const server = await start();
    const read = { scopes: ["operator.read"] };
    const { device, token, client: bySecret } = await connectDevice(server.port, read);
    const { client: byToken } = await connectDevice(server.port, { ...read, auth: { token } }, { device });

    await connectDevice(server.port, ADMIN, { device });

    expect(await byToken.end()).toEqual(CHANGED);
    expect(await bySecret.request("health")).toMatchObject({ ok: true });
  });
});

test.describe("S13: a reload of the configuration ends the connections", () => {
  const proxied = { headers: { "x-forwarded-for": "127.0.0.1" } };
  const page = (origin: string) => ({ headers: { origin } });
  const ui = { client: { id: "clawdbot-control-ui", version: "1", platform: "web", mode: "webchat" } };

  test("of everybody when the secret is another one", async ({ start }) => {
    const server = await start();
    const { client } = await connectWire(server.port);

    reload(server, { auth: { mode: "token", token: "another" } });

    expect(await client.end()).toEqual(CHANGED);
  });

  test("that came through a proxy when other proxies are trusted, and no others", async ({ start }) => {
    const server = await start({ config: { gateway: { trustedProxies: ["127.0.0.1"] } } });
    const { client } = await connectWire(server.port, {}, proxied);

    reload(server, { gateway: { trustedProxies: ["10.0.0.1"] } });

    expect(await client.end()).toEqual(CHANGED);
  });

  test("of pages that may not connect any more", async ({ start }) => {
    const allowedOrigins = ["https://a.example", "https://b.example"];
    const server = await start({ config: { gateway: { controlUi: { allowedOrigins } } } });
    const { client: leaving } = await connectWire(server.port, {}, page("https://a.example"));
    const { client: staying } = await connectWire(server.port, {}, page("https://b.example"));
    const { client: program } = await connectWire(server.port);

    reload(server, { gateway: { controlUi: { allowedOrigins: ["https://b.example"] } } });

    expect(await leaving.end()).toEqual(CHANGED);
    for (const client of [staying, program])
      expect(await client.request("health")).toMatchObject({ ok: true });
  });

  test("of dashboards without a device when those are not let in any more", async ({ start }) => {
    const server = await start({ config: { gateway: { controlUi: { allowInsecureAuth: true } } } });
    const { client } = await connectWire(server.port, ui);
    const { client: program } = await connectWire(server.port);

    reload(server, {});

    expect(await client.end()).toEqual(CHANGED);
    expect(await program.request("health")).toMatchObject({ ok: true });
  });

  test("of people of a tailnet when identities are not accepted any more", async ({ start }) => {
    const tailnet = { isServing: () => true, loginOf: async () => "ada@example.com" };
    const server = await start({ tailnet });
    const headers = {
      "x-forwarded-for": "100.64.0.7",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "gate.tail1234.ts.net",
      "tailscale-user-login": "ada@example.com",
    };
    const device = createDevice();
    const first = await connectDevice(server.port, { auth: {} }, { headers, device });
    const { client: admin } = await connectWire(server.port, ADMIN);
    await admin.request("device.pair.approve", { requestId: requestIn(first.answer) });
    const { client } = await connectDevice(server.port, { auth: {} }, { headers, device });

    server.gateway.tailscale.accept(undefined);

    expect(await client.end()).toEqual(CHANGED);
    expect(await admin.request("health")).toMatchObject({ ok: true });
  });
});

test.describe("a link to the dashboard", () => {
  test("S2: lets a browser in once it is approved, where programs of this machine are not known to be local", async ({
    start,
  }) => {
    const server = await start({ config: { gateway: { trustedProxies: ["127.0.0.1"] } } });
    const ui = { client: { id: "clawdbot-control-ui", version: "1", platform: "web", mode: "webchat" } };
    const { client } = await connectWire(server.port, ADMIN);
    const device = createDevice();
    const { payload } = await client.request("dashboard.code");
    const auth = { code: isRecord(payload) ? payload.code : "" };

    const first = await connectDevice(server.port, { ...ui, auth }, { device });
    await client.request("device.pair.approve", { requestId: requestIn(first.answer) });
    const second = await connectDevice(server.port, { ...ui, auth }, { device });

    expect(codeOf(first.answer)).toBe("PAIRING_REQUIRED");
    expect(second.token).toMatch(/^[0-9a-f]{32}$/);
  });
});

test.describe("S10: a gateway whose lists of devices are pipes", () => {
  test("starts at once, says so, and pairs devices as before", async ({ start }) => {
    test.skip(process.platform === "win32", "Windows has no pipes in directories");
    const server = await start({
      prepare: ({ devicesDir }) => {
        mkdirSync(devicesDir, { recursive: true });
        for (const name of ["paired.json", "pending.json"]) execFileSync("mkfifo", [join(devicesDir, name)]);
      },
    });

    const { answer } = await connectDevice(server.port, ADMIN);

    expect(answer.ok).toBe(true);
    expect(readFileSync(server.settings.logFile, "utf8")).toContain(
      "paired.json cannot be used: it is not a regular",
    );
    expect(readdirSync(server.settings.paths.devicesDir).sort()).toEqual(
      ["paired.json", "paired.json.unusable", "pending.json", "pending.json.unusable"].sort(),
    );
  });
});

function requestIn({ error }: Frame): string {
  return isRecord(error) && isRecord(error.details) ? String(error.details.requestId) : "";
}

/** What a changed file does to a running gateway. */
function reload(server: TestGateway, change: Frame & { auth?: TestGateway["settings"]["auth"] }): void {
  const { auth = server.settings.auth, ...config } = change;
  server.gateway.adopt({ ...server.settings, auth, config });
  server.gateway.dismissOutdated(server.settings, { addressClosed: false });
}
