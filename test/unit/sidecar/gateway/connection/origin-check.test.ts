import { hostname } from "node:os";
import { expect, test } from "@playwright/test";
import { isHostAllowed, isOriginAllowed } from "../../../../../sidecar/gateway/connection/origin-check.ts";

const LOOPBACK = "127.0.0.1:18789";

test.describe("isOriginAllowed", () => {
  for (const [what, origin, host] of [
    ["a client that is no browser", undefined, LOOPBACK],
    ["the dashboard on 127.0.0.1", "http://127.0.0.1:18789", LOOPBACK],
    ["a page of another local port", "http://localhost:5173", LOOPBACK],
    ["the dashboard on ::1", "http://[::1]:18789", "[::1]:18789"],
    ["the dashboard by the machine's address", "http://192.168.1.5:18789", "192.168.1.5:18789"],
    ["the dashboard by the machine's name", `http://${hostname()}:18789`, `${hostname()}:18789`],
    ["the dashboard by its own tailnet name", "https://box.tail1234.ts.net", "box.tail1234.ts.net"],
  ] as const) {
    test(`lets ${what} in`, () => {
      expect(isOriginAllowed(origin, host, [])).toBe(true);
    });
  }

  for (const [what, origin, host] of [
    ["a foreign page", "https://evil.example", LOOPBACK],
    ["a foreign page whose name was rebound to us", "http://evil.example:18789", "evil.example:18789"],
    ["a page on a stranger's tailnet name", "https://evil.tail9999.ts.net", LOOPBACK],
    ["another machine of the network", "http://192.168.1.66", "192.168.1.5:18789"],
    ["the same machine on another port", "http://192.168.1.5:8080", "192.168.1.5:18789"],
    ["a sandboxed frame", "null", LOOPBACK],
    ["garbage", "127.0.0.1:18789", LOOPBACK],
    ["a browser extension", "chrome-extension://abcdef", LOOPBACK],
    ["a name that begins like ours", "http://127.0.0.1.evil.example", LOOPBACK],
  ] as const) {
    test(`keeps ${what} out`, () => {
      expect(isOriginAllowed(origin, host, [])).toBe(false);
    });
  }

  test("lets a configured origin in, whatever its case and final slash", () => {
    expect(isOriginAllowed("https://home.example", LOOPBACK, ["https://Home.Example/"])).toBe(true);
    expect(isOriginAllowed("https://home.example.evil", LOOPBACK, ["https://home.example"])).toBe(false);
  });
});

test.describe("isHostAllowed", () => {
  const ORIGINS = ["https://Home.Example:8443/", "not a url"];
  for (const host of [
    undefined,
    "127.0.0.1:18789",
    "[::1]:18789",
    "192.168.1.5",
    "localhost:1",
    "LOCALHOST",
    hostname(),
    `${hostname()}.local:18789`,
    "box.tail1234.ts.net",
    "home.example",
    "home.example:443",
  ]) {
    test(`lets pages be asked for under ${host}`, () => {
      expect(isHostAllowed(host, ORIGINS)).toBe(true);
    });
  }

  for (const host of [
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "ts.net",
    "not a url",
  ]) {
    test(`refuses "${host}"`, () => {
      expect(isHostAllowed(host, ORIGINS)).toBe(false);
    });
  }
});
