import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { workspaceFiles } from "../../../../../../../sidecar/setup/doctor/checks/state/workspace-files.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

test.describe("the check of the files of work directories", () => {
  test("finds nothing where there is no directory, and where everything fits", async ({ home }) => {
    expect(await findingsOf(workspaceFiles, home)).toEqual([]);

    mkdirSync(join(home.path, "clawd", "memory"), { recursive: true });
    writeFileSync(join(home.path, "clawd", "AGENTS.md"), "work");
    expect(await findingsOf(workspaceFiles, home)).toEqual([]);
  });

  test("case 38: names a file that the agent is shown in part, of every agent", async ({ home }) => {
    const own = join(home.path, "lab");
    const config = {
      agents: {
        defaults: { bootstrapMaxChars: 1_000 },
        list: [{ id: "main" }, { id: "lab", workspace: "~/lab" }],
      },
    };
    mkdirSync(own);
    writeFileSync(join(own, "SOUL.md"), "x".repeat(1_001));

    expect(await findingsOf(workspaceFiles, home, { config })).toEqual([
      {
        code: "workspace-file-cut",
        level: "warning",
        subject: join(own, "SOUL.md"),
        message: `the agent is shown ${join(own, "SOUL.md")} in part only: it has 1001 characters, and there is room for 1000 of a file and 60000 of all`,
        remedy: expect.stringMatching(/^make the file shorter, or raise agents\.defaults\.bootstrapMaxChars/),
      },
    ]);
  });

  test("names a work directory that is none", async ({ home }) => {
    writeFileSync(join(home.path, "clawd"), "");

    expect(await findingsOf(workspaceFiles, home)).toMatchObject([
      {
        code: "workspace-unusable",
        level: "error",
        message: `Cannot use the work directory ${join(home.path, "clawd")}: a part of the path is a file (ENOTDIR).`,
        remedy: expect.stringContaining("clawdbot config set agents.defaults.workspace <path>"),
      },
    ]);
  });
});
