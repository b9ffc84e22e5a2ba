import { expect, test } from "@playwright/test";
import { accountableFor, sourceOf } from "../../../../../sidecar/gateway/auth/source.ts";

const THIS_MACHINE = { local: true, key: "this machine" };

test.describe("sourceOf", () => {
  for (const [address, key, network] of [
    ["192.0.2.1", "192.0.2.1", undefined],
    ["::ffff:192.0.2.1", "192.0.2.1", undefined],
    ["::ffff:c000:201", "192.0.2.1", undefined],
    ["64:ff9b::192.0.2.1", "192.0.2.1", undefined],
    ["64:ff9b::c000:201", "192.0.2.1", undefined],
    ["2002:c000:201:7::1", "192.0.2.1", undefined],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"],
    ["2001:DB8:0001:0002::6", "2001:db8:1:2::/64", "2001:db8:1::/48"],
    ["2001:db8::1", "2001:db8:0:0::/64", "2001:db8:0::/48"],
    ["fd7a:115c:a1e0:ab12::7", "fd7a:115c:a1e0:ab12::7", undefined],
    ["100.64.0.7", "100.64.0.7", undefined],
  ] as const) {
    test(`S6: counts ${address} as ${key}`, () => {
      expect(sourceOf(address)).toEqual({ local: false, key, ...(network === undefined ? {} : { network }) });
    });
  }

  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    test(`S6: counts ${address} as this machine`, () => {
      expect(sourceOf(address)).toEqual(THIS_MACHINE);
    });
  }

  test("S6: takes no address from elsewhere for this machine because it stands for one", () => {
    expect(sourceOf("2002:7f00:1::1")).toEqual({ local: false, key: "127.0.0.1" });
  });
});

test.describe("accountableFor", () => {
  const origin = { ip: "127.0.0.1", local: true, localDirect: true, untrustedProxy: false };

  test("is this machine for its own programs", () => {
    expect(accountableFor(origin)).toEqual(THIS_MACHINE);
  });

  const stranger = { ...origin, local: false, localDirect: false, untrustedProxy: true };

  test("keeps strangers behind a proxy apart from the programs on its machine", () => {
    expect(accountableFor(stranger)).toEqual({ local: false, key: "through this machine" });
  });

  test("S2: locks nobody out who may be a program beside a trusted proxy", () => {
    const source = accountableFor({ ...stranger, nameless: true });

    expect(source).toEqual({ local: false, shared: true, key: "beside this machine" });
  });
});
