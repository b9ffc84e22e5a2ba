import { expect, test } from "@playwright/test";
import { isPublicAddress } from "../../../../../sidecar/base/net/public-address.ts";
import { WebRefused, webTarget } from "../../../../../sidecar/base/net/web-target.ts";

const PRIVATE = [
  "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.254",
  "169.254.0.1 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255",
  "198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255",
  ":: ::1 ::7f00:1 fc00::1 fdff::1 fe80::1 febf::1 fec0::1 ff00::1 ff02::1 100::1 2001::1 2001:db8::1 2001:10::1 3fff::1",
  "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1",
  "2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::1 fe80::1%eth0 5f00::1 4000::1",
  "localhost 1 127.1 0x7f.1 example.org ::ffff:999.1.1.1",
].flatMap((line) => line.split(" "));

const PUBLIC = [
  "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 172.15.255.255",
  "172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255",
  "2606:4700::1111 2a00:1450::1 2001:4860:4860::8888 ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::1",
].flatMap((line) => line.split(" "));

test.describe("an address of the public internet", () => {
  test("is none of this machine, of private networks, of those set aside, in whatever form it is written", () => {
    expect(PRIVATE.filter(isPublicAddress)).toEqual([]);
  });

  test("is any other one, up to the borders of those", () => {
    expect(PUBLIC.filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

const refused = (url: string, allow: string[] = []): string => {
  try {
    return `taken: ${webTarget(url, allow).url.href}`;
  } catch (error) {
    return error instanceof WebRefused ? error.message : "no refusal";
  }
};

test.describe("where a request may go", () => {
  for (const url of [
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://vault.internal/",
    "http://metadata.google.internal/",
    "http://metadata/",
    "http://nas.home.arpa/",
    "http://router.lan/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://127.1/",
    "http://0/",
    "http://[::]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://１２７.0.0.1/",
    "http://①②⑦.0.0.1/",
  ])
    test(`is not ${url}`, () => {
      expect(refused(url)).toMatch(/ is not on the public internet\.$/);
    });

  for (const [url, why] of [
    ["file:///etc/passwd", "over file"],
    ["ftp://example.org/", "over ftp"],
    ["data:text/html,hi", "over data"],
    ["javascript:alert(1)", "over javascript"],
    ["gopher://example.org/", "over gopher"],
    ["//example.org/", "no address"],
    ["example.org", "no address"],
    ["http://", "no address"],
    ["https://example.org:22/", "port 22"],
    ["http://example.org:6379/", "port 6379"],
  ] as const)
    test(`is not ${url}, which is said`, () => {
      expect(refused(url)).toContain(why);
    });

  test("is a host of the internet, without an account", () => {
    expect(refused(" https://user:secret@Example.org:8443/a?b#c ")).toBe(
      "taken: https://example.org:8443/a?b",
    );
    expect(refused("http://example.org:80/")).toBe("taken: http://example.org/");
  });

  test("is what somebody allowed, by its host and its port", () => {
    const allow = ["nas.local", "127.0.0.1:9000", "[::1]:9001", "::2"];

    expect(refused("http://nas.local:1234/", allow)).toContain("taken");
    expect(refused("http://127.1:9000/", allow)).toContain("taken");
    expect(refused("http://127.0.0.1:9001/", allow)).toContain("not on the public");
    expect(refused("http://[::1]:9001/", allow)).toContain("taken");
    expect(refused("http://[::1]/", allow)).toContain("not on the public");
    expect(refused("http://[::2]:99/", allow)).toContain("taken");
    expect(refused("http://evil.nas.local/", allow)).toContain("not on the public");
    expect(refused("http://nas.local@127.0.0.1/", allow)).toContain("not on the public");
  });
});
