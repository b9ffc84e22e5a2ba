import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { describeUnsaved, findUnsavedWork } from "../../../../sidecar/setup/deletion-guard.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";
import { printed } from "../../../helpers/run/reads.ts";

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
    expect(unsaved.map((each) => printed(describeUnsaved(each)))).toEqual([
      `${dirty} is a git repository with 2 uncommitted changes`,
    ]);
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
    expect(unsaved.map((each) => printed(describeUnsaved(each)))).toEqual([
      `${target} is a git repository that git cannot read`,
    ]);
  });
});
