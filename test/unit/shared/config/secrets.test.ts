import { expect, test } from "@playwright/test";
import {
  holdsSecrets,
  isSecretPath,
  mayHoldSecrets,
  REDACTED,
  redactSecrets,
} from "../../../../shared/config/secrets.ts";

test.describe("redactSecrets", () => {
  test("replaces texts and numbers at every depth below a secret's name, and nothing else", () => {
    const config = {
      gateway: { port: 1, auth: { mode: "token", token: "t" } },
      channels: {
        x: { botToken: 123, credentials: { user: "u", keys: ["a", 2, true] }, requireToken: true },
      },
      env: { shellEnv: { timeoutMs: 5 }, ACME_API_KEY: "k", vars: { HOME_URL: "v" } },
      hooks: { token: "" },
    };

    expect(redactSecrets(config)).toEqual({
      gateway: { port: 1, auth: { mode: "token", token: REDACTED } },
      channels: {
        x: {
          botToken: REDACTED,
          credentials: { user: REDACTED, keys: [REDACTED, REDACTED, true] },
          requireToken: true,
        },
      },
      env: { shellEnv: { timeoutMs: 5 }, ACME_API_KEY: REDACTED, vars: { HOME_URL: REDACTED } },
      hooks: { token: "" },
    });
    expect(config.gateway.auth.token).toBe("t");
  });

  test("keeps a key that reaches for the prototype a key", () => {
    const redacted = redactSecrets(JSON.parse('{ "__proto__": { "token": "t" } }'));

    expect(JSON.stringify(redacted)).toBe(`{"__proto__":{"token":"${REDACTED}"}}`);
    expect(redacted).not.toHaveProperty("token");
  });
});

test.describe("isSecretPath", () => {
  test("covers what stands below a secret's name and the variables of programs", () => {
    for (const path of ["gateway.token", "a.credentials.user", "env.vars.X", "env.MY_TOKEN"]) {
      expect(isSecretPath(path.split(".")), path).toBe(true);
    }
    for (const path of ["gateway.auth", "env.vars", "env.X", "vars.X", "agents.defaults.contextTokens"]) {
      expect(isSecretPath(path.split(".")), path).toBe(false);
    }
  });
});

test.describe("holdsSecrets and mayHoldSecrets", () => {
  test("tell a configuration without secrets from one with a secret, written in whatever way", () => {
    expect(holdsSecrets({ gateway: { auth: { mode: "token" } } })).toBe(false);
    expect(holdsSecrets({ hooks: { token: "t" } })).toBe(true);
    expect(mayHoldSecrets("{ gateway: { port: 1 } } // mine")).toBe(false);
    for (const text of ["{ botToken: 1 }", "{} // Password", "{ tok\\u0065n: 1 }", "{ env: {} }"]) {
      expect(mayHoldSecrets(text), text).toBe(true);
    }
  });
});
