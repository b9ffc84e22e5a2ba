import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { runCli } from "../../../../helpers/process/cli.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";
import { startInTerminal } from "../../../../helpers/process/program.ts";
import { findProgram } from "../../../../helpers/run/desktop-needs.ts";

const cli = (home: TempHome, ...args: string[]) => runInProcess(args, { env: home.env() });
const written = (home: TempHome) => readFileSync(home.configFile, "utf8");
const copies = (home: TempHome) => readdirSync(home.stateDir).filter((name) => name.includes("edit-"));

test.describe("config set", () => {
  for (const [path, value, problem] of [
    [
      "agents.defaults.heartbeat.every",
      "often",
      'every: must be a duration such as 30m or 1h30m, got "often"',
    ],
    [
      "models.providers.home.api",
      "opanai",
      /home\.api: must be one of openai-completions, .*, got "opanai"$/,
    ],
    ["models.providers.home.baseUrl", "ftp://a.example", /baseUrl: must be a http:\/\/ .*, got "ftp:/],
    [
      "models.providers.a/b.api",
      "ollama",
      /providers\.a\/b: must be the name of a provider, .*, got "a\/b"$/,
    ],
    ["agents.defaults.humanDelay", "{minMs: 9, maxMs: 1}", /minMs: must not be more than maxMs/],
    ["agents.defaults.workspace", "file:///tmp", /workspace: must be the path of a file or folder, .*"file:/],
  ] as const) {
    test(`refuses ${value} for ${path} in one line, and changes nothing`, async ({ home }) => {
      home.writeConfig({ gateway: { mode: "local" } });
      const before = written(home);

      const { code, stdout, stderr } = await cli(home, "config", "set", path, value);
      const json = await cli(home, "config", "set", path, value, "--json");

      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.split("\n").filter((line) => /: must /.test(line))).toEqual([
        typeof problem === "string" ? expect.stringContaining(problem) : expect.stringMatching(problem),
      ]);
      expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "CONFIG_INVALID" } });
      expect(written(home)).toBe(before);
    });
  }

  test("takes a list of patterns, and says which of them is none", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local" } });

    const wrong = await cli(home, "config", "set", "messages.groupChat.mentionPatterns", '["("]');
    const right = await cli(home, "config", "set", "messages.groupChat.mentionPatterns", '["@?clawd"]');

    expect(wrong.code).toBe(0);
    expect(wrong.stderr).toContain(
      "messages.groupChat.mentionPatterns.0: this value does not count; the pattern is ignored",
    );
    expect(right).toMatchObject({ code: 0, stderr: expect.not.stringContaining("does not serve") });
  });
});

test.describe("config unset", () => {
  test("removes one value, keeps what nobody knows, and leaves a backup", async ({ home }) => {
    home.writeConfig({ gateway: { port: 1, mode: "local" }, theirs: { kept: true } });

    const { code, stdout } = await cli(home, "config", "unset", "gateway.port");

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `✓ gateway.port is removed from ${home.configFile}\n`,
    });
    expect(JSON.parse(written(home))).toEqual({
      gateway: { mode: "local" },
      theirs: { kept: true },
      meta: expect.any(Object),
    });
    expect(JSON.parse(readFileSync(`${home.configFile}.bak`, "utf8"))).toMatchObject({
      gateway: { port: 1 },
    });
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
  });

  test("says that there is nothing to remove", async ({ home }) => {
    home.writeConfig("{ gateway: {} } // mine");

    const { code, stderr } = await cli(home, "config", "unset", "gateway.port");
    const json = await cli(home, "config", "unset", "gateway.port", "--json");

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gateway.port is not set in ${home.configFile}\n`,
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(written(home)).toBe("{ gateway: {} } // mine");
  });

  test("takes mistakes out of a file one after the other", async ({ home }) => {
    home.writeConfig({ gateway: { prot: 1, bnid: "lan" } });

    const first = await cli(home, "config", "unset", "gateway.prot");
    const second = await cli(home, "config", "unset", "gateway.bnid", "--json");

    expect({ code: first.code, stderr: first.stderr }).toEqual({
      code: 0,
      stderr:
        'Warning: gateway.bnid: unknown key; did you mean "bind"?\nNo gateway runs; it holds from the next start.\n',
    });
    expect(JSON.parse(second.stdout)).toMatchObject({
      ok: true,
      path: "gateway.bnid",
      gateway: "not running",
    });
    expect((await cli(home, "config", "validate")).code).toBe(0);
  });
});

test.describe("config validate", () => {
  test("lists every finding with its path", async ({ home }) => {
    home.writeConfig({ gateway: { port: 0, bnid: "lan" }, logging: { level: "loud" } });

    const { code, stdout } = await cli(home, "config", "validate");
    const json = await cli(home, "config", "validate", "--json");

    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^✗ .*clawdbot\.json is invalid\n(?: {2}(gateway|logging)\..*\n){3}$/),
    });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      path: home.configFile,
      valid: false,
      issues: expect.arrayContaining([
        { path: "gateway.port", message: "must be at least 1, got 0" },
        { path: "gateway.bnid", message: 'unknown key; did you mean "bind"?' },
      ]),
      error: { type: "setup", code: "CONFIG_INVALID" },
    });
  });

  test("U4: names a section that nobody knows beside mistakes, and what to do without a file", async ({
    home,
  }) => {
    const missing = await cli(home, "config", "validate");
    home.writeConfig({ gateway: { port: 0 }, loging: { level: "debug" } });

    const invalid = await cli(home, "config", "validate");

    expect(missing.stderr).toContain("\nFix: clawdbot onboard\n");
    expect(invalid.stderr).toBe('Warning: loging: unknown key; did you mean "logging"?\n');
  });

  test("shows line and column of a syntax error", async ({ home }) => {
    home.writeConfig("{\n  gateway: { port: 1 ]\n}");

    const { stdout } = await cli(home, "config", "validate");
    const json = await cli(home, "config", "validate", "--json");

    expect(stdout).toContain("  line 2, column 22: ");
    expect(JSON.parse(json.stdout)).toMatchObject({ issues: [{ path: "", line: 2, column: 22 }] });
  });

  test("is content with a valid file, and warns of what it does not know", async ({ home }) => {
    home.writeConfig({ gatway: {} });

    const { code, stdout, stderr } = await cli(home, "config", "validate");
    const json = await cli(home, "config", "validate", "--json");

    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `✓ ${home.configFile} is valid\n`,
      stderr: 'Warning: gatway: unknown key; did you mean "gateway"?\n',
    });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      valid: true,
      issues: [],
      warnings: [{ path: "gatway" }],
    });
  });

  test("says that there is no file, and creates none", async ({ home }) => {
    const { code, stdout } = await cli(home, "config", "validate", "--json");

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "CONFIG_MISSING" } });
    expect(readdirSync(home.path)).toEqual([]);
  });
});

/** An editor that runs a line of shell on the file `$1`. */
const editor = (home: TempHome, script: string): string => {
  const path = join(home.path, "editor of mine");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return `'${path}'`;
};
const edit = (home: TempHome, script: string, args: string[] = [], variable = "EDITOR") =>
  runCli(["config", "edit", ...args], { env: home.env({ [variable]: editor(home, script) }) });

test.describe("config edit", () => {
  test.skip(process.platform === "win32", "the editors of this test are shell scripts");

  test("writes the text as it was typed, comments included, after a private copy was valid", async ({
    home,
  }) => {
    home.writeConfig("{ gateway: { port: 1 } } // mine");

    const { code, stdout } = await edit(home, 'stat -c %a "$1"; sed -i "s/port: 1/port: 2/" "$1"');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `600\n✓ ${home.configFile} is written; the previous one is ${home.configFile}.bak\n`,
    });
    expect(written(home)).toBe("{ gateway: { port: 2 } } // mine");
    expect(readFileSync(`${home.configFile}.bak`, "utf8")).toBe("{ gateway: { port: 1 } } // mine");
    expect(copies(home)).toEqual([]);
  });

  test("U9: opens the editor of the system for somebody at a terminal only", async ({ home }) => {
    home.writeConfig("{}");
    const env = home.env();

    const { code, stderr } = await runCli(["config", "edit"], { env });

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "config edit opens vi: run it in a terminal, or set VISUAL or EDITOR\n",
    });
    expect(copies(home)).toEqual([]);
  });

  test("prefers VISUAL, takes options in it, and keeps stdout one document with --json", async ({ home }) => {
    home.writeConfig("{}");
    const script = editor(home, 'echo noise; test "$1" = --wait && echo "{ gateway: {} }" > "$2"');
    const env = home.env({ VISUAL: `${script} --wait`, EDITOR: "false" });

    const { code, stdout, stderr } = await runCli(["config", "edit", "--json"], { env });

    expect({ code, stderr }).toEqual({ code: 0, stderr: "noise\n" });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      file: home.configFile,
      changed: true,
      gateway: "not running",
    });
    expect(written(home)).toBe("{ gateway: {} }\n");
  });

  test("starts from a local gateway where there is no file", async ({ home }) => {
    const { code } = await edit(home, 'cat "$1"');

    expect(code).toBe(0);
    expect(JSON.parse(written(home))).toEqual({ gateway: { mode: "local" } });
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
  });

  test("writes nothing when nothing was changed", async ({ home }) => {
    home.writeConfig("{} // mine");

    const { code, stdout } = await edit(home, "true");

    expect({ code, stdout }).toEqual({ code: 0, stdout: `✓ ${home.configFile} is unchanged\n` });
    expect(existsSync(`${home.configFile}.bak`)).toBe(false);
    expect(copies(home)).toEqual([]);
  });

  test("keeps a text that is not valid, and names its place", async ({ home }) => {
    home.writeConfig("{}");

    const { code, stderr } = await edit(home, 'echo "{ gateway: { prot: 1 } }" > "$1"');
    const [copy = ""] = copies(home);

    expect(code).toBe(1);
    expect(stderr).toContain('gateway.prot: unknown key; did you mean "port"?\n');
    expect(stderr).toContain(`Your text is kept in ${join(home.stateDir, copy)}\n`);
    expect(readFileSync(join(home.stateDir, copy), "utf8")).toBe("{ gateway: { prot: 1 } }\n");
    expect(written(home)).toBe("{}");
  });

  test("keeps the text when the editor fails, as JSON too", async ({ home }) => {
    home.writeConfig("{}");

    const { code, stdout } = await edit(home, 'echo "{ a: 1 }" > "$1"; exit 3', ["--json"]);

    const { error } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(error).toMatchObject({
      code: "EDIT_ABANDONED",
      message: expect.stringMatching(/^the editor \(.*\) ended with 3\nYour text is kept in /),
      copy: join(home.stateDir, copies(home)[0] ?? ""),
    });
    expect(written(home)).toBe("{}");
  });

  test("does not overwrite what another program wrote meanwhile", async ({ home }) => {
    home.writeConfig("{}");

    const { code, stderr } = await edit(
      home,
      `echo '{ "gateway": { "port": 7 } }' > "${home.configFile}"; echo "{ gateway: {} }" > "$1"`,
    );

    expect(code).toBe(1);
    expect(stderr).toContain(`${home.configFile} was changed by another program meanwhile\n`);
    expect(JSON.parse(written(home))).toEqual({ gateway: { port: 7 } });
    expect(readFileSync(join(home.stateDir, copies(home)[0] ?? ""), "utf8")).toBe("{ gateway: {} }\n");
  });

  test("offers to edit again in a terminal", async ({ home }) => {
    test.skip(findProgram("script") === undefined, "script (util-linux) is not installed");
    home.writeConfig("{}");
    // Breaks the file the first time and mends it the second.
    const script = editor(
      home,
      'if grep -q prot "$1"; then echo "{ gateway: { port: 5 } }" > "$1"; else echo "{ gateway: { prot: 5 } }" > "$1"; fi',
    );

    const terminal = startInTerminal(
      [process.execPath, LAUNCHER, "config", "edit"],
      home.env({ EDITOR: script }),
      "y\n",
    );
    const { code, stdout } = await terminal.ended;

    expect(stdout).toContain("Edit again? [Y/n] ");
    expect({ code, written: written(home) }).toEqual({ code: 0, written: "{ gateway: { port: 5 } }\n" });
  });
});
