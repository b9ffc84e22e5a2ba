/** `clawdbot devices …` against a gateway that runs, with devices that come from elsewhere. */
import { expect, mergeTests } from "@playwright/test";
import { createDevice } from "../../../helpers/gateway/device.ts";
import { codeOf, connectDevice, test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";

const test = mergeTests(gatewayTest, homeTest);

/** Not of this machine, so that somebody has to say yes. */
const AWAY = { headers: { "x-forwarded-for": "203.0.113.7" } };
const PHONE = {
  client: { id: "test", version: "1", platform: "iOS 18", mode: "test", displayName: "Ada's \u001b[2Jphone" },
  scopes: ["operator.read"],
};

const clawdbot = (home: TempHome, port: number, ...args: string[]) =>
  runBuilt(["devices", ...args, "--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN], {
    env: home.env(),
  });

const attempt = (port: number, device: ReturnType<typeof createDevice>) =>
  connectDevice(port, PHONE, { ...AWAY, device });

test("lists who waits, lets one in, and takes its token back", async ({ home, start }) => {
  const { port } = await start();
  const device = createDevice();
  expect(codeOf((await attempt(port, device)).answer)).toBe("PAIRING_REQUIRED");

  const waiting = await clawdbot(home, port);
  const id = /^ {2}([0-9a-f]{8}) /m.exec(waiting.stdout)?.[1] ?? "";
  const approved = await clawdbot(home, port, "approve", id);
  const inside = await attempt(port, device);
  const listed = await clawdbot(home, port, "--json");
  const rotated = await clawdbot(home, port, "rotate", device.id.slice(0, 10), "--json");
  const revoked = await clawdbot(home, port, "revoke", device.id);
  const paired = await clawdbot(home, port);

  expect(waiting).toMatchObject({ code: 0, stderr: "" });
  expect(waiting.stdout).toMatch(
    /Waiting for approval:\n {2}[0-9a-f]{8} {2}Ada's .*phone \(iOS 18\) {2}operator, read {2}through a proxy, /,
  );
  expect(waiting.stdout).not.toContain("\u001b");
  expect(waiting.stdout).toContain(`devices approve ${id}`);
  expect(approved).toMatchObject({ code: 0, stderr: "" });
  expect(inside.answer.ok).toBe(true);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    pending: [],
    paired: [{ deviceId: device.id, tokens: [{ role: "operator" }] }],
  });
  expect(JSON.parse(rotated.stdout)).toEqual({
    ok: true,
    deviceId: device.id,
    role: "operator",
    scopes: ["operator.read"],
    rotatedAtMs: expect.any(Number),
  });
  expect(revoked).toMatchObject({ code: 0, stderr: "" });
  expect(paired.stdout).toMatch(/Paired:\n.*without a token/);
});

test("turns one away, and names what is not there", async ({ home, start }) => {
  const { port } = await start();
  await attempt(port, createDevice());
  const id = JSON.parse((await clawdbot(home, port, "--json")).stdout).pending[0].requestId;

  const rejected = await clawdbot(home, port, "reject", id);
  const again = await clawdbot(home, port, "reject", id);
  const unknown = await clawdbot(home, port, "revoke", "ffff");

  expect(rejected).toMatchObject({ code: 0, stderr: "" });
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(`No device waits under the id "${id}"`);
  expect(unknown.stderr).toContain('No device has the id "ffff"');
  expect((await clawdbot(home, port)).stdout).toBe("No device is paired.\n");
});
