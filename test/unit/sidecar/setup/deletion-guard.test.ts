import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { checkDeletion, type DeletionRules } from "../../../../sidecar/setup/deletion-guard.ts";
import { type TempHome, test } from "../../../helpers/temp-home.ts";

function rulesFor(home: TempHome, changes: Partial<DeletionRules> = {}): DeletionRules {
  return {
    inside: [join(home.path, "state")],
    whole: [join(home.path, "work")],
    kept: [{ what: "the other one", path: join(home.path, "other") }],
    home: home.path,
    env: process.env,
    remedy: "look again",
    ...changes,
  };
}

function create(home: TempHome, ...names: string[]): void {
  for (const name of names) mkdirSync(join(home.path, name), { recursive: true });
}

test.describe("checkDeletion", () => {
  test("returns what exists, in the order of the targets", async ({ home }) => {
    create(home, "work", "state/b");
    const targets = ["state/a", "work", "state/b"].map((name) => join(home.path, name));

    expect(await checkDeletion(targets, rulesFor(home))).toEqual(targets.slice(1));
  });

  test("judges every target before it returns any", async ({ home }) => {
    create(home, "state/a", "elsewhere");
    const targets = ["state/a", "elsewhere"].map((name) => join(home.path, name));

    await expect(checkDeletion(targets, rulesFor(home))).rejects.toMatchObject({
      code: "DELETION_REFUSED",
      message: expect.stringContaining(`delete ${targets[1]}: it is neither inside`),
      fix: "look again",
    });
  });

  test("refuses a target outside even where nothing is there", async ({ home }) => {
    await expect(checkDeletion([join(home.path, "gone")], rulesFor(home))).rejects.toThrow("neither inside");
  });

  test("does not take a name that only begins alike", async ({ home }) => {
    await expect(checkDeletion([join(home.path, "work-2")], rulesFor(home))).rejects.toThrow(
      "neither inside",
    );
  });

  for (const [what, changes] of [
    ["the root of the file system", () => ({ whole: ["/"] })],
    ["the home directory", (home: string) => ({ whole: [home] })],
  ] as const) {
    test(`refuses ${what} whatever the rules say`, async ({ home }) => {
      const rules = rulesFor(home, changes(home.path));

      await expect(checkDeletion([...rules.whole], rules)).rejects.toThrow(/it (is|holds) the (root|home)/);
    });
  }

  test("works in a home directory that is itself reached by a link", async ({ home }) => {
    create(home, "real/state/a");
    const linked = join(home.path, "linked");
    symlinkSync(join(home.path, "real"), linked);
    const target = join(linked, "state", "a");

    const rules = rulesFor(home, { inside: [join(linked, "state")], home: linked });

    expect(await checkDeletion([target], rules)).toEqual([target]);
  });

  test("refuses a link back into the home directory by another name", async ({ home }) => {
    create(home, "other/inner", "state");
    symlinkSync(join(home.path, "other"), join(home.path, "state", "a"));

    await expect(checkDeletion([join(home.path, "state", "a")], rulesFor(home))).rejects.toThrow(
      "symbolic link",
    );
    await expect(checkDeletion([join(home.path, "state", "a", "inner")], rulesFor(home))).rejects.toThrow(
      "symbolic link",
    );
  });

  test("does not follow links inside a target, which go as links", async ({ home }) => {
    create(home, "work", "other");
    symlinkSync(join(home.path, "other"), join(home.path, "work", "link"));

    expect(await checkDeletion([join(home.path, "work")], rulesFor(home))).toHaveLength(1);
  });

  for (const agreed of [true, false]) {
    test(`asks about uncommitted work and ${agreed ? "goes on" : "stops"} when told so`, async ({ home }) => {
      create(home, "work");
      execFileSync("git", ["-C", join(home.path, "work"), "init", "-q"]);
      writeFileSync(join(home.path, "work", "new.txt"), "new");
      const questions: string[] = [];
      const confirm = async (question: string) => questions.push(question) > 0 && agreed;

      const verdict = checkDeletion([join(home.path, "work")], rulesFor(home, { confirm }));

      if (agreed) expect(await verdict).toHaveLength(1);
      else await expect(verdict).rejects.toThrow("uncommitted work");
      expect(questions).toEqual([expect.stringContaining("git repository with uncommitted work")]);
    });
  }

  test("takes no word of a GIT_DIR that points to a clean repository", async ({ home }) => {
    create(home, "work", "clean");
    for (const name of ["work", "clean"]) execFileSync("git", ["-C", join(home.path, name), "init", "-q"]);
    writeFileSync(join(home.path, "work", "new.txt"), "new");
    const clean = join(home.path, "clean");
    const env = { ...process.env, GIT_DIR: join(clean, ".git"), GIT_WORK_TREE: clean };

    await expect(checkDeletion([join(home.path, "work")], rulesFor(home, { env }))).rejects.toThrow(
      "uncommitted work",
    );
  });

  test("takes a missing git for uncommitted work", async ({ home }) => {
    create(home, "work/.git");

    await expect(
      checkDeletion([join(home.path, "work")], rulesFor(home, { env: { PATH: "/nowhere" } })),
    ).rejects.toThrow("uncommitted work");
  });
});
