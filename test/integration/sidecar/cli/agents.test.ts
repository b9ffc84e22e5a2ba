/** `clawdbot agents …`, which read and write the configuration. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import JSON5 from "json5";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";

const agents = (home: TempHome, ...args: string[]) => runInProcess(["agents", ...args], { env: home.env() });
const configOf = (home: TempHome) => JSON5.parse(readFileSync(home.configFile, "utf8"));

test.describe("agents list", () => {
  test("knows the one agent that is there without a configuration", async ({ home }) => {
    const { code, stdout } = await agents(home, "list");

    expect({ code, stdout }).toEqual({ code: 0, stdout: "main (default)\n  work directory: ~/clawd\n" });
  });

  test("shows name, model and bindings of each, and the same as a document", async ({ home }) => {
    home.writeConfig({
      agents: {
        list: [
          { id: "main", identity: { name: "Wanda", emoji: "🦉" } },
          { id: "work", default: true, workspace: "~/w", model: "openai/gpt-6-sol" },
        ],
      },
      bindings: [{ agentId: "Work", match: { channel: "signal" } }],
    });

    const { stdout } = await agents(home, "list");
    const json = await agents(home, "list", "--json");

    expect(stdout).toBe(
      [
        "work (default)",
        "  work directory: ~/w",
        "  model: openai/gpt-6-sol",
        "  bindings: 1",
        "main: 🦉 Wanda",
        "  work directory: ~/clawd-main",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(json.stdout)).toEqual({
      agents: [
        {
          id: "work",
          default: true,
          identity: {},
          workspace: join(home.path, "w"),
          model: "openai/gpt-6-sol",
          bindings: 1,
        },
        {
          id: "main",
          default: false,
          identity: { name: "Wanda", emoji: "🦉" },
          workspace: join(home.path, "clawd-main"),
          bindings: 0,
        },
      ],
    });
  });
});

test.describe("agents add", () => {
  test("writes the agent beside the one that was there, and makes its work directory", async ({ home }) => {
    const { code, stdout } = await agents(home, "add", "work", "--name", "Wanda");

    expect(code).toBe(0);
    expect(stdout).toContain('✓ The agent "work" is added in ');
    expect(stdout).toContain("It works in ~/clawd-work, which was made.\n");
    expect(stdout).toContain("clawdbot agent --agent work --message hi");
    expect(configOf(home).agents.list).toEqual([
      { id: "main", default: true },
      { id: "work", name: "Wanda" },
    ]);
    expect(existsSync(join(home.path, "clawd-work", "AGENTS.md"))).toBe(true);
  });

  test("keeps the text of the file, comments in the list included", async ({ home }) => {
    home.writeConfig({});
    const before = "{\n  agents: {\n    list: [\n      // mine\n      { id: 'home' },\n    ],\n  },\n}\n";
    writeFileSync(home.configFile, before);

    const { stdout } = await agents(home, "add", "work", "--model", "local/echo", "--json");

    const after = readFileSync(home.configFile, "utf8");
    expect(after).toContain("      // mine\n      { id: 'home' },\n");
    expect(configOf(home).agents.list).toEqual([{ id: "home" }, { id: "work", model: "local/echo" }]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      id: "work",
      workspace: join(home.path, "clawd-work"),
      gateway: "not running",
    });
  });

  for (const [named, said] of [
    ["Work Stuff", '"Work Stuff" is no name for an agent'],
    ["-x", "-x"],
    ["ä", '"ä" is no name for an agent'],
    ["a".repeat(65), "is no name for an agent"],
    ["main", 'There is an agent "main" already'],
  ] as const) {
    test(`refuses the name ${named.slice(0, 20)} and leaves nothing`, async ({ home }) => {
      const { code, stderr } = await agents(home, "add", named);

      expect(code).toBe(2);
      expect(stderr).toContain(said);
      expect(existsSync(home.configFile)).toBe(false);
    });
  }

  test("writes nothing where the work directory cannot be made", async ({ home }) => {
    writeFileSync(join(home.path, "taken"), "");

    const { code, stderr } = await agents(home, "add", "work", "--workspace", "~/taken/here");

    expect(code).toBe(1);
    expect(stderr).toContain("Cannot use the work directory");
    expect(stderr).toContain("choose another: --workspace <path>");
    expect(existsSync(home.configFile)).toBe(false);
  });

  test("refuses a model that means nothing, and leaves nothing", async ({ home }) => {
    const { code, stderr } = await agents(home, "add", "work", "--model", "nonsense");

    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('"nonsense"') });
    expect(existsSync(home.configFile)).toBe(false);
    expect(existsSync(join(home.path, "clawd-work"))).toBe(false);
  });
});

test.describe("agents delete", () => {
  test("takes the agent out with its bindings, keeps its files and says where they are", async ({ home }) => {
    await agents(home, "add", "work");
    const config = configOf(home);
    home.writeConfig({
      ...config,
      bindings: [
        { agentId: "work", match: { channel: "signal" } },
        { agentId: "main", match: { channel: "telegram" } },
        { agentId: "WORK", match: { channel: "discord" } },
      ],
    });

    const { code, stdout } = await agents(home, "delete", "work", "--yes");

    expect(code).toBe(0);
    expect(stdout).toContain("Its work directory stays: ~/clawd-work. Its conversations stay as well.\n");
    expect(configOf(home)).toMatchObject({
      agents: { list: [{ id: "main", default: true }] },
      bindings: [{ agentId: "main", match: { channel: "telegram" } }],
    });
    expect(existsSync(join(home.path, "clawd-work", "AGENTS.md"))).toBe(true);
  });

  test("says who answers when the default one goes", async ({ home }) => {
    home.writeConfig({ agents: { list: [{ id: "a" }, { id: "b" }] } });

    const { stdout } = await agents(home, "delete", "a", "--force");

    expect(stdout).toContain('"b" answers now where no agent is named.\n');
  });

  test("gives whoever answers then the directory of nobody else", async ({ home }) => {
    await agents(home, "add", "work");
    await agents(home, "add", "own", "--workspace", "~/mine");
    const { stdout } = await agents(home, "delete", "main", "--yes");
    const listed = await agents(home, "list");

    expect(stdout).toContain("Its work directory stays: ~/clawd.");
    expect(listed.stdout).toBe(
      "work (default)\n  work directory: ~/clawd-work\nown\n  work directory: ~/mine\n",
    );
    await agents(home, "delete", "work", "--yes");
    expect((await agents(home, "list")).stdout).toBe("own (default)\n  work directory: ~/mine\n");
  });

  test("keeps the directory of a default one that stands behind others", async ({ home }) => {
    home.writeConfig({ agents: { list: [{ id: "a" }, { id: "b", default: true }] } });
    const before = JSON.parse((await agents(home, "list", "--json")).stdout).agents;
    await agents(home, "delete", "b", "--yes");
    const [after] = JSON.parse((await agents(home, "list", "--json")).stdout).agents;

    expect(after).toMatchObject({ id: "a", workspace: before[1].workspace });
  });

  test("refuses an unknown one with those there are, the only one, and to go on without being asked", async ({
    home,
  }) => {
    home.writeConfig({ agents: { list: [{ id: "a" }, { id: "b" }] } });

    expect(await agents(home, "delete", "c", "--yes")).toMatchObject({
      code: 1,
      stderr: 'There is no agent "c"; there is "a", "b"\n',
    });
    expect(await agents(home, "delete", "a")).toMatchObject({
      code: 2,
      stderr: "agents delete asks before it takes an agent out: pass --yes\n",
    });
    await agents(home, "delete", "a", "--yes");
    expect(await agents(home, "delete", "b", "--yes")).toMatchObject({
      code: 2,
      stderr: '"b" is the only agent; add another one first\n',
    });
  });

  test("asks on a terminal, and no is the answer of the Enter key", async ({ home }) => {
    home.writeConfig({ agents: { list: [{ id: "a" }, { id: "b" }] } });
    const before = readFileSync(home.configFile, "utf8");

    const terminal = openTerminal([process.execPath, LAUNCHER, "agents", "delete", "b"], {
      env: home.env(),
    });
    try {
      await terminal.waitFor(/Take the agent "b" out of the configuration\?/);
      terminal.press("Enter");
      await terminal.ended();
    } finally {
      terminal.close();
    }

    expect(readFileSync(home.configFile, "utf8")).toBe(before);
  });
});

test.describe("agents set-identity", () => {
  test("says who the default agent is, and keeps what was said before", async ({ home }) => {
    await agents(home, "set-identity", "--name", "Wanda", "--emoji", "🦉");
    expect(configOf(home).agents.list).toEqual([{ id: "main", identity: { name: "Wanda", emoji: "🦉" } }]);

    const { stdout } = await agents(
      home,
      "set-identity",
      "main",
      "--emoji",
      "🦊",
      "--theme",
      "dry",
      "--json",
    );

    expect(configOf(home).agents.list).toEqual([
      { id: "main", identity: { name: "Wanda", emoji: "🦊", theme: "dry" } },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ id: "main", identity: { name: "Wanda", theme: "dry" } });
  });

  test("points out a picture that is not there, and wants something to say", async ({ home }) => {
    const { code, stderr } = await agents(home, "set-identity", "--avatar", "face.png");
    expect(code).toBe(0);
    expect(stderr).toContain('No picture is at "face.png" yet; it belongs into ~/clawd.\n');

    expect(await agents(home, "set-identity")).toMatchObject({
      code: 2,
      stderr: "Say what it is to be: --name, --emoji, --theme or --avatar\n",
    });
  });
});
