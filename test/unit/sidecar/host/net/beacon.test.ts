import { expect, test } from "@playwright/test";
import { beaconFrom } from "../../../../../sidecar/host/net/beacon.ts";

test.describe("a beacon", () => {
  test("holds what the records say, and the address to connect to", () => {
    const beacon = beaconFrom({
      name: "den (Clawdbot)",
      host: "den.local.",
      port: 18789,
      addresses: ["fe80::1", "192.0.2.7"],
      txt: {
        displayName: "den",
        lanHost: "den.local",
        tailnetDns: "den.tail1.ts.net",
        gatewayPort: "18789",
        sshPort: "2222",
        role: "gateway",
        transport: "gateway",
      },
    });

    expect(beacon).toEqual({
      instanceName: "den (Clawdbot)",
      domain: "local.",
      displayName: "den",
      host: "den.local",
      port: 18789,
      addresses: ["fe80::1", "192.0.2.7"],
      lanHost: "den.local",
      tailnetDns: "den.tail1.ts.net",
      gatewayPort: 18789,
      sshPort: 2222,
      role: "gateway",
      transport: "gateway",
      txt: expect.objectContaining({ sshPort: "2222" }),
      wsUrl: "ws://192.0.2.7:18789",
    });
  });

  for (const [what, records, wsUrl] of [
    ["TLS", { port: 1, addresses: ["192.0.2.7"], txt: { gatewayTls: "1" } }, "wss://192.0.2.7:1"],
    ["TLS in words", { port: 1, addresses: ["192.0.2.7"], txt: { gatewayTls: "true" } }, "wss://192.0.2.7:1"],
    ["no TLS", { port: 1, addresses: ["192.0.2.7"], txt: { gatewayTls: "0" } }, "ws://192.0.2.7:1"],
    ["no address", { port: 1, host: "a.local" }, "ws://a.local:1"],
    ["no port but in TXT", { host: "a.local", txt: { gatewayPort: "2" } }, "ws://a.local:2"],
    ["no port at all", { host: "a.local" }, "ws://a.local:18789"],
    ["IPv6 only", { port: 1, addresses: ["2001:db8::7"] }, "ws://[2001:db8::7]:1"],
    ["a tailnet name", { port: 1, txt: { tailnetDns: "a.ts.net" } }, "ws://a.ts.net:1"],
    ["nothing to connect to", { txt: { lanHost: "" } }, null],
  ] as const) {
    test(`with ${what} leads to ${wsUrl}`, () => {
      expect(beaconFrom({ name: "x", ...records }).wsUrl).toBe(wsUrl);
    });
  }

  test("lets nothing through that is no host, port or address", () => {
    const beacon = beaconFrom({
      name: "x",
      host: "-oProxyCommand=x",
      port: 70_000,
      addresses: ["192.0.2.7; reboot"],
      txt: { lanHost: "a b", tailnetDns: "$(reboot)", gatewayPort: "18789x", sshPort: "0" },
    });

    expect(Object.keys(beacon).sort()).toEqual(["addresses", "domain", "instanceName", "txt", "wsUrl"]);
    expect(beacon).toMatchObject({ addresses: [], wsUrl: null });
  });
});
