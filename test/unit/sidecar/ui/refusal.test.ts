import { expect, test } from "@playwright/test";
import { AuthError, RequestError, UnavailableError } from "../../../../shared/errors.ts";
import { isCuredBySecret, isLostInHandshake, refusalOf } from "../../../../sidecar/ui/refusal.ts";

test.describe("refusalOf", () => {
  for (const [message, kind] of [
    ["unauthorized: gateway token missing (provide gateway auth token)", "token-missing"],
    ["unauthorized: gateway token mismatch (provide gateway auth token)", "token-wrong"],
    ["unauthorized: gateway password missing (enter the password)", "password-missing"],
    ["unauthorized: gateway password mismatch (enter the password)", "password-wrong"],
    [
      "unauthorized: gateway token not configured on gateway (set gateway.auth.token)",
      "secret-not-configured",
    ],
    ["unauthorized", "other"],
  ] as const) {
    test(`tells "${message}" as ${kind}`, () => {
      expect(refusalOf(new AuthError("TOKEN_MISMATCH", message))).toEqual({ kind, message });
    });
  }

  test("carries the pairing request that waits", () => {
    const error = new AuthError("PAIRING_REQUIRED", "pairing required", { details: { requestId: "r-1" } });

    expect(refusalOf(error)).toEqual({ kind: "pairing", message: "pairing required", requestId: "r-1" });
  });

  test("names the browser when a device identity is what is missing", () => {
    const messages = [
      new RequestError("CONNECT_REFUSED", "control ui requires HTTPS or localhost (secure context)"),
      new AuthError("PAIRING_REQUIRED", "device identity required"),
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
