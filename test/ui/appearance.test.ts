import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/desktop/dashboard-test.ts";

declare global {
  interface Window {
    violations: string[];
    shift: number;
  }
}

/** Background brightness of the page, 0..255, as drawn. */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    if (context === null) return Number.NaN;
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

test.describe("the dashboard's looks", () => {
  const variants = [
    { name: "light, wide, English", colorScheme: "light", locale: "en-GB", width: 1280, height: 800 },
    { name: "dark, wide, German", colorScheme: "dark", locale: "de-DE", width: 1280, height: 800 },
    { name: "light, narrow, German", colorScheme: "light", locale: "de-AT", width: 360, height: 740 },
    { name: "dark, narrow, English", colorScheme: "dark", locale: "en-US", width: 360, height: 740 },
  ] as const;
  for (const { name, colorScheme, locale, width, height } of variants) {
    test(`fit in ${name}`, async ({ openDashboard }, testInfo) => {
      const isGerman = locale.startsWith("de");
      const page = await openDashboard(undefined, { colorScheme, locale, viewport: { width, height } });
      await expect(page.getByRole("status")).toHaveText(isGerman ? "Läuft" : "Running");
      await expect(page.getByRole("log", { name: /Log|Protokoll/ })).toContainText("listening");

      await testInfo.attach(name, {
        body: await page.screenshot({ fullPage: true }),
        contentType: "image/png",
      });

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await expect(page.locator("html")).toHaveAttribute("lang", isGerman ? "de" : "en");
      await expect(page.getByRole("heading", { name: isGerman ? "Protokoll" : "Log" })).toBeVisible();
      const light = await brightness(page);
      expect(colorScheme === "dark" ? light < 60 : light > 220).toBe(true);
    });
  }

  test("ask for the token in German on a narrow screen without overflow", async ({
    openDashboard,
    gateway,
  }, testInfo) => {
    const page = await openDashboard(gateway.url, {
      locale: "de-DE",
      viewport: { width: 360, height: 740 },
    });
    await page.getByLabel("Token oder Passwort").fill("falsch");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Dieses Token stimmt nicht" })).toBeVisible();

    await testInfo.attach("gate", { body: await page.screenshot(), contentType: "image/png" });

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  test("do not jump while the page fills", async ({ sharedBrowser, gateway }) => {
    const context = await sharedBrowser.newContext({
      locale: "en-GB",
      viewport: { width: 1280, height: 800 },
    });
    await context.addInitScript(() => {
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += (entry as { value?: number }).value ?? 0;
      }).observe({ type: "layout-shift", buffered: true });
    });
    const page = await context.newPage();

    await page.goto(await gateway.link());
    await expect(page.getByRole("log", { name: /Log|Protokoll/ })).toContainText("listening");
    await expect(page.getByText("local/echo")).toBeVisible();

    // 0.1 is the limit for "good"; a list that grows by this page's own row stays far below.
    expect(await page.evaluate(() => window.shift)).toBeLessThan(0.05);
    await context.close();
  });

  test("move nothing for people who asked for reduced motion", async ({ openDashboard, gateway }) => {
    const page = await openDashboard(undefined, { reducedMotion: "reduce" });
    await expect(page.getByRole("status")).toHaveText("Running");
    await gateway.stop("SIGKILL");
    await expect(page.getByRole("status")).toHaveText("Connection lost");

    const animations = () => page.evaluate(() => document.getAnimations().length);
    expect(await animations()).toBe(0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await expect.poll(animations).toBeGreaterThan(0);
  });
});

test.describe("the dashboard's manners", () => {
  test("break no rule of the content security policy and load nothing from elsewhere", async ({
    sharedBrowser,
    gateway,
  }) => {
    const context = await sharedBrowser.newContext({ locale: "en-GB" });
    await context.addInitScript(() => {
      window.violations = [];
      addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const origins = new Set<string>();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    const response = await page.goto(await gateway.link());
    await expect(page.getByRole("log", { name: /Log|Protokoll/ })).toContainText("listening");
    await expect(page.getByText("local/echo")).toBeVisible();

    const policy = response?.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(await page.evaluate(() => window.violations)).toEqual([]);
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([new URL(gateway.url).origin]);
    // The policy is in force: what it forbids does not run.
    await page.evaluate(() =>
      document.body.append(Object.assign(document.createElement("script"), { text: "1" })),
    );
    await expect.poll(() => page.evaluate(() => window.violations)).toEqual(["script-src-elem"]);
    await context.close();
  });

  test("name every part for assistive technology and reach all controls by keyboard", async ({
    openDashboard,
  }) => {
    // High enough that nothing but the log scrolls: what scrolls is a stop of its own.
    const page = await openDashboard(undefined, { viewport: { width: 1280, height: 1000 } });
    await expect(page.getByRole("status")).toHaveText("Running");

    await expect(page.getByRole("main")).toMatchAriaSnapshot(`
      - main:
        - status: Running
        - heading "Clawdbot" [level=1]
        - region "Gateway":
          - heading "Gateway" [level=2]
        - region /Clients/:
          - heading /Clients/ [level=2]
          - list:
            - listitem
        - region "Health":
          - heading "Health" [level=2]
        - region "Log":
          - heading "Log" [level=2]
          - combobox "Level"
          - button "Follow" [pressed]
          - log "Log"
    `);
    const reached: string[] = [];
    for (let press = 0; press < 6; press += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement?.tagName ?? ""));
    }
    expect(reached).toEqual(["DIV", "TEXTAREA", "BUTTON", "SELECT", "BUTTON", "DIV"]);
  });

  test("keep the private key out of reach of scripts and the same device over a reload", async ({
    openDashboard,
    gateway,
  }) => {
    const page = await openDashboard();
    await expect(page.getByRole("status")).toHaveText("Running");
    const operator = await gateway.connect("Operator");
    const deviceIds = async () => {
      const { paired } = await operator.call("device.pair.list", {});
      return paired.map(({ deviceId }) => deviceId);
    };
    const before = await deviceIds();

    await page.reload();
    await expect(page.getByRole("status")).toHaveText("Running");

    expect(before).toHaveLength(1);
    expect(await deviceIds()).toEqual(before);
    const isExtractable = await page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const open = indexedDB.open("clawdbot");
          open.onsuccess = () => {
            const request = open.result.transaction("identity").objectStore("identity").get("device");
            request.onsuccess = () => resolve(request.result.privateKey.extractable);
          };
        }),
    );
    expect(isExtractable).toBe(false);
    operator.close();
  });
});
