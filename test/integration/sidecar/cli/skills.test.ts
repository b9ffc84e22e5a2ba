/** `clawdbot skills …`, which look at files and need no gateway. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import JSON5 from "json5";
import { skillText, writeSkill } from "../../../helpers/assistant/skills.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";

const skills = (home: TempHome, ...args: string[]) => runInProcess(["skills", ...args], { env: home.env() });
const documentOf = async (home: TempHome, ...args: string[]) =>
  JSON.parse((await skills(home, ...args, "--json")).stdout);
const own = (home: TempHome) => join(home.stateDir, "skills");
const workspace = (home: TempHome) => join(home.path, "clawd", "skills");
const NEEDS =
  'metadata: {clawdbot: {primaryEnv: GH_TOKEN, requires: {bins: [no-such-program], env: [GH_TOKEN]}, install: [{id: npm, kind: node, package: "@gh/cli", bins: [no-such-program]}]}}';

test.describe("skills list", () => {
  test("says what becomes of each, also in German", async ({ home }) => {
    home.writeConfig({ skills: { entries: { cooking: { enabled: false } }, allowBundled: ["weather"] } });
    writeSkill(own(home), "cooking");
    writeSkill(own(home), "github", skillText("github", NEEDS));
    writeSkill(workspace(home), "recipes");
    writeSkill(own(home), "bad", "no skill");

    const { code, stdout } = await skills(home, "list");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.trim().replace(/\s{2,}/g, ": "))).toEqual([
      "📅 calendar: not in skills.allowBundled",
      "cooking: switched off",
      "github: lacks the program no-such-program, the variable GH_TOKEN",
      "recipes: needs your word",
      expect.stringMatching(/system-report: not in skills\.allowBundled$/),
      expect.stringMatching(/weather: ready$/),
      "Files that cannot be used: 1. See clawdbot skills check",
      "",
    ]);
    const german = await runInProcess(["skills", "list"], { env: home.env({ LANG: "de_DE.UTF-8" }) });
    expect(german.stdout).toContain("wartet auf Ihre Freigabe");
    expect(german.stdout).toContain("es fehlt das Programm no-such-program, die Variable GH_TOKEN");
    const eligible = await documentOf(home, "list", "--eligible");
    expect(eligible.skills.map(({ name }: { name: string }) => name)).toEqual(["weather"]);
  });
});

test.describe("skills info", () => {
  test("shows what is missing and how to get it", async ({ home }) => {
    writeSkill(own(home), "github", skillText("github", `${NEEDS}\nhomepage: https://example.org`));

    const { stdout } = await skills(home, "info", "github");
    expect(stdout.split("\n")).toEqual([
      "github: lacks the program no-such-program, the variable GH_TOKEN",
      "  Knows all about github.",
      "  file: ~/.clawdbot/skills/github/SKILL.md",
      "  homepage: https://example.org",
      "  in a chat: /github",
      "  missing: the program no-such-program",
      "  missing: the variable GH_TOKEN",
      "  its key: clawdbot config set skills.entries.github.apiKey <key>",
      "  to install: npm install --global --ignore-scripts @gh/cli",
      "  do that: clawdbot skills install github",
      "",
    ]);
    expect(await documentOf(home, "info", "github")).toMatchObject({
      agentId: "main",
      missing: { bins: ["no-such-program"], env: ["GH_TOKEN"] },
    });
  });

  test("of a name that nobody has asks for a near one", async ({ home }) => {
    const { code, stderr } = await skills(home, "info", "wether");
    expect([code, stderr]).toEqual([1, 'There is no skill "wether"; did you mean "weather"?\n']);
  });
});

test("skills check names a broken file with its line, and ends with 1", async ({ home }) => {
  expect((await skills(home, "check")).code).toBe(0);
  const file = join(
    writeSkill(own(home), "bad", "---\nname: bad\nuser-invocable: perhaps\n---\n"),
    "SKILL.md",
  );

  const { code, stdout } = await skills(home, "check");
  expect(code).toBe(1);
  expect(stdout).toContain("Ready: calendar, system-report, weather");
  expect(stdout).toContain("~/.clawdbot/skills/bad/SKILL.md:2: it has no description");
  expect(await documentOf(home, "check")).toMatchObject({
    ok: false,
    problems: [{ file, message: "it has no description" }],
  });
});

test.describe("skills trust", () => {
  test("keeps a word until a file changes", async ({ home }) => {
    const folder = writeSkill(workspace(home), "recipes", undefined, { "run.sh": "echo" });
    const state = async () => (await documentOf(home, "info", "recipes")).trust;

    expect(await skills(home, "trust", "recipes")).toMatchObject({
      code: 2,
      stderr: "skills trust shows a skill and asks: pass --yes\n",
    });
    expect(await state()).toBe("new");
    expect(await documentOf(home, "trust", "recipes", "--yes")).toMatchObject({ ok: true, changed: true });
    expect(await state()).toBe("trusted");
    expect(await documentOf(home, "trust", "recipes", "--yes")).toMatchObject({ ok: true, changed: false });
    writeFileSync(join(folder, "run.sh"), "rm -rf ~");
    expect(await state()).toBe("changed");
  });

  test("shows on a terminal what it is for, and asks", async ({ home }) => {
    writeSkill(workspace(home), "recipes", skillText("recipes", NEEDS, "Salt it.\u001b[31m"), {
      "run.sh": "echo",
    });
    const terminal = openTerminal([process.execPath, LAUNCHER, "skills", "trust", "recipes"], {
      env: home.env(),
    });

    await terminal.waitFor(/Do you give your word for it, as it is\?/);
    for (const line of [
      "Folder: ~/clawd/skills/recipes",
      "GH_TOKEN",
      "no-such-program",
      "run.sh",
      "Salt it.",
    ])
      expect(terminal.text()).toContain(line);
    terminal.type("y");
    terminal.press("Enter");
    expect(await terminal.ended()).toBe(0);
    terminal.close();
    expect((await documentOf(home, "info", "recipes")).trust).toBe("trusted");
  });
});

test("skills disable and enable write what the configuration says, also of a key with a dot", async ({
  home,
}) => {
  writeSkill(own(home), "a.b");
  const entry = () => JSON5.parse(readFileSync(home.configFile, "utf8")).skills.entries["a.b"];

  expect((await skills(home, "disable", "a.b")).code).toBe(0);
  expect(entry()).toEqual({ enabled: false });
  expect((await documentOf(home, "check")).notReady).toEqual([{ name: "a.b", why: "switched off" }]);
  expect(await documentOf(home, "enable", "a.b")).toMatchObject({ ok: true, key: "a.b", enabled: true });
  expect(entry()).toEqual({ enabled: true });
});

test.describe("skills install", () => {
  test("shows the command before it runs it, and only with a word", async ({ home }) => {
    const bin = join(home.path, "bin");
    mkdirSync(bin);
    const script = [
      "#!/bin/sh",
      'echo "npm $*"',
      `printf '#!/bin/sh\\n' > "${join(bin, "no-such-program")}"`,
      `chmod 755 "${join(bin, "no-such-program")}"`,
    ];
    writeFileSync(join(bin, "npm"), script.join("\n"));
    chmodSync(join(bin, "npm"), 0o755);
    writeSkill(own(home), "github", skillText("github", NEEDS));
    const env = home.env({ PATH: `${bin}:/usr/bin:/bin` });
    const install = (...args: string[]) => runInProcess(["skills", "install", "github", ...args], { env });

    const asked = await install();
    expect(asked).toMatchObject({ code: 2, stderr: "skills install shows a command and asks: pass --yes\n" });
    expect(asked.stdout).toBe("To be carried out: npm install --global --ignore-scripts @gh/cli\n");
    const done = await install("--yes", "--json");
    expect(JSON.parse(done.stdout)).toMatchObject({
      ok: true,
      message: "Installed",
      stdout: "npm install --global --ignore-scripts @gh/cli\n",
      code: 0,
    });
    expect((await install("--yes", "--id", "other")).stderr).toContain(
      'github has no way "other"; there is npm',
    );
  });

  test("of one without the owner's word is refused", async ({ home }) => {
    writeSkill(workspace(home), "github", skillText("github", NEEDS));
    const { code, stderr } = await skills(home, "install", "github", "--yes");
    expect([code, stderr]).toEqual([1, "github needs your word first: clawdbot skills trust github\n"]);
  });
});
