import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "@playwright/test";
import { isTailnetAddress, tailnetAddresses } from "../../../../../sidecar/host/net/tailnet-address.ts";

test.describe("isTailnetAddress", () => {
  for (const address of [
    "100.64.0.0",
    "100.127.255.255",
    "::ffff:100.64.0.1",
    "fd7a:115c:a1e0::1",
    "FD7A:115C:A1E0:ab12::9",
  ]) {
    test(`knows ${address}`, () => {
      expect(isTailnetAddress(address)).toBe(true);
    });
  }

  for (const address of [
    "100.63.255.255",
    "100.128.0.0",
    "fd7a:115c:a1e1::1",
    "127.0.0.1",
    "100.64.0.1.evil.example",
    "[fd7a:115c:a1e0::1]",
    "",
  ]) {
    test(`does not know "${address}"`, () => {
      expect(isTailnetAddress(address)).toBe(false);
    });
  }
});

test.describe("tailnetAddresses", () => {
  test("picks this machine's tailnet addresses, IPv4 first", () => {
    const interfaces = {
      lo: [entry("127.0.0.1")],
      tailscale0: [entry("fe80::1"), entry("fd7a:115c:a1e0::5"), entry("100.100.1.2")],
      down: undefined,
    };

    expect(tailnetAddresses(interfaces)).toEqual(["100.100.1.2", "fd7a:115c:a1e0::5"]);
  });

  test("finds none on a machine without a tailnet", () => {
    expect(tailnetAddresses({ eth0: [entry("192.168.1.10")] })).toEqual([]);
  });
});

function entry(address: string): NetworkInterfaceInfo {
  const isV6 = address.includes(":");
  const shared = { address, netmask: "", mac: "", internal: false, cidr: null };
  return isV6 ? { ...shared, family: "IPv6", scopeid: 0 } : { ...shared, family: "IPv4" };
}
