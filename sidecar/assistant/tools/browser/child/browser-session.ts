/** One browser that is driven: its tabs, what they say and ask, and what comes out of them. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Dialog, Download, Page } from "playwright-core";
import { type GuardProxy, startGuardProxy } from "../../../../base/net/guard-proxy.ts";
import type { ComingFile, Launch } from "./messages.ts";

/** How a dialog that is not open yet is to be answered. */
export interface DialogAnswer {
  accept: boolean;
  promptText?: string | undefined;
}

/** One tab with what is known of it. */
export interface Tab {
  id: string;
  page: Page;
  console: string[];
  dialog: Dialog | undefined;
  hasCrashed: boolean;
}

const MOST_LINES = 200;
const LINE_CHARS = 1_000;
const LAUNCH_MS = 30_000;
/** Larger ones are not taken. */
const MOST_DOWNLOADS = 20;

/** Connections go through the guard, and none beside it. */
const ARGS = [
  "--disable-quic",
  "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

export class BrowserSession {
  readonly launch: Launch;
  readonly guard: GuardProxy;
  #context: BrowserContext;
  #tabs = new Map<Page, Tab>();
  #current: Page | undefined;
  #lastId = 0;
  #armed: DialogAnswer | undefined;
  #dialogWaiters = new Set<(tab: Tab) => void>();
  #notices: string[] = [];
  #files: ComingFile[] = [];
  #downloads = new Set<Promise<void>>();
  #isGone = false;
  #gone = new Set<() => void>();

  private constructor(launch: Launch, guard: GuardProxy, context: BrowserContext) {
    this.launch = launch;
    this.guard = guard;
    this.#context = context;
    for (const page of context.pages()) this.#add(page);
    context.on("page", (page) => this.#add(page));
    context.once("close", () => void this.#ended());
  }

  /** Starts the browser. Fails with a sentence. */
  static async open(launch: Launch, allowHosts: () => readonly string[]): Promise<BrowserSession> {
    const { chromium } = (await import(
      pathToFileURL(launch.driver).href
    )) as typeof import("playwright-core");
    rmSync(launch.incomingDir, { recursive: true, force: true });
    for (const folder of [launch.profileDir, launch.incomingDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    const guard = await startGuardProxy({ allowHosts });
    try {
      const context = await chromium.launchPersistentContext(launch.profileDir, {
        executablePath: launch.executablePath,
        headless: launch.isHeadless,
        chromiumSandbox: launch.hasSandbox,
        args: ARGS,
        // Without the bypass this machine would be reached directly.
        proxy: { server: guard.url, bypass: "<-loopback>" },
        downloadsPath: launch.incomingDir,
        acceptDownloads: true,
        serviceWorkers: "block",
        viewport: launch.isHeadless ? { width: 1_280, height: 800 } : null,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        timeout: LAUNCH_MS,
      });
      return new BrowserSession(launch, guard, context);
    } catch (error) {
      await guard.close();
      throw new Error(notStarted(launch, error));
    }
  }

  get browser(): Browser | null {
    return this.#context.browser();
  }

  onGone(listen: () => void): void {
    if (this.#isGone) listen();
    else this.#gone.add(listen);
  }

  tabs(): Tab[] {
    return [...this.#tabs.values()];
  }

  get currentId(): string | undefined {
    return this.#tab()?.id;
  }

  /** The tab of the id, else the one that is in front; made where there is none. */
  async tab(id?: string): Promise<Tab> {
    if (id === undefined) return this.#tab() ?? (await this.newTab());
    const found = this.tabs().find((each) => each.id === id);
    if (found !== undefined) return found;
    const ids = this.tabs().map((each) => each.id);
    throw new Error(`There is no tab ${id.slice(0, 40)}; there is ${ids.join(", ") || "none"}.`);
  }

  async newTab(): Promise<Tab> {
    const page = await this.#context.newPage();
    this.#current = page;
    return this.#add(page);
  }

  async focus(tab: Tab): Promise<void> {
    this.#current = tab.page;
    await tab.page.bringToFront();
  }

  /** Answers the dialog that is open, else the next one; what was said in it. */
  async answerDialog(tab: Tab, answer: DialogAnswer): Promise<string | undefined> {
    const { dialog } = tab;
    if (dialog === undefined) {
      this.#armed = answer;
      return undefined;
    }
    tab.dialog = undefined;
    await this.#answer(dialog, answer);
    return dialog.message();
  }

  /** Does the work, or stops waiting for it when a dialog opens, which holds the page up. */
  async during(tab: Tab, work: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const opened = (each: Tab) => {
      if (each === tab) resolve();
    };
    this.#dialogWaiters.add(opened);
    // It goes on when the dialog is answered; how it ends then is for nobody.
    work.catch(() => {});
    try {
      await Promise.race([work, promise]);
    } finally {
      this.#dialogWaiters.delete(opened);
    }
  }

  /** Resolves when downloads under way are there, or when the time is over. */
  async settleDownloads(timeoutMs: number): Promise<void> {
    if (this.#downloads.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    await Promise.race([Promise.all(this.#downloads), promise]);
    clearTimeout(timer);
  }

  get isDownloading(): boolean {
    return this.#downloads.size > 0;
  }

  /** What happened by itself since somebody asked last. */
  takeNotices(): string[] {
    return this.#notices.splice(0);
  }

  takeFiles(): ComingFile[] {
    return this.#files.splice(0);
  }

  /** The path of a new file in the place for what comes out. */
  incoming(name: string): ComingFile {
    return { path: join(this.launch.incomingDir, crypto.randomUUID()), name };
  }

  async close(): Promise<void> {
    await this.#context.close().catch(() => {}); // It is gone already.
    await this.#ended();
  }

  #tab(): Tab | undefined {
    const current = this.#current && this.#tabs.get(this.#current);
    return current ?? this.tabs().at(-1);
  }

  #add(page: Page): Tab {
    const known = this.#tabs.get(page);
    if (known !== undefined) return known;
    this.#lastId += 1;
    const tab: Tab = { id: `t${this.#lastId}`, page, console: [], dialog: undefined, hasCrashed: false };
    this.#tabs.set(page, tab);
    page.on("console", (message) => keepLine(tab.console, `${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => keepLine(tab.console, `error: ${error.message}`));
    page.on("dialog", (dialog) => void this.#dialog(tab, dialog));
    page.on("download", (download) => this.#download(download));
    page.on("crash", () => {
      tab.hasCrashed = true;
      this.#notices.push(`The page in tab ${tab.id} has crashed: open it again.`);
    });
    page.on("popup", (popup) => {
      this.#notices.push(`Tab ${this.#add(popup).id} was opened by the page.`);
    });
    page.on("close", () => {
      this.#tabs.delete(page);
      if (this.#current === page) this.#current = undefined;
    });
    return tab;
  }

  async #dialog(tab: Tab, dialog: Dialog): Promise<void> {
    const armed = this.#armed;
    if (dialog.type() === "beforeunload") return await this.#answer(dialog, { accept: true });
    if (armed !== undefined) {
      this.#armed = undefined;
      this.#notices.push(`${dialogText(dialog)}; it was ${armed.accept ? "accepted" : "dismissed"}.`);
      return await this.#answer(dialog, armed);
    }
    tab.dialog = dialog;
    for (const waiter of this.#dialogWaiters) waiter(tab);
  }

  async #answer(dialog: Dialog, { accept, promptText }: DialogAnswer): Promise<void> {
    // A page may take its dialog away with itself.
    await (accept ? dialog.accept(promptText) : dialog.dismiss()).catch(() => {});
  }

  #download(download: Download): void {
    const name = download.suggestedFilename();
    if (this.#files.length + this.#downloads.size >= MOST_DOWNLOADS) {
      this.#notices.push("A file is not taken: too many wait already.");
      void download.cancel();
      return;
    }
    const taken = (async () => {
      const file = this.incoming(name);
      try {
        await download.saveAs(file.path);
        this.#files.push(file);
      } catch {
        this.#notices.push(`The file ${JSON.stringify(name)} did not arrive.`);
      }
    })();
    this.#downloads.add(taken);
    void taken.finally(() => this.#downloads.delete(taken));
  }

  async #ended(): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    for (const listen of this.#gone) listen();
    await this.guard.close();
  }
}

/** What a page asks, in words. */
export function dialogText(dialog: Dialog): string {
  return `The page shows a dialog (${dialog.type()}): ${JSON.stringify(dialog.message().slice(0, LINE_CHARS))}`;
}

function keepLine(lines: string[], line: string): void {
  lines.push(line.slice(0, LINE_CHARS));
  if (lines.length > MOST_LINES) lines.shift();
}

function notStarted({ executablePath, profile }: Launch, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (/without --no-sandbox|No usable sandbox|SUID sandbox/i.test(said))
    return `${executablePath} cannot start in its sandbox here (as root, or in a container). The owner can let it start without one: set browser.noSandbox to true.`;
  if (/ProcessSingleton|profile.*in use|SingletonLock/i.test(said))
    return `The browser profile ${profile} is in use by another browser: close that one first.`;
  if (/Missing X server|cannot open display|\$DISPLAY/i.test(said))
    return `${executablePath} finds no display to show its window on; set browser.headless to true.`;
  return `${executablePath} cannot be started: ${said.split("\n")[0]?.slice(0, 300) ?? ""}`;
}
