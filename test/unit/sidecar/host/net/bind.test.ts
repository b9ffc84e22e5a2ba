import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "@playwright/test";
import type { BindMode } from "../../../../../shared/config/schema.ts";
import type { Interfaces } from "../../../../../shared/node/machine.ts";
import type { BindRequest } from "../../../../../sidecar/base/config/settings.ts";
import {
  type BindPlan,
  bindRequest,
  covers,
  isExposed,
  planBind,
  reachableAddresses,
} from "../../../../../sidecar/host/net/bind.ts";
import { reads } from "../../../../helpers/run/reads.ts";

function at(address: string, internal = false): NetworkInterfaceInfo {
  const shared = { address, netmask: "", mac: "00:00:00:00:00:00", internal, cidr: null };
  return address.includes(":") ? { ...shared, family: "IPv6", scopeid: 0 } : { ...shared, family: "IPv4" };
}

const LO = [at("127.0.0.1", true), at("::1", true)];
const HOME_NET: Interfaces = { lo: LO, eth0: [at("192.168.1.5"), at("fe80::1"), at("2001:db8::5")] };
const ONLY_V4: Interfaces = { lo: [at("127.0.0.1", true)], eth0: [at("192.168.1.5")] };
const TAILNET: Interfaces = {
  ...HOME_NET,
  tailscale0: [at("fd7a:115c:a1e0::9"), at("100.101.102.103"), at("fe80::9")],
};

function plan(mode: BindMode, interfaces: Interfaces, more: Partial<BindRequest> = {}): BindPlan {
  return planBind({ mode, customHost: undefined, hasSecret: true, ...more }, interfaces);
}

test.describe("planBind", () => {
  const plans: [what: string, plan: () => BindPlan, hosts: string[]][] = [
    ["loopback means both loopback addresses", () => plan("loopback", TAILNET), ["127.0.0.1", "::1"]],
    ["lan means every address of both families", () => plan("lan", HOME_NET), ["0.0.0.0", "::"]],
    ["lan without IPv6 means IPv4 only", () => plan("lan", ONLY_V4), ["0.0.0.0"]],
    ["auto with a secret means lan", () => plan("auto", HOME_NET), ["0.0.0.0", "::"]],
    [
      "auto without a secret means loopback",
      () => plan("auto", HOME_NET, { hasSecret: false }),
      ["127.0.0.1", "::1"],
    ],
    [
      "tailnet means its addresses and 127.0.0.1",
      () => plan("tailnet", TAILNET),
      ["100.101.102.103", "fd7a:115c:a1e0::9", "127.0.0.1"],
    ],
    [
      "custom means that address and 127.0.0.1",
      () => plan("custom", HOME_NET, { customHost: "192.168.1.5" }),
      ["192.168.1.5", "127.0.0.1"],
    ],
    [
      "custom takes IPv6, also in brackets",
      () => plan("custom", HOME_NET, { customHost: " [2001:db8::5] " }),
      ["2001:db8::5", "127.0.0.1"],
    ],
    [
      "custom takes the name of an interface, without link-local addresses",
      () => plan("custom", TAILNET, { customHost: "eth0" }),
      ["192.168.1.5", "2001:db8::5", "127.0.0.1"],
    ],
    [
      "custom names 127.0.0.1 only once",
      () => plan("custom", HOME_NET, { customHost: "127.0.0.1" }),
      ["127.0.0.1"],
    ],
    [
      "custom 0.0.0.0 holds 127.0.0.1 already",
      () => plan("custom", HOME_NET, { customHost: "0.0.0.0" }),
      ["0.0.0.0"],
    ],
    [
      "custom :: is IPv6 only and gets 127.0.0.1 beside it",
      () => plan("custom", HOME_NET, { customHost: "::" }),
      ["::", "127.0.0.1"],
    ],
  ];
  for (const [what, make, hosts] of plans) {
    test(what, () => {
      const { primary, aliases, warnings, awaitsTailnet } = make();

      expect([primary, ...aliases]).toEqual(hosts);
      expect({ warnings, awaitsTailnet }).toEqual({ warnings: [], awaitsTailnet: false });
    });
  }

  test("tailnet without one stays on loopback, says so and asks to look again", () => {
    expect(plan("tailnet", HOME_NET)).toEqual({
      primary: "127.0.0.1",
      aliases: ["::1"],
      warnings: [reads("no tailnet address yet; listening on 127.0.0.1 and looking again every 30 s")],
      awaitsTailnet: true,
    });
  });

  for (const [customHost, message] of [
    [undefined, "--bind custom needs gateway.customBindHost."],
    ["  ", "--bind custom needs gateway.customBindHost."],
    ["localhost", "Cannot bind gateway to localhost: address not available on this machine."],
    ["eth1", "Cannot bind gateway to eth1: address not available on this machine."],
    ["*", "Cannot bind gateway to *: address not available on this machine."],
    ["constructor", "Cannot bind gateway to constructor: address not available on this machine."],
  ] as const) {
    test(`custom "${customHost}" is refused, not widened`, () => {
      expect(() => plan("custom", HOME_NET, { customHost })).toThrow(
        expect.objectContaining({ code: "ADDRESS_UNAVAILABLE", message }),
      );
    });
  }
});

test.describe("isExposed", () => {
  for (const [primary, aliases, exposed] of [
    ["127.0.0.1", ["::1"], false],
    ["127.0.0.2", ["127.0.0.1"], false],
    ["192.168.1.5", ["127.0.0.1"], true],
    ["0.0.0.0", [], true],
    ["::", ["127.0.0.1"], true],
    ["127.0.0.1", ["100.64.0.1"], true],
  ] as const) {
    test(`${[primary, ...aliases].join(" and ")} ${exposed ? "is" : "is not"} within reach of others`, () => {
      expect(isExposed({ primary, aliases: [...aliases] })).toBe(exposed);
    });
  }
});

test.describe("covers", () => {
  for (const [host, primary, aliases, covered] of [
    ["127.0.0.1", "0.0.0.0", [], true],
    ["::1", "0.0.0.0", [], false],
    ["::1", "0.0.0.0", ["::"], true],
    ["192.168.1.5", "127.0.0.1", ["192.168.1.5"], true],
    ["0.0.0.0", "192.168.1.5", ["127.0.0.1"], false],
  ] as const) {
    test(`${host} under ${[primary, ...aliases].join(" and ")}: ${covered}`, () => {
      expect(covers({ primary, aliases: [...aliases] }, host)).toBe(covered);
    });
  }
});

test.describe("bindRequest", () => {
  for (const [auth, hasSecret] of [
    [{ mode: "token", token: "t" }, true],
    [{ mode: "password", password: "p" }, true],
    [{ mode: "tailscale" }, false],
    [{ mode: "none" }, false],
  ] as const) {
    test(`auth ${auth.mode} ${hasSecret ? "counts" : "does not count"} as a secret`, () => {
      expect(bindRequest({ bind: "auto", customBindHost: "x", auth })).toEqual({
        mode: "auto",
        customHost: "x",
        hasSecret,
      });
    });
  }
});

test.describe("reachableAddresses", () => {
  const VIRTUAL: Interfaces = { lo: LO, docker0: [at("172.17.0.1")], veth12: [at("169.254.1.1")] };
  const cases: [what: string, host: string, interfaces: Interfaces, addresses: string[]][] = [
    ["an address stands for itself", "192.168.1.5", HOME_NET, ["192.168.1.5"]],
    [
      "0.0.0.0 stands for the real IPv4 addresses and loopback",
      "0.0.0.0",
      HOME_NET,
      ["192.168.1.5", "127.0.0.1"],
    ],
    [":: stands for the real IPv6 addresses", "::", HOME_NET, ["2001:db8::5"]],
    [
      "those of containers do not count beside real ones",
      "0.0.0.0",
      { ...HOME_NET, docker0: [at("172.17.0.1")] },
      ["192.168.1.5", "127.0.0.1"],
    ],
    ["those of containers count when there is nothing else", "0.0.0.0", VIRTUAL, ["172.17.0.1", "127.0.0.1"]],
    ["a machine without a network has loopback", "0.0.0.0", { lo: LO }, ["127.0.0.1"]],
  ];
  for (const [what, host, interfaces, addresses] of cases) {
    test(what, () => {
      expect(reachableAddresses(host, interfaces)).toEqual(addresses);
    });
  }
});
