import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { sandbox } from "../../../../../../../sidecar/setup/doctor/checks/machine/sandbox.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the sandbox", () => {
  test("says nothing where the configuration asks for none", async ({ home }) => {
    expect(await findingsOf(sandbox, home)).toEqual([]);
    const config = { agents: { defaults: { sandbox: { mode: "off" } } } };
    expect(await findingsOf(sandbox, home, { config })).toEqual([]);
  });

  test("names who is to have one that cannot be made, and what helps", async ({ home }) => {
    const config = {
      agents: {
        list: [
          { id: "main", default: true },
          { id: "work", sandbox: { mode: "all" } },
        ],
      },
    };

    expect(await findingsOf(sandbox, home, { config, env: { PATH: "/nowhere" } })).toMatchObject([
      {
        code: "sandbox-missing",
        level: "error",
        message:
          "commands of work are to run in a sandbox, and bubblewrap cannot make one: bwrap is not installed; they do not run",
        remedy: "sudo apt install bubblewrap, or the package of that name elsewhere",
      },
    ]);
  });

  test("says nothing of one that can be made", async ({ home }) => {
    const bin = join(home.path, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "bwrap"), "#!/bin/sh\nexit 0\n");
    chmodSync(join(bin, "bwrap"), 0o755);
    const config = { agents: { defaults: { sandbox: { mode: "all" } } } };

    expect(await findingsOf(sandbox, home, { config, env: { PATH: `${bin}:/usr/bin:/bin` } })).toEqual([]);
  });
});
