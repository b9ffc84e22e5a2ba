import { expect, test } from "@playwright/test";
import {
  clientAddress,
  isLocalName,
  normalizeIp,
} from "../../../../../sidecar/gateway/auth/client-address.ts";

const HOST = { host: "127.0.0.1:18789" };

test.describe("normalizeIp", () => {
  for (const [text, plain] of [
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:4711", "192.0.2.1"],
    ["[2001:DB8::1]:4711", "2001:db8::1"],
    ["[::1]", "::1"],
    ["fe80::1%eth0", "fe80::1"],
    [" 127.0.0.1 ", "127.0.0.1"],
  ] as const) {
    test(`reads "${text}" as ${plain}`, () => {
      expect(normalizeIp(text)).toBe(plain);
    });
  }
});

test.describe("clientOrigin", () => {
  for (const peer of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    test(`takes ${peer} without forwarding headers for this machine`, () => {
      expect(clientAddress(peer, HOST, [])).toMatchObject({ local: true, localDirect: true });
    });
  }

  for (const header of [
    "x-forwarded-for",
    "x-real-ip",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-client-ip",
    "cf-connecting-ip",
    "via",
    "forwarded",
  ]) {
    test(`never takes a request with an untrusted ${header} for a local one`, () => {
      const origin = clientAddress("127.0.0.1", { ...HOST, [header]: "127.0.0.1" }, []);

      expect(origin).toEqual({ ip: "127.0.0.1", local: false, localDirect: false, untrustedProxy: true });
    });
  }

  test("takes the right-most address that is no trusted proxy, whatever the client wrote before it", () => {
    const headers = { ...HOST, "x-forwarded-for": "127.0.0.1, 203.0.113.9, 10.0.0.2" };

    const origin = clientAddress("10.0.0.1", headers, ["10.0.0.0/24"]);

    expect(origin).toMatchObject({ ip: "203.0.113.9", local: false, untrustedProxy: false });
  });

  test("reads several header lines as one list", () => {
    const headers = { ...HOST, "x-forwarded-for": ["203.0.113.9", "198.51.100.4"] as unknown as string };

    expect(clientAddress("10.0.0.1", headers, ["10.0.0.1"]).ip).toBe("198.51.100.4");
  });

  test("falls back to X-Real-IP and then to the peer", () => {
    const viaRealIp = clientAddress("10.0.0.1", { ...HOST, "x-real-ip": "203.0.113.9" }, ["10.0.0.1"]);
    const viaPeer = clientAddress("10.0.0.1", { ...HOST, "x-forwarded-for": "unknown" }, ["10.0.0.1"]);

    expect(viaRealIp.ip).toBe("203.0.113.9");
    expect(viaPeer.ip).toBe("10.0.0.1");
  });

  test("calls a client local that a trusted proxy reports from loopback", () => {
    const origin = clientAddress("127.0.0.1", { ...HOST, "x-forwarded-for": "127.0.0.1" }, ["127.0.0.1"]);

    expect(origin.local).toBe(true);
  });

  for (const [entry, trusted] of [
    ["10.0.0.0/8", true],
    ["::ffff:10.1.2.3", true],
    ["2001:db8::/32", false],
    ["0.0.0.0/0", false],
    ["::/0", false],
    ["10.1.2.3/33", false],
    ["nonsense", false],
  ] as const) {
    test(`${trusted ? "trusts" : "does not trust"} the peer 10.1.2.3 because of ${entry}`, () => {
      const headers = { ...HOST, "x-forwarded-for": "203.0.113.9" };

      expect(clientAddress("10.1.2.3", headers, [entry]).untrustedProxy).toBe(!trusted);
    });
  }

  const PROXY = "127.0.0.1";
  for (const [what, headers] of [
    ["no forwarding header at all", {}],
    ["Forwarded with an unknown client", { forwarded: "for=unknown" }],
    ["Forwarded with an obfuscated client", { forwarded: "for=_hidden;proto=https" }],
    ["Forwarded without a client", { forwarded: "proto=https;by=127.0.0.1" }],
    ["Forwarded whose last element names nobody", { forwarded: "for=127.0.0.1, proto=https" }],
    ["Forwarded that names two in one element", { forwarded: "for=127.0.0.1;for=203.0.113.9" }],
    ["Forwarded with an open quotation", { forwarded: 'for="127.0.0.1' }],
    ["X-Forwarded-Host alone", { "x-forwarded-host": "localhost" }],
    ["X-Forwarded-Proto alone", { "x-forwarded-proto": "https" }],
    ["Via alone", { via: "1.1 squid" }],
    ["X-Client-IP alone", { "x-client-ip": "127.0.0.1" }],
    ["an empty X-Forwarded-For", { "x-forwarded-for": "" }],
    ["a name instead of an address", { "x-forwarded-for": "localhost" }],
    ["unknown to the right of loopback", { "x-forwarded-for": "127.0.0.1, unknown" }],
    ["a comma to the right of loopback", { "x-forwarded-for": "127.0.0.1," }],
    ["a port without an address", { "x-forwarded-for": ":4711" }],
    ["an address with garbage behind its port", { "x-forwarded-for": "127.0.0.1:80:80" }],
    ["an IPv6 address without brackets and with a port", { "x-forwarded-for": "2001:db8:0:0:0:0:0:9:443" }],
    ["an IPv4 address in another writing", { "x-forwarded-for": "2130706433" }],
    ["X-Real-IP: 127.0.0.1 alone", { "x-real-ip": "127.0.0.1" }],
    ["two that contradict each other", { "x-forwarded-for": "127.0.0.1", "x-real-ip": "203.0.113.9" }],
    ["two ways that contradict each other", { "x-forwarded-for": "203.0.113.9", forwarded: "for=127.0.0.1" }],
    ["loopback beside another client", { "x-forwarded-for": "127.0.0.1", "cf-connecting-ip": "203.0.113.9" }],
    ["more hops than anybody has", { "x-forwarded-for": Array(100).fill("127.0.0.1").join(", ") }],
  ] as const) {
    test(`S2: takes a request of a trusted proxy with ${what} for a stranger's`, () => {
      const origin = clientAddress(PROXY, { ...HOST, ...headers }, [PROXY]);

      expect(origin).toMatchObject({ local: false, localDirect: false });
    });
  }

  for (const [header, value, ip] of [
    ["forwarded", "for=203.0.113.9", "203.0.113.9"],
    ["forwarded", 'For="203.0.113.9:4711";Proto=https', "203.0.113.9"],
    ["forwarded", 'for=127.0.0.1, for="[2001:db8::9]:4711";by=10.0.0.1', "2001:db8::9"],
    ["forwarded", 'for="a,b\\";for=127.0.0.1";proto=x, for=203.0.113.9', "203.0.113.9"],
    ["x-forwarded-for", "203.0.113.9:4711", "203.0.113.9"],
    ["x-forwarded-for", "127.0.0.1, [2001:db8::9]:443", "2001:db8::9"],
    ["x-real-ip", "203.0.113.9:80", "203.0.113.9"],
  ] as const) {
    test(`S2: reads ${header}: ${value} as ${ip}`, () => {
      const origin = clientAddress(PROXY, { ...HOST, [header]: value }, [PROXY]);

      expect(origin).toEqual({ ip, local: false, localDirect: false, untrustedProxy: false });
    });
  }

  for (const [what, headers] of [
    ["X-Forwarded-For", { "x-forwarded-for": "127.0.0.1" }],
    ["X-Forwarded-For with a port", { "x-forwarded-for": "127.0.0.1:50123" }],
    ["Forwarded", { forwarded: 'for="[::1]:50123"' }],
    ["both and X-Real-IP", { "x-forwarded-for": "::1", forwarded: 'for="[::1]"', "x-real-ip": "::1" }],
  ] as const) {
    test(`S2: takes a client for local that a proxy of this machine names in ${what}`, () => {
      expect(clientAddress(PROXY, { ...HOST, ...headers }, [PROXY])).toMatchObject({ local: true });
    });
  }

  test("S2: takes the loopback of another machine for no place here", () => {
    const elsewhere = clientAddress("10.0.0.2", { ...HOST, "x-forwarded-for": "127.0.0.1" }, ["10.0.0.2"]);
    const through = { "x-forwarded-for": "127.0.0.1, 10.0.0.2" };
    const twoProxies = clientAddress("127.0.0.1", { ...HOST, ...through }, ["127.0.0.1", "10.0.0.2"]);

    expect([elsewhere.local, twoProxies.local]).toEqual([false, false]);
  });

  test("is not local-direct when the request names a foreign host", () => {
    expect(clientAddress("127.0.0.1", { host: "evil.example:18789" }, [])).toMatchObject({
      local: true,
      localDirect: false,
    });
  });

  test("is nowhere local when the peer is already gone", () => {
    expect(clientAddress(undefined, HOST, []).local).toBe(false);
  });
});

test.describe("isLocalName", () => {
  for (const host of ["localhost", "LOCALHOST:18789", "127.0.0.1:1", "[::1]:18789", "box.tail1234.ts.net"]) {
    test(`knows ${host}`, () => {
      expect(isLocalName(host)).toBe(true);
    });
  }

  for (const host of [
    undefined,
    "",
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "ts.net.evil",
  ]) {
    test(`does not know ${host}`, () => {
      expect(isLocalName(host)).toBe(false);
    });
  }
});
