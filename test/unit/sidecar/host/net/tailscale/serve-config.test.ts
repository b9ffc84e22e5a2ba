import { expect, test } from "@playwright/test";
import {
  conflictWith,
  isInPlace,
  isRootOurs,
  readServeConfig,
  type ServeConfig,
  type ServeWish,
} from "../../../../../../sidecar/host/net/tailscale/serve-config.ts";
import { reads } from "../../../../../helpers/run/reads.ts";

const HOST = "gate.tail1234.ts.net";
const SERVE: ServeWish = { mode: "serve", host: HOST, port: 18_789 };
const FUNNEL: ServeWish = { ...SERVE, mode: "funnel" };

/** Handlers on port 443 of this machine. */
function serving(handlers: Record<string, string>, { funnel = false } = {}): ServeConfig {
  const entries = Object.entries(handlers).map(([mount, target]) => [mount, { Proxy: target }]);
  return {
    TCP: { 443: { HTTPS: true } },
    Web: { [`${HOST}:443`]: { Handlers: Object.fromEntries(entries) } },
    ...(funnel ? { AllowFunnel: { [`${HOST}:443`]: true } } : {}),
  };
}

test.describe("readServeConfig", () => {
  for (const text of ["null", "{}", "{}\n", "Warning: old client\n{}"]) {
    test(`reads ${JSON.stringify(text)} as an empty table`, () => {
      expect(readServeConfig(text)).toEqual({});
    });
  }

  test("does not pretend to understand another shape", () => {
    expect(readServeConfig('{"Web":[]}')).toBeUndefined();
    expect(readServeConfig("No serve config")).toBeUndefined();
  });
});

test.describe("isRootOurs", () => {
  for (const target of [
    "http://127.0.0.1:18789",
    "http://localhost:18789/",
    "127.0.0.1:18789",
    "http://[::1]:18789",
  ]) {
    test(`takes ${target} for our port`, () => {
      expect(isRootOurs(serving({ "/": target }), SERVE)).toBe(true);
    });
  }

  for (const target of [
    "http://127.0.0.1:1878",
    "http://127.0.0.1:187890",
    "http://127.0.0.1:18789/sub",
    "https://127.0.0.1:18789",
    "http://192.168.1.2:18789",
  ]) {
    test(`does not take ${target} for our port`, () => {
      expect(isRootOurs(serving({ "/": target }), SERVE)).toBe(false);
    });
  }

  test("looks at the root of this machine's name only", () => {
    expect(isRootOurs(serving({ "/app": "http://127.0.0.1:18789" }), SERVE)).toBe(false);
    expect(isRootOurs(serving({ "/": "http://127.0.0.1:18789" }), { ...SERVE, host: "other.ts.net" })).toBe(
      false,
    );
  });
});

test.describe("isInPlace", () => {
  const ours = { "/": "http://127.0.0.1:18789" };

  test("wants the internet in for Funnel and out for Serve", () => {
    expect(isInPlace(serving(ours), SERVE)).toBe(true);
    expect(isInPlace(serving(ours), FUNNEL)).toBe(false);
    expect(isInPlace(serving(ours, { funnel: true }), FUNNEL)).toBe(true);
    expect(isInPlace(serving(ours, { funnel: true }), SERVE)).toBe(false);
  });
});

test.describe("conflictWith", () => {
  test("finds none in an empty table, beside other ports, or with what is ours", () => {
    const elsewhere: ServeConfig = { TCP: { 8443: { HTTPS: true }, 22: { TCPForward: "127.0.0.1:22" } } };

    expect(conflictWith({}, SERVE)).toBeUndefined();
    expect(conflictWith(elsewhere, FUNNEL)).toBeUndefined();
    expect(conflictWith(serving({ "/": "http://127.0.0.1:18789" }, { funnel: true }), SERVE)).toBeUndefined();
  });

  test("finds none in other paths that keep their reach", () => {
    expect(conflictWith(serving({ "/wiki": "http://127.0.0.1:3000" }), SERVE)).toBeUndefined();
    expect(
      conflictWith(serving({ "/wiki": "http://127.0.0.1:3000" }, { funnel: true }), FUNNEL),
    ).toBeUndefined();
  });

  for (const [what, config, wish, reason, remedy] of [
    [
      "a root handler that is not ours",
      serving({ "/": "http://127.0.0.1:3000" }),
      SERVE,
      "Tailscale already hands https://gate.tail1234.ts.net/ to http://127.0.0.1:3000",
      "tailscale serve --https=443 --set-path=/ off",
    ],
    [
      "a path that Funnel would lay open",
      serving({ "/wiki": "http://127.0.0.1:3000" }),
      FUNNEL,
      "it would lay open to the internet https://gate.tail1234.ts.net/wiki",
      "tailscale serve --https=443 --set-path=/wiki off",
    ],
    [
      "a path that Serve would take off the internet",
      serving({ "/wiki": "http://127.0.0.1:3000" }, { funnel: true }),
      SERVE,
      "it would take off the internet https://gate.tail1234.ts.net/wiki",
      "tailscale serve --https=443 --set-path=/wiki off",
    ],
    [
      "a TCP forward",
      { TCP: { 443: { TCPForward: "127.0.0.1:8443" } } },
      SERVE,
      "Tailscale already forwards port 443 to 127.0.0.1:8443",
      "tailscale serve --tcp=443 off",
    ],
    [
      "a TCP forward behind TLS",
      { TCP: { 443: { TCPForward: "127.0.0.1:8443", TerminateTLS: HOST } } },
      SERVE,
      "Tailscale already forwards port 443 to 127.0.0.1:8443",
      "tailscale serve --tls-terminated-tcp=443 off",
    ],
    [
      "plain HTTP on the port",
      { TCP: { 443: { HTTP: true } } },
      SERVE,
      "Tailscale already serves plain HTTP on port 443",
      "tailscale serve --http=443 off",
    ],
    [
      "a command in a terminal",
      { Foreground: { session1: { TCP: { 443: { HTTPS: true } } } } },
      SERVE,
      "a tailscale command in some terminal serves https://gate.tail1234.ts.net as long as it runs",
      "end it there",
    ],
  ] as const) {
    test(`names ${what} and what clears it`, () => {
      expect(conflictWith(config, wish)).toEqual({ reason: reads(reason), remedy: reads(remedy) });
    });
  }
});
