import { expect, test } from "@playwright/test";
import {
  failureOfError,
  failureOfRefusal,
} from "../../../../../sidecar/assistant/models/providers/failure-of.ts";

const KEY = "homemade key 42";
const ASKED = { facts: { provider: "p", id: "m" }, apiKey: KEY };
const NOW_MS = Date.UTC(2026, 0, 1);

const refused = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureOfRefusal(
    { status, headers: new Headers(headers), body: typeof body === "string" ? body : JSON.stringify(body) },
    ASKED,
    NOW_MS,
  );

test.describe("failureOfRefusal", () => {
  for (const [status, kind] of [
    [301, "unknown"],
    [400, "format"],
    [401, "auth"],
    [402, "billing"],
    [403, "auth"],
    [404, "unknown"],
    [408, "timeout"],
    [413, "overflow"],
    [418, "format"],
    [429, "rate"],
    [500, "server"],
    [502, "server"],
    [503, "overloaded"],
    [504, "timeout"],
    [529, "overloaded"],
    [599, "server"],
  ] as const) {
    test(`${status} alone is ${kind}, whatever the page says`, () => {
      expect(refused(status, "<h1>rate limit: insufficient_quota, overloaded</h1>").kind).toBe(kind);
    });
  }

  for (const [what, status, body, kind] of [
    ["an account without credit behind 429", 429, { error: { code: "insufficient_quota" } }, "billing"],
    ["a full window behind 400", 400, { error: { code: "context_length_exceeded" } }, "overflow"],
    ["the same by its type", 400, { error: { type: "exceed_context_size_error" } }, "overflow"],
    [
      "Google's key behind 400",
      400,
      { error: { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] } },
      "auth",
    ],
    ["a list of errors", 429, [{ error: { code: 429, status: "RESOURCE_EXHAUSTED" } }], "rate"],
    ["a content filter", 400, { error: { code: "content_filter" } }, "refusal"],
    [
      "OpenRouter's moderation behind 403",
      403,
      { error: { code: 403, metadata: { reasons: ["x"] } } },
      "refusal",
    ],
    ["a server's error that says overloaded", 503, { error: { type: "server_error" } }, "overloaded"],
    [
      "prose that only sounds like it",
      400,
      { error: { message: "the prompt is too long for my taste" } },
      "format",
    ],
    ["a plain text", 400, { error: "the input length exceeds the context length" }, "overflow"],
  ] as const) {
    test(`tells ${what} as ${kind}`, () => {
      expect(refused(status, body).kind).toBe(kind);
    });
  }

  test("is one line with provider, model and status, short, and without secrets", () => {
    const text = `bad key ${KEY}, sk-ant-api03-0123456789abcdef\nAuthorization: Bearer abc.def ${"x".repeat(2_000)}\u001b[2J`;

    const { message } = refused(401, { error: { message: text } });

    expect(message).toMatch(/^p\/m: the key was refused \(HTTP 401\): bad key \*\*\*, \*\*\* /);
    expect(message.length).toBeLessThan(400);
    expect(message).not.toContain("abc.def");
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  test("says where a redirect leads, and that is not followed", () => {
    expect(refused(302, "", { location: "https://elsewhere.example/" }).message).toContain(
      "elsewhere.example",
    );
  });

  for (const [headers, ms] of [
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, 60_000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ] as const) {
    test(`reads ${JSON.stringify(headers)} as ${ms} ms`, () => {
      expect(refused(429, "", headers).retryAfterMs).toBe(ms);
    });
  }

  test("knows a refused level of thinking by the parameter, else by the provider's sentence", () => {
    const isThinking = (error: object) => refused(400, { error }).isThinkingRefused;

    expect(isThinking({ code: "unsupported_value", param: "reasoning.effort", message: "x" })).toBe(true);
    expect(isThinking({ code: "unsupported_value", param: "temperature", message: "thinking" })).toBe(false);
    expect(isThinking({ type: "invalid_request_error", message: "thinking.budget_tokens: too small" })).toBe(
      true,
    );
    expect(isThinking({ type: "invalid_request_error", message: "messages.1: bad" })).toBe(false);
  });
});

test.describe("failureOfError", () => {
  const coded = (code: string) => Object.assign(new Error("x"), { code });

  for (const [what, error, kind] of [
    ["a refused connection", new TypeError("fetch failed", { cause: coded("ECONNREFUSED") }), "network"],
    ["an unknown name", new TypeError("fetch failed", { cause: coded("ENOTFOUND") }), "network"],
    [
      "a certificate",
      new TypeError("fetch failed", { cause: coded("DEPTH_ZERO_SELF_SIGNED_CERT") }),
      "network",
    ],
    ["a broken stream", new TypeError("terminated"), "network"],
    [
      "a slow connection",
      new TypeError("fetch failed", { cause: coded("UND_ERR_CONNECT_TIMEOUT") }),
      "timeout",
    ],
    ["no JSON", new SyntaxError("x"), "server"],
    ["our own mistake", new Error("x"), "unknown"],
    ["anything", "x", "unknown"],
  ] as const) {
    test(`tells ${what} as ${kind}`, () => {
      expect(failureOfError(error, ASKED).kind).toBe(kind);
    });
  }

  test("keeps a failure that is one already, however deep it lies", () => {
    const failure = refused(429, "");

    expect(failureOfError(new Error("a", { cause: new Error("b", { cause: failure }) }), ASKED)).toBe(
      failure,
    );
  });
});
