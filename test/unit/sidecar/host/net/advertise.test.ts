import { hostname } from "node:os";
import { expect, test } from "@playwright/test";
import { english, type Remedy } from "../../../../../shared/remedy.ts";
import { advertise, announcedFacts, isDiscoverable } from "../../../../../sidecar/host/net/advertise.ts";
import { multicastAddresses } from "../../../../../sidecar/host/net/multicast-dns.ts";

const [machine] = hostname().split(".");

test.describe("the announcement", () => {
  test("says where the gateway is", () => {
    expect(announcedFacts({ port: 18789, config: {}, env: {} })).toEqual({
      role: "gateway",
      transport: "gateway",
      gatewayPort: "18789",
      lanHost: `${machine}.local`,
      displayName: machine,
      sshPort: "22",
    });
  });

  test("takes hints from the environment and facts of the run", () => {
    const env = {
      CLAWDBOT_TAILNET_DNS: "den.ts.net",
      CLAWDBOT_SSH_PORT: "2222",
      CLAWDBOT_CLI_PATH: "/opt/clawdbot",
    };
    const facts = { tlsSha256: "ab12", tailnetDns: "other.ts.net", canvasPort: 18793 };

    expect(announcedFacts({ port: 1, config: {}, env, facts })).toMatchObject({
      tailnetDns: "den.ts.net",
      sshPort: "2222",
      gatewayTls: "1",
      gatewayTlsSha256: "ab12",
      canvasPort: "18793",
    });
  });

  test("tells the path of the program in mode full only, and never a port that is none", () => {
    const env = { CLAWDBOT_CLI_PATH: "/opt/clawdbot", CLAWDBOT_SSH_PORT: "22;x" };
    const inMode = (mode: "minimal" | "full") =>
      announcedFacts({ port: 1, config: { discovery: { mdns: { mode } } }, env });

    expect(inMode("minimal")).not.toHaveProperty("cliPath");
    expect(inMode("full")).toMatchObject({ cliPath: "/opt/clawdbot", sshPort: "22" });
  });

  test("is switched off by configuration and environment", () => {
    const off = { discovery: { mdns: { mode: "off" as const } } };

    expect(isDiscoverable({ config: {}, env: {} })).toBe(true);
    expect(isDiscoverable({ config: off, env: {} })).toBe(false);
    expect(isDiscoverable({ config: {}, env: { CLAWDBOT_DISABLE_BONJOUR: "1" } })).toBe(false);
    expect(isDiscoverable({ config: {}, env: { CLAWDBOT_DISABLE_BONJOUR: "0" } })).toBe(true);
  });

  test("that is impossible is a warning and nothing else", async () => {
    const warnings: string[] = [];
    const warn = (message: Remedy) => warnings.push(english(message));

    const announcement = await advertise({ port: 1, addresses: ["203.0.113.9"], config: {}, env: {}, warn });
    announcement.dispose();
    announcement.dispose();

    expect(warnings).toEqual([
      expect.stringMatching(
        /^the gateway cannot be announced on the local network: UDP port 5353 on 203\.0\.113\.9: /,
      ),
    ]);
  });
});

test.describe("the interfaces of multicast DNS", () => {
  test("are those that reach other machines by IPv4, one address each", () => {
    const entry = (address: string, family: "IPv4" | "IPv6", internal = false) => ({
      address,
      family,
      internal,
      netmask: "",
      mac: "",
      cidr: null,
      ...(family === "IPv6" ? { scopeid: 0 } : {}),
    });

    expect(
      multicastAddresses({
        lo: [entry("127.0.0.1", "IPv4", true)],
        eth0: [entry("fe80::1", "IPv6"), entry("192.0.2.1", "IPv4"), entry("192.0.2.2", "IPv4")],
        tun0: [entry("2001:db8::1", "IPv6")],
      } as Parameters<typeof multicastAddresses>[0]),
    ).toEqual(["192.0.2.1"]);
  });
});
