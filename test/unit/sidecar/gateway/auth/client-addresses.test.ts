import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "@playwright/test";
import { ClientAddresses } from "../../../../../sidecar/gateway/auth/client-addresses.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

function requestFrom(peer: string, headers: Record<string, string>): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  return request;
}

const PROXIED = { host: "home.example", "x-forwarded-for": "203.0.113.9" };

function setUp() {
  const { logger, records } = memoryLog();
  const clock = new FakeClock();
  return { origins: new ClientAddresses(logger, clock), clock, records };
}

test.describe("ClientAddresses", () => {
  test("names an unknown proxy once an hour, with the line to add", () => {
    const { origins, clock, records } = setUp();

    for (let minute = 0; minute <= 60; minute += 1) {
      origins.of(requestFrom("::ffff:10.0.0.2", PROXIED), []);
      clock.advance(60_000);
    }

    expect(records.map(({ level, peer }) => ({ level, peer }))).toEqual([
      { level: 40, peer: "10.0.0.2" },
      { level: 40, peer: "10.0.0.2" },
    ]);
    expect(records[0]?.msg).toBe(
      'proxy headers are not believed; if 10.0.0.2 is your proxy, add to gateway: "trustedProxies": ["10.0.0.2"]',
    );
  });

  test("S2: says that a trusted proxy names no client, and what that means for other programs beside it", () => {
    const { origins, records } = setUp();

    origins.of(requestFrom("127.0.0.1", { host: "localhost", via: "1.1 squid" }), ["127.0.0.1"]);

    expect(records[0]?.msg).toContain("let the proxy set X-Forwarded-For; other programs of this machine");
  });

  for (const [what, headers, trusted] of [
    ["nobody forwarded", { host: "localhost" }, []],
    ["the proxy is known and names its client", PROXIED, ["10.0.0.2"]],
    ["others are known, so that this one may be meant to stay out", PROXIED, ["10.0.0.3"]],
  ] as const) {
    test(`says nothing when ${what}`, () => {
      const { origins, records } = setUp();

      origins.of(requestFrom("10.0.0.2", { ...headers }), trusted);

      expect(records).toEqual([]);
    });
  }
});
