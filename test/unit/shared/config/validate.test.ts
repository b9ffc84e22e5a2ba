import { expect, test } from "@playwright/test";
import { findingLines } from "../../../../shared/config/findings.ts";
import { slipOf, suggestion } from "../../../../shared/config/near-name.ts";
import { isSecretKey, placeholderProblem } from "../../../../shared/config/secrets.ts";
import { validateConfig } from "../../../../shared/config/validate.ts";
import { english } from "../../../../shared/remedy.ts";
import { asking } from "../../../helpers/home/readings.ts";
import { printed, reads } from "../../../helpers/run/reads.ts";

test.describe("validateConfig", () => {
  for (const [what, value, path, message] of [
    ["a typo in gateway", { gateway: { prot: 1 } }, "gateway.prot", 'unknown key; did you mean "port"?'],
    ["a stranger in gateway", { gateway: { zzzzzz: 1 } }, "gateway.zzzzzz", "unknown key"],
    [
      "a key that another one is only remotely like",
      { gateway: { tools: { deny: [] } } },
      "gateway.tools",
      "unknown key",
    ],
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
    [
      "hooks at every address",
      { hooks: { path: "/" } },
      "hooks.path",
      'must be a path of its own such as /hooks, or every address would be a hook, got "/"',
    ],
    [
      "a group of tools that nobody has",
      { tools: { deny: ["group:nix"] } },
      "tools.deny.0",
      'must be the name of a tool, or a group such as group:fs or group:web, got "group:nix"',
    ],
    ["no list", { tools: { deny: "exec" } }, "tools.deny", "expected list such as [ … ]"],
    [
      "no object with names of somebody's own",
      { models: { providers: 1 } },
      "models.providers",
      'expected object such as { "name": … }, got 1',
    ],
    [
      "a span of no time",
      { session: { maintenance: { pruneAfter: "0d" } } },
      "session.maintenance.pruneAfter",
      'would erase them at once; give a span of time such as 90d, got "0d"',
    ],
    [
      "a negative span of time",
      { session: { maintenance: { pruneAfter: "-5d" } } },
      "session.maintenance.pruneAfter",
      'must be a span of time such as 90d, got "-5d"',
    ],
    [
      "a size of nothing",
      { session: { maintenance: { maxDiskBytes: "0.0kb" } } },
      "session.maintenance.maxDiskBytes",
      'leaves room for no conversation; give a size such as 2gb, got "0.0kb"',
    ],
    ...(["blockStreamingChunk", "blockStreamingCoalesce"] as const).map(
      (name) =>
        [
          `blocks of ${name} that are larger at least than at most`,
          { agents: { defaults: { [name]: { minChars: 900, maxChars: 40 } } } },
          `agents.defaults.${name}.minChars`,
          "must not be more than maxChars; lower it, or raise maxChars",
        ] as const,
    ),
    [
      "a pause that is longer at least than at most",
      { agents: { defaults: { humanDelay: { mode: "custom", minMs: 3_000, maxMs: 200 } } } },
      "agents.defaults.humanDelay.minMs",
      "must not be more than maxMs; lower it, or raise maxMs",
    ],
    [
      "a header that cannot be sent, and not what is in it",
      { models: { providers: { home: { headers: { "X-Key": "hunter2\n" } } } } },
      "models.providers.home.headers.X-Key",
      "must not hold line breaks or characters that no header carries",
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
      expect(validateConfig(value)).toEqual({ valid: false, issues: [{ path, message: reads(message) }] });
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
      warnings: [{ path: "gatway", message: reads('unknown key; did you mean "gateway"?') }],
    });
  });
});

test.describe("a configuration with many mistakes", () => {
  const many = (count: number, length = 6) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`.padEnd(length, "x"), 1]));

  test("S11: names the first ones and counts the rest", () => {
    const verdict = validateConfig({ gateway: many(16_000) });
    const sections = validateConfig(many(16_000));

    expect(verdict).toMatchObject({ valid: false, more: 15_980 });
    expect(verdict.valid ? [] : verdict.issues).toHaveLength(20);
    expect(sections).toMatchObject({ valid: true, more: 15_980 });
    expect(sections.valid ? sections.warnings : []).toHaveLength(20);
    expect(findingLines([{ path: "a", message: "b" }], 7).map(printed)).toEqual(["a: b", "and 7 more"]);
  });

  test("S11: has no suggestion for a name without end, and cuts it", () => {
    const verdict = validateConfig({ gateway: many(3, 100_000) });

    expect(JSON.stringify(verdict).length).toBeLessThan(1_500);
  });

  test("has no more than a few, and no more than there are", () => {
    expect(validateConfig({ gateway: many(20) })).not.toHaveProperty("more");
  });
});

test.describe("slipOf", () => {
  test("finds the name that one slip of the finger turned into another", () => {
    const known = ["port", "bind", "gateway"];

    expect(["prot", "bnid", "gatway", "Port", "gatewayy"].map((name) => slipOf(name, known))).toEqual([
      "port",
      "bind",
      "gateway",
      "port",
      "gateway",
    ]);
    expect(["pt", "bound", "getawey", "listen"].map((name) => slipOf(name, known))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test.describe("a secret that is none", () => {
  for (const text of [
    "changeme",
    "CHANGE-ME",
    "replace_with_token",
    "your-token-here",
    "<token>",
    asking("my_token"),
    "{{token}}",
    "$TOKEN",
    "%TOKEN%",
    "****",
    "none",
    "undefined",
    "a __CLAWDBOT_REDACTED__",
  ]) {
    test(`S7: ${JSON.stringify(text)} is refused, and not repeated`, () => {
      const problem = placeholderProblem(text);
      const verdict = validateConfig({ gateway: { auth: { token: text }, remote: { password: text } } });

      expect(problem).toMatch(/^is only /);
      expect(verdict).toMatchObject({ issues: [{ message: problem }, { message: problem }] });
    });
  }

  test("S7: is nothing that could be somebody's", () => {
    for (const text of [
      "token",
      "hush-hush",
      `pa${asking("ss")}word`,
      "my-token",
      "x",
      "put",
      "key2here",
      "your-token",
      "a".repeat(9_999),
    ]) {
      expect(placeholderProblem(text), text).toBeUndefined();
    }
  });
});

test.describe("suggestion", () => {
  test("offers the nearest name, and none that is far", () => {
    expect(printed(suggestion("lgos.tail", ["logs.tail", "health"]))).toBe('; did you mean "logs.tail"?');
    expect(suggestion("anything", ["logs.tail", "health"])).toBe("");
    expect(suggestion("x", [])).toBe("");
  });

  test("finds two swapped letters in a short word, and nothing in a word without any likeness", () => {
    expect(printed(suggestion("prot", ["port", "mode"]))).toBe('; did you mean "port"?');
    expect(printed(suggestion("Agnet", ["agent"]))).toBe('; did you mean "agent"?');
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

test.describe("bindings", () => {
  const bound = (agentId: string, list?: object[]) =>
    validateConfig({
      ...(list === undefined ? {} : { agents: { list } }),
      bindings: [
        { agentId: "MAIN", match: { channel: "signal" } },
        { agentId, match: { channel: "telegram" } },
      ],
    });

  test("of an agent that is not there are an error that names those there are", () => {
    const verdict = bound("wrok", [{ id: "main" }, { id: "Work" }]);

    expect(verdict).toMatchObject({ valid: false, issues: [{ path: "bindings.1.agentId" }] });
    if (verdict.valid) return;
    expect(verdict.issues.map(({ message }) => english(message))).toEqual([
      'there is no agent "wrok"; there is "main", "work"',
    ]);
  });

  test("of an agent that is there are none, also without a list", () => {
    expect(bound("work", [{ id: "main" }, { id: "Work" }]).valid).toBe(true);
    expect(bound("main").valid).toBe(true);
    expect(bound("other").valid).toBe(false);
  });
});
