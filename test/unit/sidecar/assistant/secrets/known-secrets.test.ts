import { expect, test } from "@playwright/test";
import {
  holdsMark,
  knownSecrets,
  secretsInVariables,
  withoutSecrets,
} from "../../../../../sidecar/assistant/secrets/known-secrets.ts";

const KNOWN = knownSecrets({
  config: {
    gateway: { auth: { token: "gateway-token", mode: "token" } },
    models: { providers: { a: { apiKey: "gateway-token-2" } } },
  },
  env: { ACME_API_KEY: "acme-secret", HOME: "/home/somebody", SHORT_TOKEN: "abc" },
  stored: [{ name: "openai default", secret: "stored-secret" }],
});

test.describe("secrets that the gateway knows", () => {
  test("are those of its configuration, its environment and its store", () => {
    expect([...KNOWN.values()].sort()).toEqual([
      "ACME_API_KEY",
      "gateway.auth.token",
      "models.providers.a.apiKey",
      "openai default",
    ]);
  });

  test("are hidden wherever they stand, the longer one first, and nothing else is", () => {
    const text = "gateway-token-2, gateway-token; acme-secret! /home/somebody abc token stored-secretx";

    const shown = withoutSecrets(text, KNOWN);

    expect(shown).toBe(
      "[secret: models.providers.a.apiKey], [secret: gateway.auth.token]; [secret: ACME_API_KEY]! /home/somebody abc token [secret: openai default]x",
    );
    expect(holdsMark(shown)).toBe(true);
    expect(holdsMark(text)).toBe(false);
  });

  test("are in a file of variables what names of secrets are given", () => {
    const file =
      "# c\nexport DB_PASSWORD='p w d 1'\nNAME=somebody\nAPI_KEY = plain-key # why\n  TOKEN=\"x=y#z12\"\nSECRET=abc\n";

    expect([...secretsInVariables(file)]).toEqual([
      ["p w d 1", "DB_PASSWORD"],
      ["plain-key", "API_KEY"],
      ["x=y#z12", "TOKEN"],
    ]);
  });
});
