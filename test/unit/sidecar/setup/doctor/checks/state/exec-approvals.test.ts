import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { execApprovals } from "../../../../../../../sidecar/setup/doctor/checks/state/exec-approvals.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

function written(home: TempHome, text: string): string {
  mkdirSync(home.stateDir, { recursive: true });
  const path = join(home.stateDir, "exec-approvals.json");
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

test.describe("the check of exec-approvals.json", () => {
  test("says nothing of none, and of one that is in order", async ({ home }) => {
    expect(await findingsOf(execApprovals, home)).toEqual([]);
    written(home, '{"version":1}');
    expect(await findingsOf(execApprovals, home)).toEqual([]);
  });

  for (const [what, text] of [
    ["no JSON", '{"version":1'],
    ["of another version", '{"version":2}'],
    ["not what it should hold", '{"version":1,"agents":{"main":{"allowlist":"git"}}}'],
  ] as const)
    test(`names one that is ${what}`, async ({ home }) => {
      const path = written(home, text);

      expect(await findingsOf(execApprovals, home)).toMatchObject([
        {
          code: "exec-approvals-unusable",
          level: "error",
          message: `no command of an agent runs, as ${path} cannot be used`,
        },
      ]);
    });

  test("closes one that others can write into", async ({ home }) => {
    test.skip(process.platform === "win32", "there are no modes");
    const path = written(home, '{"version":1}');
    chmodSync(path, 0o666);

    const [finding] = await findingsOf(execApprovals, home);

    expect(finding).toMatchObject({ code: "exec-approvals-open", level: "error" });
    await finding?.repair?.apply();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await findingsOf(execApprovals, home)).toEqual([]);
  });
});
