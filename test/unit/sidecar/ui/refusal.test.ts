import { expect, test } from "@playwright/test";
import { AuthError, RequestError, UnavailableError } from "../../../../shared/errors.ts";
import { isCuredBySecret, isLostInHandshake, refusalOf } from "../../../../sidecar/ui/refusal.ts";

test.describe("refusalOf", () => {
  for (const [remoteCode, kind] of [
    ["AUTH_TOKEN_MISSING", "token-missing"],
    ["AUTH_TOKEN_MISMATCH", "token-wrong"],
    ["AUTH_DEVICE_TOKEN_MISMATCH", "token-wrong"],
    ["AUTH_PASSWORD_MISSING", "password-missing"],
    ["AUTH_PASSWORD_MISMATCH", "password-wrong"],
    ["AUTH_TOKEN_NOT_CONFIGURED", "secret-not-configured"],
    ["AUTH_LINK_EXPIRED", "link-used"],
    ["AUTH_UNAUTHORIZED", "other"],
    ["AUTH_OF_A_LATER_GATEWAY", "other"],
    ["__proto__", "other"],
  ] as const) {
    test(`tells ${remoteCode} as ${kind}, whatever the sentence beside it`, () => {
      const message = "unauthorized: a sentence that nobody reads";

      expect(refusalOf(new AuthError("TOKEN_MISMATCH", message, { remoteCode }))).toEqual({ kind, message });
    });
  }

  test("carries the pairing request that waits", () => {
    const error = new AuthError("PAIRING_REQUIRED", "pairing required", {
      details: { command: "clawdbot x" },
    });

    expect(refusalOf(error)).toEqual({ kind: "pairing", message: "pairing required", command: "clawdbot x" });
  });

  test("names the browser when a device identity is what is missing", () => {
    const messages = [
      new RequestError("CONNECT_REFUSED", "a", { remoteCode: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" }),
      new AuthError("PAIRING_REQUIRED", "b", { remoteCode: "DEVICE_IDENTITY_REQUIRED" }),
    ];

    expect(messages.map((error) => refusalOf(error)?.kind)).toEqual(["insecure", "insecure"]);
  });

  test("keeps rate limit, protocol and any other refusal apart", () => {
    const errors = [
      new AuthError("RATE_LIMITED", "unauthorized: too many failed attempts, try again in 42 s"),
      new RequestError("PROTOCOL_MISMATCH", "protocol mismatch"),
      new RequestError("CONNECT_REFUSED", "device signature expired"),
    ];

    expect(errors.map((error) => refusalOf(error)?.kind)).toEqual(["rate-limited", "protocol", "other"]);
  });

  test("is undefined for what another try may cure", () => {
    for (const code of ["UNREACHABLE", "CONNECTION_LOST", "TIMEOUT"] as const) {
      expect(refusalOf(new UnavailableError(code, "gone"))).toBeUndefined();
    }
    const full = new UnavailableError("CONNECT_REFUSED", "too many clients", {
      remoteCode: "TOO_MANY_CLIENTS",
    });
    expect(refusalOf(full)).toBeUndefined();
  });
});

test("isCuredBySecret asks for a secret exactly where one was missing or wrong", () => {
  expect(isCuredBySecret("token-wrong")).toBe(true);
  expect(isCuredBySecret("password-missing")).toBe(true);
  expect(isCuredBySecret("pairing")).toBe(false);
  expect(isCuredBySecret("secret-not-configured")).toBe(false);
});

test("isLostInHandshake knows a broken socket from an answer", () => {
  expect(
    isLostInHandshake(new UnavailableError("CONNECTION_LOST", "closed during the handshake (1006)")),
  ).toBe(true);
  expect(isLostInHandshake(new AuthError("TOKEN_MISMATCH", "unauthorized"))).toBe(false);
});
