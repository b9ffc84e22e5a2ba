/** The original's page in a browser, against our gateway: it connects, sends a message and shows the answer, and each of its views is looked at. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { findProgram } from "../helpers/run/desktop-needs.ts";

/** One thing that was looked at; `problem` is what the page says. */
export interface Look {
  what: string;
  problem: string | undefined;
  /** Why it need not be shown. */
  later?: string;
}

const SETTINGS = "clawdbot.control.settings.v1";
const PATIENCE_MS = 30_000;

/** What the page cannot show, whoever serves it. */
const AS_AT_HOME = "the page says the same at its own gateway";

const VIEWS: readonly { path: string; later?: string }[] = [
  { path: "overview" },
  { path: "channels", later: AS_AT_HOME },
  { path: "instances" },
  { path: "sessions" },
  { path: "config", later: AS_AT_HOME },
  { path: "debug" },
  { path: "logs" },
  { path: "cron" },
  { path: "skills" },
  { path: "nodes" },
];

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".ico": "image/x-icon",
};

/** Serves the files below the folder, and its page for any other path. */
export async function servePage(folder: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = extname(pathname) === "" ? "index.html" : normalize(pathname).replace(/^[\\/]+/, "");
    try {
      const bytes = readFileSync(join(folder, name));
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end(); // It has no such file.
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Needs Chromium. */
export async function lookAtPage(
  url: string,
  gateway: { port: number; token: string },
  shownAt?: string,
): Promise<Look[]> {
  const executablePath = findProgram("chromium", "chromium-browser", "google-chrome");
  const browser = await chromium.launch({
    args: ["--no-sandbox"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const page = await browser.newPage();
    const settings = { gatewayUrl: `ws://127.0.0.1:${gateway.port}`, token: gateway.token };
    await page.addInitScript(([key, value]) => localStorage.setItem(key, value), [
      SETTINGS,
      JSON.stringify(settings),
    ] as const);
    const looks = [await chat(page, url)];
    if (shownAt !== undefined) await page.screenshot({ path: shownAt });
    for (const view of VIEWS) looks.push(await lookAt(page, url, view));
    return looks;
  } finally {
    await browser.close();
  }
}

async function chat(page: Page, url: string): Promise<Look> {
  const what = "chat: sends a message and shows the answer";
  const said = `interop ${Date.now()}`;
  try {
    await page.goto(`${url}/chat`);
    const field = page.locator("textarea:enabled").first();
    await field.fill(said, { timeout: PATIENCE_MS });
    await page.getByRole("button", { name: /^send/i }).first().click({ timeout: PATIENCE_MS });
    // What was said, and the echo of it.
    await page
      .getByText(/local\/echo/)
      .first()
      .waitFor({ timeout: PATIENCE_MS });
    await page.getByText(said).nth(1).waitFor({ timeout: PATIENCE_MS });
    return { what, problem: undefined };
  } catch (error) {
    const shown = await page
      .locator("body")
      .innerText()
      .catch(() => "");
    return { what, problem: `${oneLine(String(error))}; the page shows: ${oneLine(shown)}` };
  }
}

async function lookAt(
  page: Page,
  url: string,
  { path, later }: { path: string; later?: string },
): Promise<Look> {
  const what = `view ${path}`;
  const about = later === undefined ? { what } : { what, later };
  try {
    await page.goto(`${url}/${path}`);
    await page.waitForLoadState("networkidle");
    // The answers of the view come over the socket; it shows what failed when they are there.
    await page.waitForTimeout(1_500);
    const told = await page.locator(".callout.danger").allInnerTexts();
    return { ...about, problem: told.length === 0 ? undefined : oneLine(told.join("; ")) };
  } catch (error) {
    return { ...about, problem: oneLine(String(error)) };
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 200);
}
