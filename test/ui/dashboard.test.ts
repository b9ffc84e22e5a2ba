import { appendFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, TOKEN, test } from "../helpers/desktop/dashboard-test.ts";
import { startForwardingProxy } from "../helpers/network/forwarding-proxy.ts";

/** What the page says about the connection, as assistive technology hears it. */
const status = (page: Page) => page.getByRole("status");
const log = (page: Page) => page.getByRole("log", { name: "Log" });

function logLine(msg: string, level = 30): string {
  return `${JSON.stringify({ level, time: Date.now(), msg })}\n`;
}

test.describe("the dashboard's way in", () => {
  test("takes the code from the link, removes it from the address bar and connects", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard(await gateway.link());

    await expect(status(page)).toHaveText("Running");
    expect(page.url()).toBe(gateway.url);
    await expect(page).toHaveTitle("Running – Clawdbot");
  });

  test("opens once by a link, says so afterwards, and keeps neither the code nor the gateway's secret", async ({
    openDashboard,
    gateway,
  }) => {
    const link = await gateway.link();
    const first = await openDashboard(link);
    await expect(status(first)).toHaveText("Running");
    const kept = await first.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));

    const second = await openDashboard(link);

    await expect(status(second)).toHaveText("This link has been used or is too old");
    await expect(second.getByLabel("Token or password")).toBeFocused();
    expect(kept).not.toContain(TOKEN);
    expect(kept).not.toContain(new URL(link).hash.slice("#code=".length));
  });

  test("leaves a token in the address to itself", async ({ openDashboard, gateway }) => {
    const page = await openDashboard(`${gateway.url}#token=${TOKEN}`);

    await expect(page.getByRole("heading", { name: "Connect to your gateway" })).toBeVisible();
  });

  test("stays connected over a reload of the tab, and only of this tab", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard();
    await expect(status(page)).toHaveText("Running");

    await page.reload();

    await expect(status(page)).toHaveText("Running");
    const otherTab = await page.context().newPage();
    await otherTab.goto(gateway.url);
    await expect(otherTab.getByRole("heading", { name: "Connect to your gateway" })).toBeVisible();
  });

  test("U14: a second tab connects by itself where the person had this device remembered, without the secret itself", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard(gateway.url);
    const remember = page.getByRole("checkbox", { name: "Remember on this device" });
    await expect(remember).not.toBeChecked();
    await expect(remember).toHaveAccessibleDescription(/Leave it off where others use this browser/);

    await page.getByLabel("Token or password").fill(TOKEN);
    await remember.check();
    await page.keyboard.press("Enter");
    await expect(status(page)).toHaveText("Running");

    const otherTab = await page.context().newPage();
    await otherTab.goto(gateway.url);
    await expect(status(otherTab)).toHaveText("Running");
    const kept = await otherTab.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    expect(kept).not.toContain(TOKEN);
  });

  test("U14: says that the token was changed to a page that it let in before, and to no other", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard(gateway.url);
    await page.getByLabel("Token or password").fill(TOKEN);
    await page.keyboard.press("Enter");
    await expect(status(page)).toHaveText("Running");
    const stranger = await page.context().newPage();
    await stranger.goto(gateway.url);

    gateway.home.writeConfig({
      gateway: { mode: "local", auth: { mode: "token", token: "another-0123456789" } },
    });
    await stranger.getByLabel("Token or password").fill("never-right-0123");
    await expect(status(page)).toHaveText("The token was changed");
    await stranger.keyboard.press("Enter");

    await expect(status(stranger)).toHaveText("That token is not right");
    await page.reload();
    await expect(page.getByRole("heading", { name: "Connect to your gateway" })).toBeVisible();
    await page.getByLabel("Token or password").fill("another-0123456789");
    await page.keyboard.press("Enter");
    await expect(status(page)).toHaveText("Running");
  });

  test("asks for a secret when the link has none and connects with what is typed", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard(gateway.url);
    const field = page.getByLabel("Token or password");
    await expect(field).toBeFocused();

    await field.fill(TOKEN);
    await page.keyboard.press("Enter");

    await expect(status(page)).toHaveText("Running");
  });

  test("shows the remedy for a wrong token, does not retry, and connects with the right one", async ({
    sharedBrowser,
    gateway,
  }) => {
    const context = await sharedBrowser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.clock.install();
    await page.goto(gateway.url);
    await page.getByLabel("Token or password").fill("wrong");
    await page.keyboard.press("Enter");
    await expect(status(page)).toHaveText("That token is not right");
    await expect(page.getByText("Open the dashboard from the tray icon")).toBeVisible();

    await page.clock.fastForward(120_000);

    expect(sockets).toHaveLength(1);
    await page.getByLabel("Token or password").fill(TOKEN);
    await page.getByRole("button", { name: "Connect" }).click();
    await expect(status(page)).toHaveText("Running");
    await context.close();
  });

  test("takes the code of a new link that is opened in the same tab", async ({ openDashboard, gateway }) => {
    const page = await openDashboard(gateway.url);
    await expect(page.getByLabel("Token or password")).toBeVisible();

    await page.goto(await gateway.link());

    await expect(status(page)).toHaveText("Running");
    expect(page.url()).toBe(gateway.url);
  });

  test("connects with a password, from the link and from the form", async ({ openDashboard, gateway }) => {
    await gateway.stop();
    gateway.home.writeConfig({
      gateway: { mode: "local", auth: { mode: "password", password: "open sesame" } },
    });
    await gateway.start();

    const fromLink = await openDashboard(await gateway.link({ token: "none", password: "open sesame" }));
    const fromForm = await openDashboard(gateway.url);
    await fromForm.getByLabel("Token or password").fill("open sesame");
    await fromForm.getByRole("button", { name: "Connect" }).click();

    await expect(status(fromLink)).toHaveText("Running");
    await expect(status(fromForm)).toHaveText("Running");
  });

  test("waits for approval when it comes from elsewhere, names the command, and connects afterwards", async ({
    openDashboard,
    gateway,
  }) => {
    const proxy = await startForwardingProxy(
      Number(new URL(gateway.url).port),
      "X-Forwarded-For: 203.0.113.9",
    );
    const page = await openDashboard(gateway.url);
    await page.goto(await gateway.link(undefined, `${proxy.url}/`));
    await expect(status(page)).toHaveText("This browser waits for approval");
    const command = (await page.locator("code.command").textContent()) ?? "";
    const [, requestId = ""] = /^clawdbot devices approve (\S+)$/.exec(command) ?? [];
    const operator = await gateway.connect("Operator");
    await operator.request("device.pair.approve", { requestId });

    await page.getByRole("button", { name: "Try again" }).click();

    await expect(status(page)).toHaveText("Running");
    operator.close();
    proxy.stop();
  });

  test("says that no connection is taken when too many attempts failed from its address", async ({
    openDashboard,
    gateway,
  }) => {
    const proxy = await startForwardingProxy(gateway.port, "X-Forwarded-For: 203.0.113.9");
    const port = Number(new URL(proxy.url).port);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const guess = gateway.connect("Guesser", { token: `guess ${attempt}` }, port);
      await expect(guess).rejects.toThrow("unauthorized");
    }

    const page = await openDashboard(gateway.url);
    await page.goto(await gateway.link(undefined, `${proxy.url}/`));

    await expect(status(page)).toHaveText("The gateway takes no connection from here");
    proxy.stop();
  });
});

test.describe("the connected dashboard", () => {
  test("shows what waits for an answer, also what was asked before it came, and answers what was clicked", async ({
    openDashboard,
    gateway,
  }) => {
    const operator = await gateway.connect("Operator", { token: TOKEN });
    const ask = (command: string) =>
      operator.request("exec.approval.request", { command, cwd: "/srv/app" }, 60_000);
    const first = ask("rm -rf ./build\u202e");
    const page = await openDashboard();
    const card = (text: string) =>
      page
        .getByRole("region", { name: "Waits for your approval" })
        .getByRole("listitem")
        .filter({ hasText: text });
    await expect(card("rm -rf ./build\\u{202e}")).toContainText("/srv/app");
    const second = ask("touch made");
    await card("touch made").getByRole("button", { name: "Deny" }).click();
    await card("rm -rf").getByRole("button", { name: "Once" }).click();

    expect(await Promise.all([first, second])).toMatchObject([
      { decision: "allow-once" },
      { decision: "deny" },
    ]);
    await expect(page.getByRole("region", { name: "Waits for your approval" })).toBeHidden();
    operator.close();
  });

  test("shows address, version, process, model and a ticking uptime", async ({ openDashboard, gateway }) => {
    const page = await openDashboard();
    const facts = page.getByRole("region", { name: "Gateway" });

    await expect(facts).toContainText(`ws://127.0.0.1:${gateway.port}`);
    await expect(facts).toContainText(/Version\s*\d+\.\d+\.\d+/);
    await expect(facts).toContainText(`PID ${gateway.process?.pid}`);
    await expect(facts).toContainText("local/echo");
    await expect(page.getByRole("region", { name: "Health" })).toContainText(/Checked\s*\d/);
    const uptime = page.getByText(/^up \d/);
    const first = (await uptime.textContent()) ?? "";
    await expect(uptime).not.toHaveText(first);
  });

  test("lists another client while it is connected", async ({ openDashboard, gateway }) => {
    const page = await openDashboard();
    const clients = page.getByRole("region", { name: /^Clients/ });
    await expect(clients.getByRole("listitem")).toHaveText([/Dashboard\s*this page/]);

    const other = await gateway.connect("Kitchen automation");

    const entry = clients.getByRole("listitem").filter({ hasText: "Kitchen automation" });
    await expect(entry).toContainText(/backend · linux · since \d/);
    other.close();
    await expect(entry).toHaveCount(0);
  });

  test("shows a log line that the gateway writes now", async ({ openDashboard, gateway }) => {
    const page = await openDashboard();
    await expect(log(page)).toContainText("listening");
    await expect(log(page)).not.toContainText("token mismatch");

    await expect(gateway.connect("Stranger", { token: "wrong" })).rejects.toThrow("unauthorized");

    await expect(log(page)).toContainText("token mismatch");
  });

  test("filters the log by level and says when nothing is left", async ({ openDashboard, gateway }) => {
    const page = await openDashboard();
    await expect(log(page)).toContainText("listening");

    await page.getByLabel("Level").selectOption("Errors");

    await expect(log(page)).not.toContainText("listening");
    await expect(page.getByText("No lines at this level")).toBeVisible();
    appendFileSync(gateway.logFile, logLine("all is well") + logLine("the disk is full", 50));
    await expect(log(page)).toHaveText(/error\s*the disk is full$/);
    await expect(page.getByText("No lines at this level")).toBeHidden();
    await page.getByLabel("Level").selectOption("Everything");
    await expect(log(page)).toContainText("all is well");
  });

  test("follows the log, stands still when scrolled up, and follows again when asked", async ({
    openDashboard,
    gateway,
  }) => {
    appendFileSync(
      gateway.logFile,
      Array.from({ length: 300 }, (_, index) => logLine(`line ${index}`)).join(""),
    );
    const page = await openDashboard();
    const follow = page.getByRole("button", { name: "Follow" });
    await expect(log(page).getByText("line 299", { exact: true })).toBeInViewport();
    await expect(follow).toHaveAttribute("aria-pressed", "true");

    await log(page).focus();
    await page.keyboard.press("Home");
    await expect(follow).toHaveAttribute("aria-pressed", "false");
    appendFileSync(gateway.logFile, logLine("fresh line"));

    await expect(log(page)).toContainText("fresh line");
    await expect(log(page).getByText("fresh line")).not.toBeInViewport();
    await follow.click();
    await expect(log(page).getByText("fresh line")).toBeInViewport();
  });

  test("keeps the newest 2000 lines and shows text as text", async ({ openDashboard, gateway }) => {
    const page = await openDashboard();
    await expect(log(page)).toContainText("listening");

    const many = Array.from({ length: 1_990 }, (_, index) => logLine(`line ${index}`));
    appendFileSync(gateway.logFile, many.join(""));
    await expect(log(page)).toContainText("line 1989");
    const markup = '<img src="x" onerror="document.title=1">';
    appendFileSync(gateway.logFile, Array.from({ length: 20 }, () => logLine(markup)).join(""));

    await expect(log(page).getByText(markup)).toHaveCount(20);
    await expect(log(page).locator("[data-id]")).toHaveCount(2_000);
    await expect(log(page)).not.toContainText("listening");
    await expect(log(page).locator("img")).toHaveCount(0);
    await expect(log(page).locator(".day")).toHaveCount(1);
  });
});

test.describe("the dashboard without its gateway", () => {
  test("reconnects by itself after a crash, on the same page and with the log going on", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard();
    await expect(log(page)).toContainText("listening");
    await page.evaluate(() => document.body.setAttribute("data-same-page", "yes"));

    await gateway.stop("SIGKILL");

    await expect(status(page)).toHaveText("Connection lost");
    await expect(page.getByText(/^Reconnecting in \d+ s$/)).toBeVisible();
    await gateway.start();
    await expect(status(page)).toHaveText("Running");
    await expect(page.getByRole("region", { name: "Gateway" })).toContainText(`PID ${gateway.process?.pid}`);
    await expect(log(page).getByText("listening")).toHaveCount(2);
    await expect(page.locator("body")).toHaveAttribute("data-same-page", "yes");
  });

  test("shows that the gateway was stopped, and connects at once when asked", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard();
    await expect(status(page)).toHaveText("Running");
    // The page's time stands still, so that only the click can bring it back.
    await page.clock.install();
    await page.reload();
    await expect(status(page)).toHaveText("Running");
    await page.clock.pauseAt(Date.now() + 1_000);

    await gateway.stop("SIGTERM");

    await expect(status(page)).toHaveText("Gateway stopped");
    await gateway.start();
    await page.getByRole("button", { name: "Try now" }).click();
    await expect(status(page)).toHaveText("Running");
  });

  test("U14: connects as soon as the gateway answers again, however long the next try is away", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard();
    await expect(status(page)).toHaveText("Running");
    await page.clock.install();
    await page.reload();
    await expect(status(page)).toHaveText("Running");
    await page.clock.pauseAt(Date.now() + 1_000);
    await gateway.stop("SIGTERM");
    await expect(status(page)).toHaveText("Gateway stopped");
    const secondsAway = async () => {
      await page.clock.runFor(1_000);
      const text = (await page.getByText(/Reconnecting in/).textContent()) ?? "";
      return Number(/(\d+) s/.exec(text)?.[1] ?? 0);
    };
    await expect.poll(secondsAway, { intervals: [50] }).toBeGreaterThan(7);

    await gateway.start();
    let passedMs = 0;
    const lookOn = async () => {
      if (passedMs < 6_000) await page.clock.runFor(300);
      passedMs += 300;
      return status(page).textContent();
    };
    await expect.poll(lookOn, { intervals: [50] }).toBe("Running");
  });

  test("gives up a connection after two missed ticks and comes back when the gateway does", async ({
    sharedBrowser,
    gateway,
  }) => {
    const context = await sharedBrowser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(await gateway.link());
    await expect(status(page)).toHaveText("Running");

    gateway.signal("SIGSTOP");
    await page.clock.fastForward(45_000);
    await expect(status(page)).toHaveText("Running");
    await page.clock.fastForward(20_000);

    await expect(status(page)).toHaveText("Connection lost");
    gateway.signal("SIGCONT");
    await page.clock.fastForward(15_000);
    await expect(status(page)).toHaveText("Running");
    await context.close();
  });
});
