import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import type { Environment } from "../../../../../shared/node/paths.ts";
import { configHandlers } from "../../../../../sidecar/gateway/methods/config.ts";
import type { Call } from "../../../../../sidecar/gateway/rpc/implement.ts";
import { asking } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

interface Around {
  env?: Environment;
  /** What is in force. */
  config?: GatewayConfig;
}

/** The methods of a gateway of that home, with what they told the others. */
function methodsOf(home: TempHome, { env = {}, config = {} }: Around = {}) {
  const told: string[] = [];
  const clock = new FakeClock();
  const methods = configHandlers({
    file: { file: home.configFile, env },
    config: () => config,
    clock,
    assistant: {
      note: async ({ sessionKey }, text) => {
        told.push(`note in ${sessionKey}: ${text}`);
        return "note-1";
      },
    },
    process: {
      requestStop: () => told.push("stop"),
      requestRestart: (reason) => told.push(`restart: ${reason}`),
    },
    changed: (hash) => told.push(`changed: ${hash}`),
  });
  const call = async (name: string, params: object = {}) =>
    (await methods.find((method) => method.name === name)?.handle(params, {} as Call)) as Record<
      string,
      unknown
    >;
  return { call, clock, told };
}

async function configGet(home: TempHome, content?: object | string) {
  if (content !== undefined) home.writeConfig(content);
  return await methodsOf(home).call("config.get");
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const textOf = (home: TempHome) => readFileSync(home.configFile, "utf8");
/** The text without the stamp of the last writer. */
const unstamped = (text: string) => text.replace(/\n\s*meta: \{[^}]*\},?/, "");

const SECRET = "s3cr3t-Grüße";

test.describe("config.get", () => {
  test("tells the file, its hash and what it says", async ({ home }) => {
    const text = "{ gateway: { mode: 'local', port: 1234 } }";

    expect(await configGet(home, text)).toEqual({
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

  test("describes a file that is not there as an empty, valid configuration", async ({ home }) => {
    const hash = createHash("sha256").update("").digest("hex");

    expect(await configGet(home)).toMatchObject({ exists: false, raw: null, config: {}, valid: true, hash });
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
    test(`never shows a secret ${what}`, async ({ home }) => {
      const snapshot = JSON.stringify(await configGet(home, text));

      expect(snapshot).not.toContain(SECRET);
      expect(snapshot).not.toContain(SECRET.slice(1));
    });
  }

  test("marks the place of a secret and leaves the other values as they were", async ({ home }) => {
    const text = `{ gateway: { mode: 'local', auth: { token: '${SECRET}' } }, agents: { defaults: { contextTokens: 5 } } }`;
    const config = {
      gateway: { mode: "local", auth: { token: { $secret: "gateway.auth.token" } } },
      agents: { defaults: { contextTokens: 5 } },
    };

    expect(await configGet(home, text)).toMatchObject({
      raw: `${JSON.stringify(config, null, 2)}\n`,
      parsed: config,
      config,
    });
  });

  test("lists what is wrong with an invalid file", async ({ home }) => {
    expect(await configGet(home, { gateway: { prot: 1 } })).toMatchObject({
      valid: false,
      config: {},
      issues: [{ path: "gateway.prot", message: 'unknown key; did you mean "port"?' }],
    });
  });

  test("lists unknown sections as warnings", async ({ home }) => {
    expect(await configGet(home, { gatway: {} })).toMatchObject({
      valid: true,
      warnings: [{ path: "gatway", message: expect.stringContaining("unknown key") }],
    });
  });

  test("S7: shows what is included, and a variable by its name only", async ({ home }) => {
    home.writeConfig({
      $include: "more.json",
      gateway: { bind: asking("BIND") },
      channels: { x: { url: `https://x/${asking("BOT_KEY")}` } },
    });
    writeFileSync(join(home.stateDir, "more.json"), JSON.stringify({ gateway: { port: 7 } }));
    const env = { BIND: "lan", BOT_KEY: SECRET };

    const answer = await methodsOf(home, { env }).call("config.get");

    expect(answer).toMatchObject({ valid: true, config: { gateway: { port: 7, bind: asking("BIND") } } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  test("S11: tells how many findings there are beyond the first ones", async ({ home }) => {
    const gateway = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]));
    const { issues } = (await configGet(home, { gateway })) as { issues: object[] };

    expect(issues).toHaveLength(21);
    expect(issues.at(-1)).toEqual({ path: "", message: "and 30 more" });
  });
});

const COMMENTED = `{
  // Mine.
  gateway: {
    mode: 'local', // here
    auth: { token: '${SECRET}' },
    trustedProxies: ["10.0.0.1", "10.0.0.2"],
  },
  channels: { x: { accounts: [{ botToken: 'first-bot-token' }, { botToken: 'second-bot-token' }] } },
}
`;

/** What the file says, as a client gets it, with something else in it. */
async function asShown(home: TempHome, change: (config: Record<string, unknown>) => object) {
  const { call } = methodsOf(home);
  const { hash, parsed } = await call("config.get");
  return { raw: JSON.stringify(change(parsed as Record<string, unknown>)), baseHash: String(hash) };
}

test.describe("config.set", () => {
  test("case 50: keeps secrets, comments and order when what was shown comes back with a change", async ({
    home,
  }) => {
    home.writeConfig(COMMENTED);
    const { call, told } = methodsOf(home);
    const sent = await asShown(home, (shown) => ({
      ...shown,
      gateway: { ...(shown.gateway as object), mode: "remote", trustedProxies: ["10.0.0.1", "10.0.0.3"] },
    }));

    const answer = await call("config.set", sent);

    expect(sent.raw).not.toContain(SECRET);
    expect(unstamped(textOf(home))).toBe(
      unstamped(COMMENTED.replace("'local'", "'remote'").replace("10.0.0.2", "10.0.0.3")),
    );
    expect(answer).toEqual({
      ok: true,
      path: home.configFile,
      hash: hashOf(textOf(home)),
      config: expect.objectContaining({ gateway: expect.objectContaining({ mode: "remote" }) }),
    });
    expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${SECRET}|bot-token`));
    expect(told).toEqual([`changed: ${answer.hash}`]);
  });

  test("writes nothing when what was shown comes back as it was", async ({ home }) => {
    home.writeConfig(COMMENTED);
    const { call } = methodsOf(home);

    const answer = await call("config.set", await asShown(home, (shown) => shown));

    expect(textOf(home)).toBe(COMMENTED);
    expect(answer.hash).toBe(hashOf(COMMENTED));
  });

  test("puts secrets back where their marks are now, also in another order", async ({ home }) => {
    home.writeConfig(COMMENTED);
    const sent = await asShown(home, (shown) => {
      const { x } = shown.channels as { x: { accounts: object[] } };
      return { ...shown, channels: { x: { accounts: x.accounts.toReversed() } } };
    });

    await methodsOf(home).call("config.set", sent);

    expect(textOf(home)).toMatch(/botToken: 'second-bot-token'.*botToken: 'first-bot-token'/);
  });

  test("takes a text with comments as it was written, with the secrets in their places", async ({ home }) => {
    home.writeConfig(COMMENTED);
    const raw = `// New.
{ gateway: { auth: { token: { "$secret": "gateway.auth.token" } } } } // end`;

    await methodsOf(home).call("config.set", { raw, baseHash: hashOf(COMMENTED) });

    expect(textOf(home)).toBe(`// New.\n{ gateway: { auth: { token: "${SECRET}" } } } // end\n`);
  });

  test("makes the file where there is none", async ({ home }) => {
    await methodsOf(home).call("config.set", { raw: '{"gateway":{"mode":"local"}}' });

    expect(textOf(home)).toBe('{"gateway":{"mode":"local"}}\n');
  });

  for (const [what, params, message] of [
    ["without the hash of the file", { raw: "{}" }, "config base hash required; re-run config.get and retry"],
    [
      "for another file",
      { raw: "{}", baseHash: "0" },
      "config changed since last load; re-run config.get and retry",
    ],
  ] as const) {
    test(`writes nothing that was made ${what}`, async ({ home }) => {
      home.writeConfig(COMMENTED);

      await expect(methodsOf(home).call("config.set", params)).rejects.toMatchObject({
        code: "CONFIG_STALE",
        message,
        details: { hash: hashOf(COMMENTED) },
      });
      expect(textOf(home)).toBe(COMMENTED);
    });
  }

  for (const [what, raw, expected] of [
    ["half of an object", "{bad", { message: expect.stringMatching(/^SyntaxError: JSON5: .* at 1:5$/) }],
    ["no object", "[]", { message: "config raw must be an object" }],
    ["the name of the prototype", '{"a":{"__proto__":{}}}', { message: "__proto__ is no name of a key" }],
    [
      "values that do not fit",
      '{"gateway":{"port":"x","prot":1}}',
      {
        message: "invalid config",
        details: {
          issues: [
            { path: "gateway.port", message: "expected number" },
            { path: "gateway.prot", message: expect.stringContaining("unknown key") },
          ],
        },
      },
    ],
    [
      "the mark of a secret that nobody has",
      '{"gateway":{"auth":{"password":{"$secret":"gateway.auth.password"}}}}',
      {
        message:
          "gateway.auth.password: no secret is stored at gateway.auth.password; give the secret itself",
      },
    ],
    [
      "the mark of a secret where it would be seen",
      '{"ui":{"name":{"$secret":"gateway.auth.token"}}}',
      { message: "ui.name is no place for a secret" },
    ],
    [
      "the mark of what is no secret",
      '{"hooks":{"token":{"$secret":"gateway.mode"}}}',
      { message: "hooks.token: no secret is stored at gateway.mode; give the secret itself" },
    ],
  ] as const) {
    test(`refuses ${what} and leaves the file as it was`, async ({ home }) => {
      home.writeConfig(COMMENTED);

      const refused = methodsOf(home).call("config.set", { raw, baseHash: hashOf(COMMENTED) });

      await expect(refused).rejects.toMatchObject({ code: "CONFIG_INVALID", ...expected });
      expect(textOf(home)).toBe(COMMENTED);
    });
  }
});

test.describe("config.patch and config.apply", () => {
  test("merge into the file, take away with null and replace lists", async ({ home }) => {
    home.writeConfig(COMMENTED);
    const raw = JSON.stringify({
      gateway: {
        trustedProxies: ["10.0.0.9"],
        mode: null,
        auth: { token: { $secret: "gateway.auth.token" } },
      },
      session: { scope: "global" },
    });

    const answer = await methodsOf(home).call("config.patch", { raw, baseHash: hashOf(COMMENTED) });

    const text = textOf(home);
    expect(text).toContain("// Mine.");
    expect(text).toContain(`token: '${SECRET}'`);
    expect(text).toMatch(/trustedProxies: \[\s*'10\.0\.0\.9',?\s*\]/);
    expect(text).not.toContain("mode");
    expect(answer.config).toMatchObject({ session: { scope: "global" } });
  });

  test("refuse a list, and a file that is invalid already", async ({ home }) => {
    home.writeConfig(COMMENTED);
    const { call } = methodsOf(home);

    await expect(call("config.patch", { raw: "[]", baseHash: hashOf(COMMENTED) })).rejects.toMatchObject({
      message: "config.patch raw must be an object",
    });
    home.writeConfig('{"gateway":{"prot":1}}');
    await expect(call("config.patch", { raw: "{}", baseHash: hashOf(textOf(home)) })).rejects.toMatchObject({
      message: "invalid config; fix before patching",
    });
  });

  test("S7: refuse a change of what stands in an included file, and name it", async ({ home }) => {
    const more = join(home.stateDir, "more.json");
    home.writeConfig({ $include: "more.json" });
    writeFileSync(more, JSON.stringify({ gateway: { port: 7_000 } }));
    const sent = { raw: '{"gateway":{"port":7001}}', baseHash: hashOf(textOf(home)) };

    await expect(methodsOf(home).call("config.patch", sent)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(more),
    });
  });

  test("say that nothing is restarted where nothing has to be", async ({ home }) => {
    home.writeConfig(COMMENTED);
    const { call, clock, told } = methodsOf(home, { config: { gateway: { mode: "local" } } });
    const sent = { raw: '{"session":{"scope":"global"}}', baseHash: hashOf(COMMENTED) };

    const { restart } = await call("config.patch", sent);
    clock.advance(60_000);

    expect(restart).toMatchObject({ ok: true, needed: false, delayMs: 0, pid: process.pid });
    expect(told).toEqual([expect.stringMatching(/^changed: /)]);
  });

  test("restart a gateway that does not take over changes by itself, after the time that was asked for", async ({
    home,
  }) => {
    home.writeConfig({});
    const { call, clock, told } = methodsOf(home, { config: { gateway: { reload: { mode: "off" } } } });
    const raw = '{"discovery":{"mdns":{"mode":"off"}}}';

    const { restart } = await call("config.apply", {
      raw,
      baseHash: hashOf(textOf(home)),
      restartDelayMs: 1_200,
    });
    clock.advance(1_199);
    const before = [...told];
    clock.advance(1);

    expect(restart).toMatchObject({ needed: true, delayMs: 1_200, reason: "config.apply" });
    expect(before).toEqual([expect.stringMatching(/^changed: /)]);
    expect(told.at(-1)).toBe("restart: asked for with config.apply");
  });

  test("keep the note in the conversation that is named", async ({ home }) => {
    home.writeConfig({});
    const { call, told } = methodsOf(home);
    const about = { note: "renamed", sessionKey: "main", baseHash: hashOf(textOf(home)) };

    const { sentinel } = await call("config.patch", { raw: '{"ui":{"seamColor":"#fff"}}', ...about });

    expect(told).toContain("note in agent:main:main: renamed");
    expect(sentinel).toMatchObject({
      path: null,
      payload: { kind: "config-apply", status: "ok", sessionKey: "main", message: "renamed" },
    });
  });
});

test.describe("config.schema", () => {
  test("tells what fits and what each key is for", async ({ home }) => {
    const { schema, uiHints, version } = (await methodsOf(home).call("config.schema")) as {
      schema: Record<string, unknown>;
      uiHints: Record<string, object>;
      version: string;
    };

    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { gateway: { properties: { port: { type: "integer", minimum: 1, maximum: 65_535 } } } },
    });
    expect(uiHints["gateway.auth.token"]).toMatchObject({
      label: "Token",
      group: "Gateway",
      sensitive: true,
    });
    expect(uiHints["gateway.trustedProxies"]).toMatchObject({ label: "Trusted proxies" });
    expect(uiHints["gateway.port"]).toMatchObject({ placeholder: "18789" });
    expect(version).not.toBe("");
  });
});
