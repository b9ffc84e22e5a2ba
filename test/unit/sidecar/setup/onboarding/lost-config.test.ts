/** A configuration that a full disk or a slip took, with the copy that worked still there. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { startIdOf } from "../../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../../shared/node/run-state.ts";
import { applyPlan } from "../../../../../sidecar/setup/onboarding/apply.ts";
import { planOnboarding } from "../../../../../sidecar/setup/onboarding/plan.ts";
import { readSituation } from "../../../../../sidecar/setup/onboarding/situation.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../helpers/run/reads.ts";
import { surroundingsOf } from "./samples.ts";

const COPY = `// written by hand
{ gateway: { mode: "local", auth: { mode: "token", token: "the token all clients have" } } }
`;

function setUp(home: TempHome, config: string | undefined, isRunning: boolean) {
  const context = surroundingsOf(home);
  const { configFile, lastGoodConfigFile, factsFile } = context.paths;
  home.writeConfig(config ?? "");
  if (config === undefined) rmSync(configFile);
  writeFileSync(lastGoodConfigFile, COPY, { mode: 0o600 });
  const startId = startIdOf(process.pid);
  if (isRunning) writeJsonFile(factsFile, { pid: process.pid, startId, instanceId: "i", port: 1 });
  return context;
}

async function onboard(home: TempHome, config: string | undefined, isRunning: boolean) {
  const context = setUp(home, config, isRunning);
  const situation = await readSituation(context, { state: "unavailable", reason: "no manager" });
  const plan = planOnboarding({}, situation, { newToken: () => "fresh", nowMs: 0 });
  const tools = { service: undefined, takesOver: false, progress: () => {}, wrote: () => {}, nowMs: 0 };
  await applyPlan(plan, context, tools);
  return { notes: plan.notes, text: readFileSync(context.paths.configFile, "utf8") };
}

test.describe("onboarding where the configuration is lost", () => {
  for (const [what, config, isRunning] of [
    ["is empty", "", false],
    ["is gone under a gateway that runs", undefined, true],
  ] as const) {
    test(`F16: takes the last copy that worked when it ${what}, with its token and its comments`, async ({
      home,
    }) => {
      const { notes, text } = await onboard(home, config, isRunning);

      expect(text).toContain("// written by hand");
      expect(text).toContain('token: "the token all clients have"');
      expect(notes.map(printed).join("\n")).toContain("its last copy that worked is back in its place");
    });
  }

  test("F16: begins anew when it is gone and nothing runs: somebody removed it", async ({ home }) => {
    const { text } = await onboard(home, undefined, false);

    expect(text).toContain("fresh");
    expect(text).not.toContain("the token all clients have");
  });

  test("F16: says what is wrong, and writes nothing, when it is spoilt", async ({ home }) => {
    await expect(onboard(home, "{ gateway: ", true)).rejects.toMatchObject({ code: "CONFIG_INVALID" });

    expect(readFileSync(home.configFile, "utf8")).toBe("{ gateway: ");
  });
});
