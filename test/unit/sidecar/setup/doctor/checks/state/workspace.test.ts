import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { workspace } from "../../../../../../../sidecar/setup/doctor/checks/state/workspace.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the work directory", () => {
  test("suggests git for one without", async ({ home }) => {
    mkdirSync(join(home.path, "clawd"));

    expect(await findingsOf(workspace, home)).toMatchObject([
      { code: "workspace-not-in-git", level: "hint", remedy: `git -C ${join(home.path, "clawd")} init` },
    ]);
  });

  test("looks at the configured one", async ({ home }) => {
    const folder = join(home.path, "my work");
    mkdirSync(folder);
    const config = { agents: { defaults: { workspace: "~/my work" } } };

    expect(await findingsOf(workspace, home, { config })).toMatchObject([
      { subject: folder, remedy: `git -C '${folder}' init` },
    ]);
  });

  test("suggests nothing in a repository, without a directory, and in the dev profile", async ({ home }) => {
    expect(await findingsOf(workspace, home)).toEqual([]);

    mkdirSync(join(home.path, "clawd-dev"));
    expect(await findingsOf(workspace, home, { dev: true })).toEqual([]);

    mkdirSync(join(home.path, ".git"));
    mkdirSync(join(home.path, "clawd"));
    expect(await findingsOf(workspace, home)).toEqual([]);
  });
});
