/** One task from its moment to its answer, with all that a person has on the desktop: tray, notification, page and terminal. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, mergeTests } from "@playwright/test";
import { expect, test as trayTest } from "../../helpers/desktop/desktop-tray.ts";
import { usesOf } from "../../helpers/gateway/commands.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { runCli } from "../../helpers/process/cli.ts";
import { openTerminal } from "../../helpers/process/terminal.ts";
import { findProgram, missingReason } from "../../helpers/run/desktop-needs.ts";

const test = mergeTests(trayTest, providerTest);

test("a scheduled task fires, the agent asks to run a command, the notification appears, Allow once is clicked, the answer arrives in the open page and in `clawdbot chat`", async ({
  trayDesktop,
  provider,
}) => {
  const missing = missingReason("terminal") ?? missingReason("ui");
  test.skip(missing !== undefined, missing);
  const { desktop, stateDir } = trayDesktop;
  const configFile = join(stateDir, "clawdbot.json");
  const garden = join(desktop.home, "clawd/garden.txt");
  const written = JSON.parse(readFileSync(configFile, "utf8"));
  writeFileSync(
    configFile,
    JSON.stringify({ ...written, ...fakeModel(provider.url), session: { titles: "off" } }),
  );
  provider.script(
    ...usesOf([{ name: "exec", arguments: { command: "echo watered | tee -a garden.txt" } }]),
    answered("The garden is watered."),
  );
  const tray = await trayDesktop.start();
  await tray.reach("running");
  await desktop.clickMenu("Open dashboard");
  await expect.poll(() => trayDesktop.browserCalls()).toHaveLength(2);
  const [, address = ""] = trayDesktop.browserCalls();
  const terminal = openTerminal([process.execPath, LAUNCHER, "chat"], { env: desktop.env });
  const executablePath = findProgram("chromium", "chromium-browser", "google-chrome") ?? "";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ locale: "en-GB" });
    await page.goto(address);
    await expect(page.getByRole("status")).toHaveText("Running");
    const question = page.getByRole("region", { name: "Waits for your approval" });
    await terminal.waitFor(/^❯ ?$/m);

    const job = ["--name", "garden", "--at", "2s", "--system-event", "Water the garden."];
    const made = await runCli(["cron", "add", ...job], { env: desktop.env });
    await expect(question.getByText("echo watered | tee -a garden.txt")).toBeVisible({ timeout: 60_000 });
    const beforehand = existsSync(garden);
    const shown = await desktop.waitForNotification(
      ({ title }) => title === "A command waits for your approval",
      60_000,
    );
    await desktop.chooseOnNotification("Allow once");
    await terminal.waitFor(/^The garden is watered\.$/m);

    expect(made).toMatchObject({ code: 0 });
    expect(shown.body).toContain("echo watered | tee -a garden.txt");
    expect(beforehand).toBe(false);
    expect(readFileSync(garden, "utf8")).toBe("watered\n");
    await expect(question).toBeHidden();
    const conversation = page.getByRole("log", { name: "Conversation" });
    await expect(conversation.getByText("The garden is watered.")).toHaveCount(1);
  } finally {
    await browser.close();
    terminal.close();
  }
});
