import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { legacyCode } from "../../../../shared/client/legacy-refusals.ts";
import { recording } from "../../../helpers/gateway/frames.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

test.describe("legacyCode", () => {
  for (const [message, code] of [
    ["unauthorized: gateway token missing (provide gateway auth token)", "AUTH_TOKEN_MISSING"],
    ["unauthorized: gateway token mismatch (provide gateway auth token)", "AUTH_TOKEN_MISMATCH"],
    ["unauthorized: gateway token not configured on gateway (set it)", "AUTH_TOKEN_NOT_CONFIGURED"],
    ["unauthorized: gateway password mismatch (enter the password)", "AUTH_PASSWORD_MISMATCH"],
    ["unauthorized: too many failed attempts, try again in 9 s", "AUTH_RATE_LIMITED"],
    ["unauthorized role: node", "ROLE_FORBIDDEN"],
    ["unauthorized", "AUTH_UNAUTHORIZED"],
    ["pairing required", "PAIRING_REQUIRED"],
    ["protocol mismatch", "PROTOCOL_MISMATCH"],
    ["unknown method: sing", "METHOD_UNKNOWN"],
    ["a sentence of tomorrow", undefined],
  ] as const) {
    test(`takes "${message}" for ${code}`, () => {
      expect(legacyCode({ code: "INVALID_REQUEST", message })).toBe(code);
    });
  }

  test("knows every refusal of a handshake that the reference gateway was recorded with", () => {
    const errors = ["token", "auth-none", "auth-password", "auth-tailscale"]
      .flatMap(recording)
      .filter((line) => line.frame.error !== undefined && /^(handshake|auth|proxy)/.test(line.case))
      .map(({ frame }) => frame.error as { code: string; message: string })
      // Faults of the client, about which nobody can do anything.
      .filter(({ message }) => !/^invalid /.test(message));

    expect(errors.length).toBeGreaterThan(20);
    expect(errors.filter((error) => legacyCode(error) === undefined)).toEqual([]);
  });
});

test.describe("sentences of a gateway", () => {
  test("are read in one file alone", () => {
    const clients = ["shared/client", "sidecar/ui", "sidecar/cli", "tray"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => join(entry.parentPath, entry.name)),
    );

    const readers = clients.filter((file) =>
      /(startsWith|includes|test|match|exec)\([^)]*(unauthorized|pairing required|protocol mismatch|token m|secure context)/.test(
        readFileSync(file, "utf8"),
      ),
    );

    expect(readers.map((file) => file.slice(ROOT.length))).toEqual([]);
  });
});
