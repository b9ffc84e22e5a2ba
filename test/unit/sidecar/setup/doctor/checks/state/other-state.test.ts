import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { otherState } from "../../../../../../../sidecar/setup/doctor/checks/state/other-state.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

function chat(stateDir: string): void {
  const sessions = join(stateDir, "agents", "main", "sessions");
  mkdirSync(sessions, { recursive: true });
  writeFileSync(join(sessions, "a.jsonl"), "");
}

test.describe("the check of split histories", () => {
  test("finds chats in the usual state directory beside those in the chosen one", async ({ home }) => {
    const chosen = join(home.path, "chosen");
    chat(chosen);
    chat(home.stateDir);

    const findings = await findingsOf(otherState, home, { env: { CLAWDBOT_STATE_DIR: chosen } });

    expect(findings).toMatchObject([{ code: "state-split", level: "warning", subject: home.stateDir }]);
  });

  test("finds nothing with one history, with none, and where both are one place", async ({ home }) => {
    const chosen = join(home.path, "chosen");
    const env = { CLAWDBOT_STATE_DIR: chosen };
    chat(home.stateDir);

    expect(await findingsOf(otherState, home)).toEqual([]);
    expect(await findingsOf(otherState, home, { env })).toEqual([]);
    symlinkSync(home.stateDir, chosen);
    expect(await findingsOf(otherState, home, { env })).toEqual([]);
  });

  test("takes the state of another profile for no history of this one", async ({ home }) => {
    chat(home.stateDir);
    chat(`${home.stateDir}-work`);

    expect(await findingsOf(otherState, home, { env: { CLAWDBOT_PROFILE: "work" } })).toEqual([]);
  });
});
