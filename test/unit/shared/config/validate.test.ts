import { expect, test } from "@playwright/test";
import { isSecretKey } from "../../../../shared/config/secrets.ts";
import { suggestion, validateConfig } from "../../../../shared/config/validate.ts";

test.describe("validateConfig", () => {
  for (const [what, value, path, message] of [
    ["a typo in gateway", { gateway: { prot: 1 } }, "gateway.prot", 'unknown key; did you mean "port"?'],
    ["a stranger in gateway", { gateway: { zzzzzz: 1 } }, "gateway.zzzzzz", "unknown key"],
    [
      "a token one level too high",
      { gateway: { token: "x" } },
      "gateway.token",
      "unknown key; it belongs under gateway.auth.token",
    ],
    ["a port that is none", { gateway: { port: 0 } }, "gateway.port", "must be at least 1, got 0"],
    [
      "a port beyond the last",
      { gateway: { port: 99_999 } },
      "gateway.port",
      "must be at most 65535, got 99999",
    ],
    [
      "a choice that is none",
      { gateway: { bind: "wan" } },
      "gateway.bind",
      "expected one of loopback, lan, tailnet, auto, custom",
    ],
    ["an empty secret", { gateway: { auth: { token: "" } } }, "gateway.auth.token", "must not be empty"],
    [
      "a blank secret",
      { gateway: { auth: { password: "  " } } },
      "gateway.auth.password",
      "must not be empty",
    ],
    [
      "a secret with a line break",
      { gateway: { remote: { token: "secret\n" } } },
      "gateway.remote.token",
      "must not hold line breaks or other control characters",
    ],
    [
      "the mark of a hidden secret",
      { gateway: { auth: { token: "__CLAWDBOT_REDACTED__" } } },
      "gateway.auth.token",
      "is only the mark of a hidden secret; give the secret itself",
    ],
    [
      "a number for a text",
      { gateway: { auth: { token: 5 } } },
      "gateway.auth.token",
      "expected string, got 5",
    ],
    [
      "all of IPv4 as proxies",
      { gateway: { trustedProxies: ["0.0.0.0/0"] } },
      "gateway.trustedProxies.0",
      "would trust the whole internet",
    ],
    [
      "all of IPv6 as proxies",
      { gateway: { trustedProxies: ["::1", "::/0"] } },
      "gateway.trustedProxies.1",
      "would trust the whole internet",
    ],
  ] as const) {
    test(`names ${what}`, () => {
      expect(validateConfig(value)).toEqual({ valid: false, issues: [{ path, message }] });
    });
  }

  test("never repeats a text, which could be a secret in the wrong place", () => {
    const verdict = validateConfig({ gateway: { mode: "hunter2", port: "hunter2", auth: "hunter2" } });

    expect(verdict.valid).toBe(false);
    expect(JSON.stringify(verdict)).not.toContain("hunter2");
  });

  test("warns of unknown sections and keeps them", () => {
    expect(validateConfig({ gatway: { port: 1 }, channels: { x: 1 } })).toEqual({
      valid: true,
      config: { gatway: { port: 1 }, channels: { x: 1 } },
      warnings: [{ path: "gatway", message: 'unknown key; did you mean "gateway"?' }],
    });
  });
});

test.describe("suggestion", () => {
  test("offers the nearest name, and none that is far", () => {
    expect(suggestion("lgos.tail", ["logs.tail", "health"])).toBe('; did you mean "logs.tail"?');
    expect(suggestion("anything", ["logs.tail", "health"])).toBe("");
    expect(suggestion("x", [])).toBe("");
  });

  test("finds two swapped letters in a short word, and nothing in a word without any likeness", () => {
    expect(suggestion("prot", ["port", "mode"])).toBe('; did you mean "port"?');
    expect(suggestion("Agnet", ["agent"])).toBe('; did you mean "agent"?');
    for (const word of ["a", "b", "ab", "xyz", "wxyz"]) {
      expect(suggestion(word, ["ui", "web", "port", "cron"]), word).toBe("");
    }
  });
});

test.describe("isSecretKey", () => {
  for (const [name, is] of [
    ["token", true],
    ["botToken", true],
    ["password", true],
    ["apiKey", true],
    ["ACME_API_KEY", true],
    ["AWS_SECRET_ACCESS_KEY", true],
    ["appSecret", true],
    ["contextTokens", false],
    ["keyPath", false],
    ["tokenFile", false],
    ["port", false],
  ] as const) {
    test(`${is ? "keeps" : "shows"} ${name}`, () => {
      expect(isSecretKey(name)).toBe(is);
    });
  }
});
