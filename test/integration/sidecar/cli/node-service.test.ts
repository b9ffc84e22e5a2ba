import { expect, test } from "../../../helpers/service/gateway-service.ts";

test("a node is installed beside the gateway, runs, and is taken away without it", async ({ place }) => {
  await place.clawdbot("gateway", "install");
  const unit = `clawdbot-node-${place.profile}.service`;
  const gatewayPid = place.facts()?.pid;

  const installed = await place.json("node", "install", "--display-name", "Under systemd");
  const again = await place.json("node", "install", "--display-name", "Under systemd");
  const { document: own } = await place.json("node", "status");
  let listed = await place.clawdbot("nodes", "status", "--connected");
  while (!listed.stdout.includes("Under systemd"))
    listed = await place.clawdbot("nodes", "status", "--connected");
  const text = place.systemd.systemctl("cat", unit);
  const removed = await place.json("node", "uninstall");
  const none = await place.json("node", "uninstall");

  expect(installed).toMatchObject({ code: 0, document: { ok: true, change: "installed", service: unit } });
  expect(again).toMatchObject({ code: 0, document: { change: "unchanged" } });
  expect(own).toMatchObject({ service: { installed: true, runtime: "running" } });
  expect(text).toContain("Clawdbot Node");
  expect(text).not.toMatch(/token/i);
  expect(removed).toMatchObject({ code: 0, document: { change: "uninstalled" } });
  expect(none).toMatchObject({ code: 0, document: { change: "not-installed" } });
  expect(place.facts()?.pid).toBe(gatewayPid);
});
