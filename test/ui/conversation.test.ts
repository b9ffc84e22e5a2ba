import { mergeTests, type Page } from "@playwright/test";
import { test as dashboardTest, expect, type TestGateway, TOKEN } from "../helpers/desktop/dashboard-test.ts";
import { fakeModel } from "../helpers/models/fake-model.ts";
import { test as providerTest } from "../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../helpers/models/reply.ts";

const test = mergeTests(dashboardTest, providerTest);
const MAIN = "agent:main:main";

const conversation = (page: Page) => page.getByRole("region", { name: "Conversation" });
const said = (page: Page) => conversation(page).getByRole("article");
const draft = (page: Page) => page.getByLabel("Message", { exact: true });

async function send(page: Page, text: string): Promise<void> {
  await draft(page).fill(text);
  await draft(page).press("Enter");
}

/** Another client says something in the same conversation. */
async function sayElsewhere(gateway: TestGateway, message: string): Promise<void> {
  const client = await gateway.connect("Elsewhere");
  await client.call("chat.send", { sessionKey: MAIN, message, idempotencyKey: message });
  client.close();
}

test.describe("the conversation on the dashboard", () => {
  test.beforeEach(async ({ gateway, provider }) => {
    await gateway.stop();
    gateway.home.writeConfig({
      gateway: { mode: "local", auth: { mode: "token", token: TOKEN } },
      session: { titles: "off" },
      ...fakeModel(provider.url),
    });
    await gateway.start();
  });

  test("takes a message, shows the answer as it grows and then once, and keeps a line that was broken", async ({
    openDashboard,
    provider,
  }) => {
    const rest = Promise.withResolvers<void>();
    provider.script({ kind: "held", text: "The sky is", until: rest.promise, rest: " blue." });
    const page = await openDashboard();
    await draft(page).fill("Look up,");
    await draft(page).press("Shift+Enter");
    await draft(page).pressSequentially("please");

    await draft(page).press("Enter");

    await expect(conversation(page).getByText("The sky is", { exact: true })).toBeVisible();
    await expect(draft(page)).toHaveValue("");
    await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
    rest.resolve();
    await expect(said(page)).toHaveText([/Look up,\nplease/, /The sky is blue\./]);
    await expect(conversation(page).getByText("The sky is", { exact: false })).toHaveCount(1);
    await expect(page.getByRole("button", { name: "Stop" })).toBeHidden();
  });

  test("stops an answer, keeps what was said of it, and says why a turn failed", async ({
    openDashboard,
    provider,
  }) => {
    const page = await openDashboard();
    provider.script({ kind: "silence", text: "Once upon a time" });
    await send(page, "Tell a story");
    await expect(conversation(page).getByText("Once upon a time")).toBeVisible();

    await page.getByRole("button", { name: "Stop" }).click();

    await expect(said(page).last()).toContainText("ended before its time");
    await expect(said(page).last()).toContainText("Once upon a time");
    provider.script(inTrouble("auth"));
    await send(page, "Another one");
    await expect(conversation(page).getByText(/This turn failed: /)).toHaveCount(1);
  });

  test("shows a turn that another client began, question and answer, and markup as text", async ({
    openDashboard,
    gateway,
    provider,
  }) => {
    provider.script(answered("<img src=x onerror=\"document.title='gone'\"><b>bold</b>"));
    const page = await openDashboard();
    await expect(conversation(page).getByText("Nothing was said yet")).toBeVisible();

    await sayElsewhere(gateway, "<i>Hello</i>");

    await expect(said(page)).toHaveText([/<i>Hello<\/i>/, /<img src=x onerror=.*<b>bold<\/b>/]);
    await expect(said(page).locator("img, b, i")).toHaveCount(0);
  });

  test("keeps the draft over a lost connection, sends it once, and shows after a restart what was said meanwhile", async ({
    openDashboard,
    gateway,
    provider,
  }) => {
    provider.script(() => answered("Yes."));
    const page = await openDashboard();
    await send(page, "First");
    await expect(said(page)).toHaveCount(2);

    // The gateway takes no breath: what is sent now is not acknowledged.
    gateway.signal("SIGSTOP");
    await send(page, "Second");
    await expect(draft(page)).toHaveValue("Second");
    gateway.signal("SIGKILL");
    await expect(page.getByRole("status")).toHaveText("Connection lost");
    await expect(draft(page)).toHaveValue("Second");
    await expect(conversation(page).getByText(/goes out, once/)).toBeVisible();
    await gateway.stop();
    await gateway.start();
    await sayElsewhere(gateway, "Third");

    await expect(said(page)).toHaveCount(6, { timeout: 20_000 });
    await expect(said(page).filter({ hasText: "Second" })).toHaveCount(1);
    await expect(said(page).filter({ hasText: "Third" })).toHaveCount(1);
    await expect(draft(page)).toHaveValue("");
  });

  test("stays where somebody reads further up, and goes to the end when they write", async ({
    openDashboard,
    gateway,
    provider,
  }) => {
    provider.script(() => answered("A long line.\n".repeat(80)));
    const page = await openDashboard();
    await send(page, "First");
    await expect(said(page)).toHaveCount(2);
    const box = page.locator(".messages");
    const offset = () => box.evaluate((node) => node.scrollTop);
    const left = () => box.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight);
    await expect.poll(left).toBeLessThan(2);
    await box.hover();
    await page.mouse.wheel(0, -200);
    await expect.poll(left).toBeGreaterThan(150);
    const before = await offset();

    await sayElsewhere(gateway, "Second");
    await expect(said(page)).toHaveCount(4);

    expect(await offset()).toBe(before);
    await send(page, "Third");
    await expect(said(page)).toHaveCount(6);
    await expect.poll(left).toBeLessThan(2);
  });

  for (const width of [1200, 390]) {
    test(`fits at a width of ${width}`, async ({ openDashboard, provider }, testInfo) => {
      provider.script(answered(`Here it is:\n\n${"long".repeat(60)}\n\nThat was all.`));
      const page = await openDashboard(undefined, { viewport: { width, height: 800 } });
      await send(page, "Show me a long word");
      await expect(said(page)).toHaveCount(2);

      const picture = await page.screenshot({ fullPage: true, path: testInfo.outputPath("page.png") });
      await testInfo.attach("page", { body: picture, contentType: "image/png" });

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
});
