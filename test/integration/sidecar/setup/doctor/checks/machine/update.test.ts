import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { updateFindings } from "../../../../../../../sidecar/setup/doctor/checks/machine/update.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

/** A checkout that is this many commits behind what was fetched. */
function checkout(home: TempHome, behind: number): string {
  const git = (cwd: string, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd,
      env: home.env(),
    });
  const [origin, clone] = [join(home.path, "origin"), join(home.path, "clone")];
  mkdirSync(origin);
  git(origin, "init", "-q");
  writeFileSync(join(origin, "package.json"), "{}");
  git(origin, "add", ".");
  git(origin, "commit", "-qm", "first");
  git(home.path, "clone", "-q", origin, clone);
  for (let index = 0; index < behind; index += 1)
    git(origin, "commit", "-q", "--allow-empty", "-m", `${index}`);
  git(clone, "fetch", "-q");
  return clone;
}

test.describe("the check of updates", () => {
  test("counts the commits that a checkout is behind", async ({ home }) => {
    const clone = checkout(home, 2);

    expect(await updateFindings(join(clone, "dist"), home.env())).toMatchObject([
      { code: "update-available", level: "hint", message: reads(`${clone} is 2 commits behind`) },
    ]);
  });

  test("finds nothing in a current one, and in a package that is no checkout", async ({ home }) => {
    const clone = checkout(home, 0);
    const installed = join(home.path, "installed");
    mkdirSync(installed);
    writeFileSync(join(installed, "package.json"), "{}");

    expect(await updateFindings(clone, home.env())).toEqual([]);
    expect(await updateFindings(installed, home.env())).toEqual([]);
  });
});
