import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import {
  assertDeletable,
  type Deletion,
  describeUnsaved,
  findUnsavedWork,
} from "../../../../sidecar/setup/deletion-guard.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

/** A dev profile beside a production one. */
function profile(home: TempHome): Deletion & { stateDir: string; workspaceDir: string } {
  const at = (...parts: string[]) => join(home.path, ...parts);
  for (const folder of [".clawdbot", ".clawdbot-dev/agents/main/sessions", "clawd", "clawd-dev"])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(".clawdbot-dev", "clawdbot.json"), "{}");
  const [stateDir, workspaceDir] = [at(".clawdbot-dev"), at("clawd-dev")];
  return {
    targets: [],
    roots: [stateDir, workspaceDir],
    keep: [at(".clawdbot"), at("clawd")],
    home: home.path,
    stateDir,
    workspaceDir,
  };
}

test.describe("the interlock of deletion", () => {
  test("lets pass what belongs to the profile, there or not", ({ home }) => {
    const dev = profile(home);
    const { stateDir, workspaceDir } = dev;
    const targets = [
      stateDir,
      workspaceDir,
      join(stateDir, "clawdbot.json"),
      join(stateDir, "agents", "main", "sessions"),
      join(stateDir, "absent", "too"),
    ];

    expect(() => assertDeletable({ ...dev, targets })).not.toThrow();
  });

  const traps: [what: string, target: (home: TempHome) => string, reason: RegExp][] = [
    ["the root of the file system", () => "/", /is the root of a file system/],
    ["the home directory", (home) => home.path, /is the home directory or holds it/],
    ["a directory around the home", (home) => join(home.path, ".."), /is no plain absolute path|holds it/],
    ["a relative path", () => "clawd-dev", /no plain absolute path/],
    ["a path with dots", (home) => `${home.path}/clawd-dev/../clawd`, /no plain absolute path/],
    ["the production state", (home) => join(home.path, ".clawdbot"), /belongs to another profile/],
    [
      "a file of the production state",
      (home) => join(home.path, ".clawdbot", "x"),
      /belongs to another profile/,
    ],
    ["the production work directory", (home) => join(home.path, "clawd"), /belongs to another profile/],
    ["something else in the home", (home) => join(home.path, "Documents"), /lies outside/],
    ["a name that only begins alike", (home) => join(home.path, ".clawdbot-dev2"), /lies outside/],
  ];
  for (const [what, target, reason] of traps) {
    test(`refuses ${what}, even where it is called the root`, ({ home }) => {
      const dev = profile(home);
      const path = target(home);

      for (const roots of [dev.roots, [...dev.roots, path]]) {
        if (roots !== dev.roots && /outside/.test(reason.source)) continue;
        expect(() => assertDeletable({ ...dev, roots, targets: [path] })).toThrow(reason);
      }
    });
  }

  test("refuses a state directory that is a link, wherever it leads", ({ home }) => {
    const dev = profile(home);
    const link = join(home.path, ".clawdbot-link");
    const elsewhere = join(home.path, "elsewhere");
    mkdirSync(elsewhere);
    for (const [index, destination] of [join(home.path, ".clawdbot"), elsewhere, "/"].entries()) {
      const path = `${link}-${index}`;
      symlinkSync(destination, path);

      for (const target of [path, join(path, "clawdbot.json")]) {
        expect(() => assertDeletable({ ...dev, roots: [path], targets: [target] })).toThrow(
          expect.objectContaining({ code: "PATH_PROTECTED" }),
        );
      }
    }
  });

  test("refuses what is reached through a link inside the state directory", ({ home }) => {
    const dev = profile(home);
    symlinkSync(join(home.path, "clawd"), join(dev.stateDir, "credentials"));
    const outside = join(home.path, "outside");
    mkdirSync(outside);
    symlinkSync(outside, join(dev.stateDir, "linked"));

    for (const [target, reason] of [
      [join(dev.stateDir, "credentials"), /is a symbolic link; remove it yourself/],
      [join(dev.stateDir, "credentials", "x"), /belongs to another profile/],
      [join(dev.stateDir, "linked", "x"), /a symbolic link on the way leads to/],
    ] as const) {
      expect(() => assertDeletable({ ...dev, targets: [target] })).toThrow(reason);
    }
  });

  test("refuses everything where the state directory is the home directory itself", ({ home }) => {
    const dev = profile(home);
    const target = join(home.path, "logs");

    expect(() => assertDeletable({ ...dev, keep: [], roots: [home.path], targets: [target] })).toThrow(
      /is the home directory or holds it/,
    );
  });

  test("does not mind links above the home", ({ home }) => {
    const dev = profile(home);
    const alias = `${home.path}-alias`;
    symlinkSync(home.path, alias);
    const stateDir = join(alias, ".clawdbot-dev");

    expect(() =>
      assertDeletable({ ...dev, home: alias, roots: [stateDir], targets: [stateDir] }),
    ).not.toThrow();
    const production = join(alias, ".clawdbot");
    expect(() =>
      assertDeletable({ ...dev, home: alias, roots: [production], targets: [production] }),
    ).toThrow(/belongs to another profile/);
  });
});

test.describe("work that is not committed", () => {
  const git = findProgram("git");
  test.skip(git === undefined, "git is not installed");

  const repository = (home: TempHome, path: string) => {
    mkdirSync(path, { recursive: true });
    const run = (...args: string[]) =>
      execFileSync("git", ["-C", path, "-c", "user.name=x", "-c", "user.email=x@example.org", ...args], {
        env: home.env(),
        stdio: "pipe",
      });
    run("init", "-q");
    writeFileSync(join(path, "notes.md"), "one\n");
    run("add", ".");
    run("commit", "-q", "-m", "one");
    return path;
  };

  test("is found in a target and below it, and committed work is none", async ({ home }) => {
    const target = join(home.path, "clawd-dev");
    const clean = repository(home, target);
    const dirty = repository(home, join(target, "projects", "den"));
    writeFileSync(join(dirty, "notes.md"), "two\n");
    writeFileSync(join(dirty, "new.md"), "three\n");
    writeFileSync(join(clean, ".gitignore"), "projects\n");
    execFileSync("git", ["-C", clean, "add", ".gitignore"], { env: home.env() });
    execFileSync(
      "git",
      ["-C", clean, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "two"],
      { env: home.env() },
    );

    const unsaved = await findUnsavedWork([target], home.env());

    expect(unsaved).toEqual([{ repository: dirty, changes: 2 }]);
    expect(unsaved.map(describeUnsaved)).toEqual([`${dirty} is a git repository with 2 uncommitted changes`]);
  });

  test("is not looked for in what the environment names, nor behind links", async ({ home }) => {
    const target = join(home.path, "clawd-dev");
    const elsewhere = repository(home, join(home.path, "elsewhere"));
    writeFileSync(join(elsewhere, "new.md"), "");
    repository(home, target);
    symlinkSync(elsewhere, join(home.path, "linked"));
    mkdirSync(join(home.path, "other"));
    symlinkSync(elsewhere, join(home.path, "other", "link"));

    const env = home.env({ GIT_DIR: join(elsewhere, ".git"), GIT_WORK_TREE: elsewhere });

    expect(await findUnsavedWork([target, join(home.path, "other")], env)).toEqual([]);
  });

  test("is assumed where git cannot tell", async ({ home }) => {
    const target = join(home.path, "clawd-dev");
    mkdirSync(join(target, ".git"), { recursive: true });

    const unsaved = await findUnsavedWork([target], home.env());

    expect(unsaved).toEqual([{ repository: target, changes: undefined }]);
    expect(unsaved.map(describeUnsaved)).toEqual([`${target} is a git repository that git cannot read`]);
  });
});
