import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { TailscaleIdentity } from "../../../../../sidecar/gateway/auth/tailscale-identity.ts";

/** What tailscaled adds to a request of the person whose machine has this address. */
const GENUINE = {
  "x-forwarded-for": "100.64.0.7",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "gate.tail1234.ts.net",
  "tailscale-user-login": "ada@example.com",
};

const PEOPLE: Record<string, string> = {
  "100.64.0.7": "Ada@Example.com",
  "fd7a:115c:a1e0::7": "ada@example.com",
  "100.64.0.8": "jürgen@example.com",
};

function stage({ serving = true } = {}) {
  const asked: string[] = [];
  const identity = new TailscaleIdentity();
  identity.accept({
    isServing: () => serving,
    loginOf: async (address) => {
      asked.push(address);
      return PEOPLE[address];
    },
  });
  const judge = async (change: Record<string, string | undefined> = {}, peer = "127.0.0.1") =>
    identity.judge(peer, { ...GENUINE, ...change });
  return { identity, asked, judge };
}

test.describe("an identity is accepted", () => {
  for (const peer of ["127.0.0.1", "::ffff:127.0.0.1", "::1"]) {
    test(`from tailscaled at ${peer} when whois names the same person, in upper or lower case`, async () => {
      const { asked, judge } = stage();

      const verdict = await judge({}, peer);

      expect(verdict).toEqual({ ok: true, login: "Ada@Example.com", address: "100.64.0.7" });
      expect(asked).toEqual(["100.64.0.7"]);
    });
  }

  test("from an IPv6 tailnet address", async () => {
    const { judge } = stage();

    expect(await judge({ "x-forwarded-for": "fd7a:115c:a1e0::7" })).toMatchObject({ ok: true });
  });

  test("with a name that had to be encoded for the header", async () => {
    const { judge } = stage();
    const change = {
      "x-forwarded-for": "100.64.0.8",
      "tailscale-user-login": "=?utf-8?q?j=C3=BCrgen@example.com?=",
    };

    expect(await judge(change)).toMatchObject({ ok: true, login: "jürgen@example.com" });
  });
});

test.describe("an identity is not accepted", () => {
  for (const [what, change, reason] of [
    ["without a login", { "tailscale-user-login": undefined }, "tailscale_user_missing"],
    ["with an empty login", { "tailscale-user-login": " " }, "tailscale_user_missing"],
    [
      "with a login in broken encoding",
      { "tailscale-user-login": "=?utf-8?q?=FF?=" },
      "tailscale_user_missing",
    ],
    ["from the internet", { "tailscale-funnel-request": "?1" }, "tailscale_user_missing"],
    ["without x-forwarded-for", { "x-forwarded-for": undefined }, "tailscale_proxy_missing"],
    ["without x-forwarded-proto", { "x-forwarded-proto": undefined }, "tailscale_proxy_missing"],
    ["without x-forwarded-host", { "x-forwarded-host": undefined }, "tailscale_proxy_missing"],
  ] as const) {
    test(`${what}, and nobody is asked`, async () => {
      const { asked, judge } = stage();

      expect(await judge(change)).toEqual({ ok: false, reason });
      expect(asked).toEqual([]);
    });
  }

  test("from a peer that is not on this machine", async () => {
    const { asked, judge } = stage();

    expect(await judge({}, "100.64.0.7")).toEqual({ ok: false, reason: "tailscale_proxy_missing" });
    expect(asked).toEqual([]);
  });

  test("while we are not serving", async () => {
    const { asked, judge } = stage({ serving: false });

    expect(await judge()).toEqual({ ok: false, reason: "tailscale_proxy_missing" });
    expect(asked).toEqual([]);
  });

  for (const address of [
    "127.0.0.1",
    "203.0.113.9",
    "--json",
    "100.64.0.7, 127.0.0.1",
    "100.64.0.7,100.64.0.7",
  ]) {
    test(`with the address "${address}", which tailscaled would not write`, async () => {
      const { asked, judge } = stage();

      expect(await judge({ "x-forwarded-for": address })).toEqual({
        ok: false,
        reason: "tailscale_whois_failed",
      });
      expect(asked).toEqual([]);
    });
  }

  test("when whois knows nobody at the address", async () => {
    const { judge } = stage();

    expect(await judge({ "x-forwarded-for": "100.64.9.9" })).toEqual({
      ok: false,
      reason: "tailscale_whois_failed",
    });
  });

  test("when whois names somebody else", async () => {
    const { judge } = stage();

    expect(await judge({ "tailscale-user-login": "root@example.com" })).toEqual({
      ok: false,
      reason: "tailscale_user_mismatch",
    });
  });
});

test.describe("TailscaleIdentity", () => {
  test("judges nothing before it accepts a tailnet and after it no longer does", async () => {
    const { identity } = stage();

    identity.accept(undefined);

    expect(identity.judge("127.0.0.1", GENUINE)).toBeUndefined();
    expect(new TailscaleIdentity().judge("127.0.0.1", GENUINE)).toBeUndefined();
  });

  test("answers at once when there is nobody to ask for, so that other clients wait for nothing", () => {
    const { identity } = stage();

    expect(identity.judge("127.0.0.1", { host: "127.0.0.1" })).toEqual({
      ok: false,
      reason: "tailscale_user_missing",
    });
  });

  test("is the one place that reads Tailscale's headers", () => {
    const folder = fileURLToPath(new URL("../../../../../sidecar/", import.meta.url));
    const readers = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter(
        (file) =>
          file.endsWith(".ts") && /tailscale-(user|funnel)-/i.test(readFileSync(join(folder, file), "utf8")),
      )
      .map((file) => file.replaceAll("\\", "/"));

    expect(readers).toEqual(["gateway/auth/tailscale-identity.ts"]);
  });
});
