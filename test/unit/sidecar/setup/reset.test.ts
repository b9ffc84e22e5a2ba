import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "@playwright/test";
import { resolveContext } from "../../../../sidecar/cli/invocation.ts";
import { deletionOf, performReset, planReset } from "../../../../sidecar/setup/reset.ts";
import type { ResetScope } from "../../../../sidecar/setup/reset-scopes.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { reads } from "../../../helpers/run/reads.ts";

const create = (home: TempHome, ...names: string[]) => {
  for (const name of names) {
    const path = join(home.path, name);
    mkdirSync(dirname(path), { recursive: true });
    if (name.endsWith("/")) mkdirSync(path, { recursive: true });
    else writeFileSync(path, "");
  }
};
const place = (home: TempHome, env: Record<string, string> = {}, profile?: string) =>
  resolveContext(profile === undefined ? {} : { profile }, { HOME: home.path, ...env }, "linux");
const plan = (home: TempHome, scope: ResetScope, env = {}, config = {}, profile?: string) => {
  const { targets, leftAlone } = planReset(scope, place(home, env, profile), config);
  const names = (list: typeof targets) => list.map(({ path }) => relative(home.path, path)).sort();
  return { targets: names(targets), leftAlone: names(leftAlone) };
};

test.describe("the plan of a reset", () => {
  test.beforeEach(({ home }) => {
    create(
      home,
      ...[".clawdbot/clawdbot.json", ".clawdbot/clawdbot.json.bak", ".clawdbot/clawdbot.json.bak.2"],
      ...[
        ".clawdbot/clawdbot.last-good.json",
        ".clawdbot/.env",
        ".clawdbot/credentials/",
        ".clawdbot/devices/",
      ],
      ...[
        ".clawdbot/agents/main/sessions/",
        ".clawdbot/agents/main/models.json",
        ".clawdbot/agents/two/sessions/",
      ],
      ...[".clawdbot/media/", ".clawdbot/logs/gateway.log", ".clawdbot/mine.txt", "clawd/", "projects/"],
    );
  });

  test("names the configuration with its copies", ({ home }) => {
    expect(plan(home, "config")).toEqual({
      targets: [
        ".clawdbot/clawdbot.json",
        ".clawdbot/clawdbot.json.bak",
        ".clawdbot/clawdbot.json.bak.2",
        ".clawdbot/clawdbot.last-good.json",
      ],
      leftAlone: [],
    });
  });

  test("adds credentials and chats of every agent, with their files", ({ home }) => {
    expect(plan(home, "config+creds+sessions").targets).toEqual([
      ".clawdbot/.env",
      ".clawdbot/agents/main/sessions",
      ".clawdbot/agents/two/sessions",
      ".clawdbot/clawdbot.json",
      ".clawdbot/clawdbot.json.bak",
      ".clawdbot/clawdbot.json.bak.2",
      ".clawdbot/clawdbot.last-good.json",
      ".clawdbot/credentials",
      ".clawdbot/devices",
      ".clawdbot/media",
    ]);
  });

  test("takes state and work directory whole, but none that was chosen in the configuration", ({ home }) => {
    const config = {
      agents: { defaults: { workspace: "~/projects" }, list: [{ workspace: join(home.path, "clawd") }] },
    };

    expect(plan(home, "full", {}, config)).toEqual({
      targets: [".clawdbot", "clawd"],
      leftAlone: ["projects"],
    });
  });

  test("takes only its own things out of a state directory that was chosen by hand", ({ home }) => {
    const env = { CLAWDBOT_STATE_DIR: join(home.path, ".clawdbot"), CLAWDBOT_PROFILE: "work" };

    const { targets } = plan(home, "full", env);

    expect(targets).not.toContain(".clawdbot");
    expect(targets).toContain(".clawdbot/logs");
    expect(targets).not.toContain(".clawdbot/mine.txt");
  });

  test("takes a configuration that lies elsewhere, and nothing beside it", ({ home }) => {
    create(home, "etc/my.json", "etc/other");
    const env = { CLAWDBOT_CONFIG_PATH: join(home.path, "etc", "my.json") };

    expect(plan(home, "full", env).targets).toEqual([".clawdbot", "clawd", "etc/my.json"]);
  });

  test("keeps the default profile out of the reset of another one", ({ home }) => {
    const context = place(home, {}, "work");
    const deletion = deletionOf(planReset("full", context, {}), context);

    expect(deletion.keep).toEqual([join(home.path, ".clawdbot"), join(home.path, "clawd")]);
    expect(deletion.roots.slice(0, 2)).toEqual([
      join(home.path, ".clawdbot-work"),
      join(home.path, "clawd-work"),
    ]);
  });
});

test.describe("performReset", () => {
  test("tells what went before the one that cannot be moved", async ({ home }) => {
    create(home, "first", "third");
    const targets = ["first", "second", "third"].map((name) => ({ path: join(home.path, name), what: name }));
    const trash = join(home.path, ".local", "share", "Trash", "files");

    const reset = performReset({ targets, leftAlone: [] }, place(home), Date.now());

    await expect(reset).rejects.toMatchObject({
      code: "TRASH_FAILED",
      message: [
        `${join(home.path, "second")} cannot be moved to the trash (ENOENT). Nothing more was done.`,
        "Moved before:",
        `  ${join(home.path, "first")} → ${join(trash, "first")}`,
      ].join("\n"),
      fix: reads(/yourself, then try again/),
      details: { moved: [{ path: join(home.path, "first"), kind: "trash" }] },
    });
    expect(readdirSync(home.path)).toContain("third");
  });
});
