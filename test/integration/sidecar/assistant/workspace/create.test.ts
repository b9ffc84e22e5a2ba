import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { createWorkspace } from "../../../../../sidecar/assistant/workspace/create.ts";
import { TEMPLATES } from "../../../../../sidecar/assistant/workspace/templates.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test("a new workspace is a repository of git, and the owner's alone", async ({ home }) => {
  const directory = join(home.path, "clawd");

  expect(await createWorkspace(directory, { skipBootstrap: false })).toBe("workspace");

  const status = execFileSync("git", ["-C", directory, "status", "--porcelain"], { encoding: "utf8" });
  expect(status.match(/\?\? (\S+)/g)).toHaveLength(Object.keys(TEMPLATES).length + 1);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, "USER.md")).mode & 0o777).toBe(0o600);
});

test("a workspace below /proc is refused in one line", async () => {
  await expect(createWorkspace("/proc/clawd", { skipBootstrap: false })).rejects.toMatchObject({
    code: "WORKSPACE_UNUSABLE",
    message: "Cannot use the work directory /proc/clawd: no directory can be created there (ENOENT).",
  });
});
