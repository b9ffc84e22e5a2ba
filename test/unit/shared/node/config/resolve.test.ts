import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { type ConfigReading, configError, readConfig } from "../../../../../shared/node/config-source.ts";
import { readConfigObject } from "../../../../../shared/node/gateway/loose-config.ts";
import type { Environment } from "../../../../../shared/node/paths.ts";
import { english } from "../../../../../shared/remedy.ts";
import { asking } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

/** Writes files beside the configuration, each as JSON or as text. */
function write(home: TempHome, files: Record<string, object | string>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(home.stateDir, name);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
  }
}

function read(home: TempHome, env: Environment = {}): ConfigReading {
  return readConfig(home.configFile, env);
}

const valuesOf = (reading: ConfigReading) => (reading.state === "valid" ? reading.config : reading);
const issuesOf = (reading: ConfigReading) =>
  reading.state === "invalid"
    ? reading.issues.map((issue) => ({ ...issue, message: english(issue.message) }))
    : reading.state;

test.describe("variables in a configuration", () => {
  test("S7: take the place of their names, anywhere in a text and in lists", async ({ home }) => {
    const env = { MY_TOKEN: "s3cr3t", HOST: "home", N: "1" };
    home.writeConfig({
      gateway: {
        auth: { token: asking("MY_TOKEN") },
        remote: { url: `wss://${asking("HOST")}:${asking("N")}` },
      },
      tools: { list: [asking("HOST"), { x: `a${asking("N")}b${asking("N")}` }] },
    });

    const expected = {
      gateway: { auth: { token: "s3cr3t" }, remote: { url: "wss://home:1" } },
      tools: { list: ["home", { x: "a1b1" }] },
    };
    expect(valuesOf(read(home, env))).toEqual(expected);
    expect(await readConfigObject(home.configFile, env)).toEqual(expected);
  });

  test("S7: are written as text behind a second dollar sign, and nothing else is one", ({ home }) => {
    const others = { a: asking("lower"), b: "$HOME", c: asking("A-B"), d: asking(""), e: "$$", f: "$" };
    home.writeConfig({ gateway: { auth: { token: `pa$${asking("SS")}word` } }, talk: others });

    expect(valuesOf(read(home, { SS: "wrong", lower: "wrong" }))).toEqual({
      gateway: { auth: { token: `pa${asking("SS")}word` } },
      talk: others,
    });
  });

  test("S7: that are missing or empty refuse the configuration, naming key and variable", async ({
    home,
  }) => {
    home.writeConfig({
      gateway: { mode: "local", auth: { token: asking("MY_TOKEN") } },
      channels: { x: { keys: ["a", `b ${asking("EMPTY")}`] } },
    });

    const reading = read(home, { EMPTY: " " });

    expect(issuesOf(reading)).toEqual([
      { path: "gateway.auth.token", message: "the variable MY_TOKEN is not set" },
      { path: "channels.x.keys.1", message: "the variable EMPTY is empty" },
    ]);
    expect(reading.state === "invalid" ? configError(reading).message : "").toContain(
      "gateway.auth.token: the variable MY_TOKEN is not set",
    );
    // Whoever only looks for the secret finds none: the text that stands for it is no secret.
    expect(await readConfigObject(home.configFile, {})).toMatchObject({
      gateway: { mode: "local", auth: {} },
    });
  });

  test("S7: with a name that is none are refused where a secret is meant", ({ home }) => {
    home.writeConfig({
      gateway: { auth: { token: `x-${asking("my_token")}` } },
      talk: { x: asking("lower") },
    });

    expect(issuesOf(read(home, { my_token: "x" }))).toEqual([
      {
        path: "gateway.auth.token",
        message: '"my_token" in braces is no name of a variable: those have capital letters, digits and _',
      },
    ]);
  });

  test("S7: of the section env count where the environment says nothing, each for the next", ({ home }) => {
    home.writeConfig({
      env: {
        DIRECT: "d",
        shellEnv: { enabled: true },
        vars: { A: "one", B: `${asking("A")}-two`, HOME: "/evil" },
      },
      gateway: {
        auth: { token: `${asking("B")}-${asking("DIRECT")}` },
        remote: { password: asking("A") },
      },
    });

    const reading = read(home, { A: "mine" });

    expect(valuesOf(reading)).toMatchObject({
      gateway: { auth: { token: "mine-two-d" }, remote: { password: "mine" } },
    });
    expect(reading).toMatchObject({
      variables: { own: { DIRECT: "d", B: "mine-two" }, used: ["A", "B", "DIRECT"] },
    });
  });

  test("S7: of ours in the section env are as if they stood in their own place", async ({ home }) => {
    home.writeConfig({
      env: { vars: { CLAWDBOT_GATEWAY_TOKEN: "from-env", CLAWDBOT_GATEWAY_PORT: "1234" } },
      gateway: { mode: "local" },
    });

    const expected = { gateway: { mode: "local", port: 1234, auth: { token: "from-env" } } };
    expect(valuesOf(read(home))).toMatchObject(expected);
    expect(await readConfigObject(home.configFile, {})).toMatchObject(expected);
  });

  test("S7: stay names in what stands in the file", ({ home }) => {
    home.writeConfig({ gateway: { auth: { token: asking("T") } } });

    expect(read(home, { T: "secret" })).toMatchObject({
      parsed: { gateway: { auth: { token: asking("T") } } },
      merged: { gateway: { auth: { token: asking("T") } } },
      resolved: { gateway: { auth: { token: "secret" } } },
    });
  });

  test("S7: can be spelled with escapes", ({ home }) => {
    home.writeConfig('{ "gateway": { "auth": { "token": "\\u0024{T}" } } }');

    expect(valuesOf(read(home, { T: "secret" }))).toMatchObject({ gateway: { auth: { token: "secret" } } });
  });
});

test.describe("files that a configuration includes", () => {
  test("S7: come before what stands beside them, the later over the earlier, lists joined", async ({
    home,
  }) => {
    write(home, {
      "clawdbot.json": {
        $include: ["./a.json5", "sub.json"],
        gateway: { port: 3, trustedProxies: ["10.0.0.3"] },
      },
      "a.json5":
        "// first\n{ gateway: { port: 1, bind: 'lan', trustedProxies: ['10.0.0.1'] }, logging: { level: 'debug' } }",
      "sub.json": { gateway: { port: 2, mode: "local", trustedProxies: ["10.0.0.2"] } },
    });

    const expected = {
      gateway: {
        port: 3,
        bind: "lan",
        mode: "local",
        trustedProxies: ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
      },
      logging: { level: "debug" },
    };
    expect(valuesOf(read(home))).toEqual(expected);
    expect(await readConfigObject(home.configFile, {})).toEqual(expected);
    expect(read(home)).toMatchObject({ parsed: { $include: ["./a.json5", "sub.json"] } });
  });

  test("S7: stand inside of objects and of each other, relative to the file that names them", ({ home }) => {
    write(home, {
      "clawdbot.json": { gateway: { $include: "more/gateway.json", mode: "local" } },
      "more/gateway.json": { $include: "./auth.json", port: 5 },
      "more/auth.json": { auth: { token: asking("T") } },
    });

    expect(valuesOf(read(home, { T: "secret" }))).toEqual({
      gateway: { mode: "local", port: 5, auth: { token: "secret" } },
    });
  });

  test("S7: change the fingerprint, and not the hash of the file", ({ home }) => {
    write(home, { "clawdbot.json": { $include: "a.json" }, "a.json": { talk: 1 } });
    const before = read(home);

    write(home, { "a.json": { talk: 2 } });
    const after = read(home);

    expect(after.hash).toBe(before.hash);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    write(home, { "clawdbot.json": { talk: 1 } });
    expect(read(home).fingerprint).toBe(read(home).hash);
  });

  const refusals: [what: string, files: Record<string, object | string>, message: RegExp][] = [
    ["a file that is not there", {}, /^"a\.json" cannot be read: there is no file .*a\.json$/],
    ["one that is no object", { "a.json": "[1]" }, /^"a\.json" must hold an object \(.*\)$/],
    [
      "one that cannot be parsed",
      { "a.json": "{ a: " },
      /^"a\.json" cannot be parsed: line 1, column 6: the text ends too early; a bracket or a quote is not closed \(.*\)$/,
    ],
    [
      "one that is nested without end",
      { "a.json": "[".repeat(200_000) },
      /is nested deeper than 100 levels \(/,
    ],
    [
      "a circle",
      { "a.json": { $include: "./clawdbot.json" } },
      /includes itself: .* → .*a\.json → .*clawdbot\.json$/,
    ],
  ];
  for (const [what, files, message] of refusals) {
    test(`S7: refuse ${what}, naming place and file`, async ({ home }) => {
      write(home, { "clawdbot.json": { gateway: { $include: "a.json" } }, ...files });

      expect(issuesOf(read(home))).toEqual([
        { path: "gateway.$include", message: expect.stringMatching(message) },
      ]);
      expect(await readConfigObject(home.configFile, {})).toBeUndefined();
    });
  }

  test("S7: refuse what is no path, and chains without end", ({ home }) => {
    home.writeConfig({ $include: 7 });
    expect(issuesOf(read(home))).toEqual([
      { path: "$include", message: "must be the path of a file, or a list of such paths" },
    ]);

    const chain = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`${index}.json`, { $include: `${index + 1}.json` }]),
    );
    write(home, { "clawdbot.json": { $include: "0.json" }, ...chain });
    expect(issuesOf(read(home))).toMatchObject([
      { message: '"10.json" is included through more than 10 files' },
    ]);
  });

  test("S11: are not multiplied by including each other again and again", ({ home }) => {
    const doubled = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => {
        const next = `${index + 1}.json`;
        return [`${index}.json`, index === 9 ? { talk: ["x"] } : { $include: [next, next] }];
      }),
    );
    write(home, { "clawdbot.json": { $include: "0.json" }, ...doubled });

    const reading = read(home);

    expect(JSON.stringify(issuesOf(reading))).toContain("is one of more than 64 included files");
    expect(reading.state === "invalid" ? reading.includes.length : 0).toBeLessThan(200);
  });

  test("S7: are named when a value of theirs is wrong", ({ home }) => {
    write(home, { "clawdbot.json": { $include: "a.json" }, "a.json": { gateway: { port: 0 } } });

    expect(issuesOf(read(home))).toEqual([
      { path: "gateway.port", message: `must be at least 1, got 0 (in ${join(home.stateDir, "a.json")})` },
    ]);
  });

  test("S7: keep a key __proto__ from reaching a prototype", ({ home }) => {
    write(home, {
      "clawdbot.json": { $include: "a.json", talk: { x: 1 } },
      "a.json": '{ "talk": { "__proto__": { "polluted": true } }, "__proto__": { "polluted": true } }',
    });

    const reading = read(home);

    expect(reading).toMatchObject({ state: "valid", warnings: [{ path: "__proto__" }] });
    expect({}).not.toHaveProperty("polluted");
    expect(reading.state === "valid" ? reading.config.talk : {}).not.toHaveProperty("polluted");
  });
});

test.describe("who may write an included file", () => {
  test.skip(process.getuid?.() !== 0, "only root can give files to others");
  const STRANGER = 65_534;

  test("S7: is nobody else, inside or outside of the directory", ({ home }) => {
    const outside = join(home.path, "outside.json");
    writeFileSync(outside, "{}", { mode: 0o644 });
    write(home, { "clawdbot.json": { $include: [outside, "inside.json"] }, "inside.json": {} });
    expect(read(home).state).toBe("valid");

    for (const file of [outside, join(home.stateDir, "inside.json")]) chownSync(file, STRANGER, STRANGER);

    expect(issuesOf(read(home))).toMatchObject([
      { path: "$include", message: expect.stringContaining(`belongs to another user (uid ${STRANGER})`) },
      { path: "$include", message: expect.stringContaining(`belongs to another user (uid ${STRANGER})`) },
    ]);
  });

  test("S7: is whoever owns the configuration, when root reads it", ({ home }) => {
    write(home, { "clawdbot.json": { $include: "a.json" }, "a.json": {} });
    for (const name of ["clawdbot.json", "a.json"]) chownSync(join(home.stateDir, name), STRANGER, STRANGER);

    expect(read(home).state).toBe("valid");
  });

  test("S7: is nobody who may change it from outside of the directory, by a link or not", ({ home }) => {
    const outside = join(home.path, "outside.json");
    writeFileSync(outside, "{}");
    chmodSync(outside, 0o666);
    write(home, { "clawdbot.json": { $include: "link.json" } });
    symlinkSync(outside, join(home.stateDir, "link.json"));

    expect(issuesOf(read(home))).toMatchObject([
      { message: expect.stringMatching(/^"link\.json" can be changed by other users, outside of /) },
    ]);
  });
});
