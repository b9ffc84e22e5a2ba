import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { REDACTED } from "../../../../../shared/protocol/methods/config.ts";
import { configHandlers } from "../../../../../sidecar/gateway/methods/config.ts";
import type { Call } from "../../../../../sidecar/gateway/rpc/implement.ts";
import { asking } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

function configGet(home: TempHome, content?: object | string) {
  if (content !== undefined) home.writeConfig(content);
  const [method] = configHandlers({ file: home.configFile, env: {} });
  return method?.handle({}, {} as Call) as Record<string, unknown>;
}

const SECRET = "s3cr3t-Grüße";

test.describe("config.get", () => {
  test("tells the file, its hash and what it says", ({ home }) => {
    const text = "{ gateway: { mode: 'local', port: 1234 } }";

    expect(configGet(home, text)).toEqual({
      path: home.configFile,
      exists: true,
      raw: text,
      parsed: { gateway: { mode: "local", port: 1234 } },
      valid: true,
      config: { gateway: { mode: "local", port: 1234 } },
      hash: createHash("sha256").update(text).digest("hex"),
      issues: [],
      warnings: [],
      legacyIssues: [],
    });
  });

  test("describes a file that is not there as an empty, valid configuration", ({ home }) => {
    const hash = createHash("sha256").update("").digest("hex");

    expect(configGet(home)).toMatchObject({ exists: false, raw: null, config: {}, valid: true, hash });
  });

  for (const [what, text] of [
    ["in double quotes", `{ "gateway": { "auth": { "token": "${SECRET}" } } }`],
    ["in single quotes", `{ gateway: { auth: { token: '${SECRET}' } } }`],
    ["as a password", `{ gateway: { auth: { mode: 'password', password: '${SECRET}' } } }`],
    ["of another gateway", `{ gateway: { remote: { token: '${SECRET}', password: '${SECRET}' } } }`],
    ["written with escapes", `{ gateway: { auth: { token: '\\x73${SECRET.slice(1)}' } } }`],
    [
      "written twice with escapes",
      `{ gateway: { auth: { token: '${SECRET}\\n', tok\\u0065n: '${SECRET}\\t' } } }`,
    ],
    ["that a later key replaces", `{ gateway: { auth: { token: '${SECRET}', token: 'x' } } }`],
    ["that was the only one", `{ gateway: { mode: 'local' } } // token: ${SECRET}`],
    ["in a file without values", `{} // token: ${SECRET}`],
    ["that a comment repeats", `{ gateway: { auth: { token: '${SECRET}' } } } // was ${SECRET}`],
    ["of a model provider", `{ models: { providers: { acme: { apiKey: '${SECRET}' } } } }`],
    ["of a channel", `{ channels: { telegram: { botToken: '${SECRET}' } } }`],
    ["of the hooks", `{ hooks: { token: '${SECRET}' } }`],
    ["in a list", `{ channels: { x: { accounts: [{ appSecret: '${SECRET}' }] } } }`],
    ["in the environment", `{ env: { ACME_API_KEY: '${SECRET}', vars: { MY_TOKEN: '${SECRET}' } } }`],
    ["under a name of its own", `{ env: { vars: { DATABASE_URL: '${SECRET}' } } }`],
    ["in a list of secrets", `{ channels: { x: { credentials: { user: ['${SECRET}'] } } } }`],
    ["of a request", `{ models: { providers: { x: { headers: { Authorization: 'Bearer ${SECRET}' } } } } }`],
    [
      "of a request by another name",
      `{ models: { providers: { x: { headers: { 'x-api-key': '${SECRET}' } } } } }`,
    ],
    ["in the wrong place", `{ gateway: { token: '${SECRET}' } }`],
    ["in a file that does not parse", `{ gateway: { auth: { token: '${SECRET}' `],
  ] as const) {
    test(`never shows a secret ${what}`, ({ home }) => {
      const snapshot = JSON.stringify(configGet(home, text));

      expect(snapshot).not.toContain(SECRET);
      expect(snapshot).not.toContain(SECRET.slice(1));
    });
  }

  test("marks the place of a secret and leaves the other values as they were", ({ home }) => {
    const text = `{ gateway: { mode: 'local', auth: { token: '${SECRET}' } }, agents: { defaults: { contextTokens: 5 } } }`;
    const config = {
      gateway: { mode: "local", auth: { token: REDACTED } },
      agents: { defaults: { contextTokens: 5 } },
    };

    expect(configGet(home, text)).toMatchObject({
      raw: `${JSON.stringify(config, null, 2)}\n`,
      parsed: config,
      config,
    });
  });

  test("lists what is wrong with an invalid file", ({ home }) => {
    expect(configGet(home, { gateway: { prot: 1 } })).toMatchObject({
      valid: false,
      config: {},
      issues: [{ path: "gateway.prot", message: 'unknown key; did you mean "port"?' }],
    });
  });

  test("lists unknown sections as warnings", ({ home }) => {
    expect(configGet(home, { gatway: {} })).toMatchObject({
      valid: true,
      warnings: [{ path: "gatway", message: expect.stringContaining("unknown key") }],
    });
  });

  test("S7: shows what is included, and a variable by its name only", ({ home }) => {
    home.writeConfig({
      $include: "more.json",
      gateway: { bind: asking("BIND") },
      channels: { x: { url: `https://x/${asking("BOT_KEY")}` } },
    });
    writeFileSync(join(home.stateDir, "more.json"), JSON.stringify({ gateway: { port: 7 } }));
    const env = { BIND: "lan", BOT_KEY: SECRET };
    const [method] = configHandlers({ file: home.configFile, env });

    const answer = method?.handle({}, {} as Call);

    expect(answer).toMatchObject({ valid: true, config: { gateway: { port: 7, bind: asking("BIND") } } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  test("S11: tells how many findings there are beyond the first ones", ({ home }) => {
    const gateway = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]));
    const { issues } = configGet(home, { gateway }) as { issues: object[] };

    expect(issues).toHaveLength(21);
    expect(issues.at(-1)).toEqual({ path: "", message: "and 30 more" });
  });
});
