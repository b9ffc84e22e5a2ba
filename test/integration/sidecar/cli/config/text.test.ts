import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { asking } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { runBuilt } from "../../../../helpers/process/run-built.ts";

const SECRETS = { MY_TOKEN: "s3cr3t-of-mine", BOT_TOKEN: "s3cr3t-of-bots" };
const cli = (home: TempHome, args: string[], env: Record<string, string> = SECRETS) =>
  runBuilt(args, { env: home.env(env) });
const written = (home: TempHome) => readFileSync(home.configFile, "utf8");

/** All that a writer could lose, with Windows line ends. */
const FILE = [
  "\uFEFF// mine",
  "{",
  "  'channels': { id: 233734246190153728, id: 233734246190153729, big: 1e400, n: [NaN, +1, .5, 0x10], },",
  "  gateway: {",
  "    mode: 'local', port: 1, // one",
  `    auth: { token: '${asking("MY_TOKEN")}' },`,
  "  },",
  "}",
  "",
].join("\r\n");

test.describe("config set and unset", () => {
  test("F2: change the text of one value and nothing else", async ({ home }) => {
    home.writeConfig(FILE);

    const set = await cli(home, ["config", "set", "gateway.port", "1234"]);
    const after = written(home);
    const unset = await cli(home, ["config", "unset", "gateway.port"]);

    const stamp = /\r\n {2}'?meta'?: \{\r\n(?: {4}.*\r\n)+ {2}\},/;
    expect([set, unset].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: "No gateway runs; it holds from the next start.\n" },
      { code: 0, stderr: "No gateway runs; it holds from the next start.\n" },
    ]);
    expect(after).toMatch(stamp);
    expect(after.replace(stamp, "")).toBe(FILE.replace("port: 1,", "port: 1234,"));
    expect(written(home).replace(stamp, "")).toBe(FILE.replace("port: 1, ", ""));
    expect(readFileSync(`${home.configFile}.bak.1`, "utf8")).toBe(FILE);
  });

  test("F2: keep the digits of a number that was typed", async ({ home }) => {
    home.writeConfig("{}");

    await cli(home, ["config", "set", "channels.x.chat", "233734246190153728"]);
    await cli(home, ["config", "set", "channels.x.chats", "[ 233734246190153728 ]"]);

    expect(written(home)).toContain('"chat": 233734246190153728,');
    expect(written(home)).toContain('"chats": [ 233734246190153728 ]');
  });

  test("F2: write into a file of comments, and say what is wrong with others that hold no object", async ({
    home,
  }) => {
    home.writeConfig("// nothing yet\n");
    const comments = await cli(home, ["config", "set", "gateway.mode", "local"]);
    const after = written(home);
    const refusals = [];
    for (const text of ["", "[1]", "5", "{ broken"]) {
      home.writeConfig(text);
      const { code, stderr } = await cli(home, ["config", "set", "gateway.mode", "local"]);
      refusals.push([code, stderr.split("\n")[1]?.trim(), written(home) === text]);
    }

    expect({ code: comments.code, stderr: comments.stderr }).toEqual({
      code: 0,
      stderr: "No gateway runs; it holds from the next start.\n",
    });
    expect(after).toMatch(/^\/\/ nothing yet\n\{\n {2}"gateway": \{\n {4}"mode": "local"\n {2}\},\n/);
    expect(refusals).toEqual([
      [1, "the file is empty", true],
      [1, "must be an object", true],
      [1, "must be an object", true],
      [1, "line 1, column 9: the text ends too early; a bracket or a quote is not closed", true],
    ]);
  });

  test("S7: change nothing that stands in an included file, and name it", async ({ home }) => {
    const included = join(home.stateDir, "more.json5");
    home.writeConfig("{ $include: './more.json5', gateway: { mode: 'local' } }");
    writeFileSync(included, "{ gateway: { port: 1, trustedProxies: ['10.0.0.1'] } } // shared");
    const before = [written(home), readFileSync(included, "utf8")];

    const set = await cli(home, ["config", "set", "gateway.port", "2"]);
    const unset = await cli(home, ["config", "unset", "gateway.port"]);
    const entry = await cli(home, ["config", "set", "gateway.trustedProxies.0", "10.0.0.2"]);
    const untouched = [written(home), readFileSync(included, "utf8")];
    const other = await cli(home, ["config", "set", "gateway.bind", "lan"]);

    expect([set.code, unset.code, entry.code, other.code]).toEqual([2, 2, 2, 0]);
    expect(set.stderr).toContain(`gateway.port stands in ${included}, which ${home.configFile} includes`);
    expect(untouched).toEqual(before);
    expect(written(home)).toContain("{ $include: './more.json5', gateway: { mode: 'local', bind: 'lan' }");
  });

  test("S7: keep the names of variables, and refuse one that is missing", async ({ home }) => {
    home.writeConfig(FILE);

    const set = await cli(home, ["config", "set", "hooks.token", asking("BOT_TOKEN")]);
    const missing = await cli(home, ["config", "set", "talk.x", asking("NOT_THERE")]);

    expect(set.code).toBe(0);
    expect(written(home)).toContain(`token: '${asking("BOT_TOKEN")}'`);
    expect(written(home)).not.toMatch(/s3cr3t/);
    expect({ code: missing.code, stderr: missing.stderr }).toEqual({
      code: 1,
      stderr: "Nothing was written: talk.x: the variable NOT_THERE is not set\n",
    });
  });

  test("S7: refuse a secret that only stands for one", async ({ home }) => {
    const { code, stderr } = await cli(home, ["config", "set", "gateway.auth.token", "changeme"]);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("gateway.auth.token: is only a placeholder that everybody knows"),
    });
  });
});

test.describe("config get", () => {
  test("S7: shows no value of a variable but the one that is asked for", async ({ home }) => {
    home.writeConfig({
      $include: "more.json5",
      gateway: { bind: asking("BIND"), auth: { token: asking("MY_TOKEN") } },
      channels: { x: { url: `https://x/${asking("BOT_TOKEN")}` } },
    });
    writeFileSync(join(home.stateDir, "more.json5"), "{ gateway: { port: 7 } }");
    const env = { ...SECRETS, BIND: "lan" };
    const get = async (...args: string[]) => (await cli(home, ["config", "get", ...args], env)).stdout;

    const all = [await get(), await get("--json"), await get("gateway.auth.token", "--json")].join("");
    const one = [await get("gateway.auth.token"), await get("gateway.bind"), await get("gateway.port")];

    expect(all).not.toMatch(/s3cr3t/);
    expect(all).toContain('"port": 7');
    expect(one).toEqual(["s3cr3t-of-mine\n", "lan\n", "7\n"]);
  });
});

test.describe("config validate", () => {
  test("S7: names the variables and files that are missing", async ({ home }) => {
    home.writeConfig(`{ $include: 'gone.json', gateway: { auth: { token: '${asking("MY_TOKEN")}' } } }`);

    const { code, stdout } = await cli(home, ["config", "validate"], {});

    expect(code).toBe(1);
    expect(stdout).toContain(
      `  $include: "gone.json" cannot be read: there is no file ${join(home.stateDir, "gone.json")}\n`,
    );
    expect(stdout).toContain("  gateway.auth.token: the variable MY_TOKEN is not set\n");
  });

  test("S11: shows some of many mistakes, and how many there are", async ({ home }) => {
    const gateway = Object.fromEntries(Array.from({ length: 16_000 }, (_, index) => [`k${index}`, 1]));
    home.writeConfig({ gateway });

    const { stdout } = await cli(home, ["config", "validate"]);
    const json = JSON.parse((await cli(home, ["config", "validate", "--json"])).stdout);

    expect(stdout.split("\n")).toHaveLength(23);
    expect(stdout).toContain("\n  and 15980 more\n");
    expect(json).toMatchObject({ more: 15_980, valid: false });
  });
});
