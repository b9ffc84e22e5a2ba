/** What can be asked of an open browser, one function each. What fails says so in a sentence. */
import { setTimeout as pause } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { hostOf, webTarget } from "../../../../base/net/web-target.ts";
import { type BrowserSession, dialogText, type Tab } from "./browser-session.ts";
import type { Order, Outcome, UploadFile } from "./messages.ts";
import { shownSnapshot } from "./shown-snapshot.ts";

type Args = Readonly<Record<string, unknown>>;

/** What an action is done with. */
interface Deed {
  session: BrowserSession;
  tab: Tab;
  args: Args;
  timeoutMs: number;
  allowHosts: readonly string[];
}

type Result = { text: string; details?: Record<string, unknown> } & Pick<Outcome, "picture" | "files">;

/** How long a page is given to react before it is looked at, in ms. */
const REACTION_MS = 150;
const SETTLE_MS = 5_000;
const DOWNLOAD_MS = 10_000;
const MOST_RESULT_CHARS = 20_000;
const SHOWN_CHARS = 500;

/** Carries out the order; what happened meanwhile is told with it. */
export async function act(session: BrowserSession, order: Order): Promise<Outcome> {
  const { action, args, timeoutMs, allowHosts } = order;
  const deed = ACTIONS[action];
  if (deed === undefined) throw new Error(`The browser knows no ${action}.`);
  const isForTab = !WITHOUT_TAB.includes(action);
  try {
    const tab = isForTab ? await session.tab(text(args, "targetId")) : undefined;
    if (tab !== undefined && !DESPITE_DIALOG.includes(action)) refuseHeldUp(tab);
    const result = await deed({ session, tab: tab as Tab, args, timeoutMs, allowHosts });
    return told(session, result, tab);
  } catch (error) {
    throw new Error(failureText(error, timeoutMs));
  }
}

const WITHOUT_TAB = ["start", "status", "tabs", "open", "downloads"];
const DESPITE_DIALOG = ["dialog", "close", "focus", "console"];

const ACTIONS: Readonly<Record<string, (deed: Deed) => Promise<Result>>> = {
  start: async ({ session }) => ({ text: "The browser runs.", details: await stateOf(session) }),
  status: async ({ session }) => ({ text: "The browser runs.", details: await stateOf(session) }),
  tabs: async ({ session }) => await tabList(session),
  open: async (deed) => {
    // An address that is refused opens nothing.
    const url = addressFor(deed);
    return await go({ ...deed, tab: await deed.session.newTab() }, url);
  },
  focus: async ({ session, tab }) => {
    await session.focus(tab);
    return { text: `Tab ${tab.id} is in front.`, details: { targetId: tab.id } };
  },
  close: async ({ tab }) => {
    await tab.page.close();
    return { text: `Tab ${tab.id} is closed.`, details: { targetId: tab.id } };
  },
  navigate: async (deed) => await go(deed, addressFor(deed)),
  snapshot,
  screenshot,
  pdf,
  console: async ({ tab, args }) => {
    const level = text(args, "level");
    const lines = tab.console.filter((line) => level === undefined || line.startsWith(level));
    return { text: lines.join("\n") || "(nothing was said)", details: { targetId: tab.id, lines } };
  },
  act: async (deed) => {
    const { session, tab } = deed;
    const kind = text(deed.args, "kind") ?? "";
    const doing = KINDS[kind];
    if (doing === undefined)
      throw new Error(
        `kind must be one of ${Object.keys(KINDS).join(", ")}, and is ${JSON.stringify(kind)}.`,
      );
    if (kind === "close") return await closed(tab);
    let said: unknown;
    await session.during(
      tab,
      doing(deed).then((result) => {
        said = result;
      }),
    );
    await settle(deed);
    return { text: typeof said === "string" ? said : "Done.", details: { targetId: tab.id } };
  },
  upload,
  dialog: async (deed) => {
    const { session, tab, args } = deed;
    const accept = args.accept === true;
    const said = await session.answerDialog(tab, { accept, promptText: text(args, "promptText") });
    if (said === undefined)
      return { text: `The next dialog will be ${accept ? "accepted" : "dismissed"}.`, details: {} };
    await settle(deed);
    return { text: `The dialog is ${accept ? "accepted" : "dismissed"}.`, details: { message: said } };
  },
  downloads: async ({ session, timeoutMs }) => {
    await session.settleDownloads(timeoutMs);
    return { text: session.isDownloading ? "A download is still under way." : "No download is under way." };
  },
};

/** What `act` does, by the kind of it. */
const KINDS: Readonly<Record<string, (deed: Deed) => Promise<unknown>>> = {
  click: async (deed) => {
    const { args, timeoutMs: timeout } = deed;
    const button = (["left", "right", "middle"] as const).find((each) => each === args.button) ?? "left";
    const target = await targetOf(deed);
    await (args.doubleClick === true
      ? target.dblclick({ timeout, button })
      : target.click({ timeout, button }));
  },
  type: async (deed) => {
    const { args, timeoutMs: timeout } = deed;
    const target = await targetOf(deed);
    const words = text(args, "text") ?? "";
    if (args.slowly === true) await target.pressSequentially(words, { timeout, delay: 50 });
    else await target.fill(words, { timeout });
    if (args.submit === true) await target.press("Enter", { timeout });
  },
  press: async (deed) => {
    const { args, tab, timeoutMs: timeout } = deed;
    const key = needed(args, "key");
    if (hasTarget(args)) await (await targetOf(deed)).press(key, { timeout });
    else await tab.page.keyboard.press(key);
  },
  hover: async (deed) => await (await targetOf(deed)).hover({ timeout: deed.timeoutMs }),
  drag: async (deed) => {
    const { args, tab, timeoutMs: timeout } = deed;
    const from = await byRef(tab.page, needed(args, "startRef"));
    await from.dragTo(await byRef(tab.page, needed(args, "endRef")), { timeout });
  },
  select: async (deed) => {
    const { args, timeoutMs: timeout } = deed;
    const values = texts(args, "values") ?? [needed(args, "text")];
    await (await targetOf(deed)).selectOption(values, { timeout });
  },
  fill: async (deed) => {
    const { args, tab, timeoutMs: timeout } = deed;
    const fields = Array.isArray(args.fields) ? (args.fields as unknown[]) : [args];
    for (const field of fields) {
      if (typeof field !== "object" || field === null)
        throw new Error("fields must be objects with ref and value.");
      const { ref, value = (field as Args).text } = field as Args;
      const target = await byRef(tab.page, String(ref ?? ""));
      const role = typeof value === "boolean" ? "check" : await kindOf(target);
      if (role === "check") await target.setChecked(value === true || value === "true", { timeout });
      else if (role === "select") await target.selectOption(String(value ?? ""), { timeout });
      else await target.fill(String(value ?? ""), { timeout });
    }
  },
  resize: async ({ tab, args }) => {
    const side = (name: string) => Math.min(4_000, Math.max(100, Number(args[name]) || 0));
    await tab.page.setViewportSize({ width: side("width"), height: side("height") });
  },
  wait: async ({ tab, args, timeoutMs }) => {
    const { page } = tab;
    const timeout = timeoutMs;
    const [seen, gone, ms] = [text(args, "text"), text(args, "textGone"), Number(args.timeMs) || 0];
    if (ms > 0) await pause(Math.min(ms, timeoutMs));
    if (seen !== undefined) await page.getByText(seen).first().waitFor({ state: "visible", timeout });
    if (gone !== undefined) await page.getByText(gone).first().waitFor({ state: "hidden", timeout });
    if (ms === 0 && seen === undefined && gone === undefined)
      throw new Error("wait needs timeMs, text or textGone.");
  },
  evaluate: async (deed) => {
    const { args, tab } = deed;
    const code = needed(args, "fn");
    // The code is made a function in the page.
    const result: unknown = hasTarget(args)
      ? await (await targetOf(deed)).evaluate(`(element) => (${code})(element)`)
      : await tab.page.evaluate(
          `(async () => { const value = (${code}); return typeof value === "function" ? await value() : value; })()`,
        );
    return (JSON.stringify(result) ?? "undefined").slice(0, MOST_RESULT_CHARS);
  },
  close: async () => {},
};

async function closed(tab: Tab): Promise<Result> {
  await tab.page.close();
  return { text: `Tab ${tab.id} is closed.`, details: { targetId: tab.id } };
}

async function go(deed: Deed, url: string): Promise<Result> {
  const { session, tab, timeoutMs } = deed;
  const { page } = tab;
  try {
    await session.during(tab, page.goto(url, { waitUntil: "domcontentloaded", timeout: timeoutMs }));
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    // A file that is sent is no page.
    if (/Download is starting/.test(said)) {
      await session.settleDownloads(timeoutMs);
      return { text: "The address gives a file, and no page.", details: { targetId: tab.id, url } };
    }
    if (/Timeout .* exceeded/.test(said)) await stopLoading(page);
    throw new Error(whyNot({ session, url: new URL(url), said, timeoutMs }));
  }
  const refused = session.guard.refusalOf(new URL(page.url(), url));
  if (refused !== undefined) throw new Error(withRemedy(refused));
  await settle(deed);
  const title = tab.dialog === undefined ? await page.title() : "";
  return {
    text: `Tab ${tab.id}: ${title.slice(0, SHOWN_CHARS)}\n${page.url()}`,
    details: { targetId: tab.id, url: page.url(), title },
  };
}

const BLANK = "about:blank";

/** Fails with a sentence for what no browser of an agent goes to. */
function addressFor({ args, allowHosts }: Deed): string {
  const url = (text(args, "targetUrl") ?? text(args, "url") ?? "").trim();
  if (url === "" || url === BLANK) return BLANK;
  const named = /^[a-z][a-z\d+.-]*:/i.test(url) && !/^[^/:]+:\d+(?:\/|$)/.test(url) ? url : `https://${url}`;
  try {
    return webTarget(named, allowHosts).url.href;
  } catch (error) {
    throw new Error(withRemedy(error instanceof Error ? error.message : String(error)));
  }
}

function withRemedy(refusal: string): string {
  return / is not on the public internet\.$/.test(refusal)
    ? `${refusal} The owner can allow it with browser.allowPrivateHosts.`
    : refusal;
}

async function stopLoading(page: Page): Promise<void> {
  try {
    const channel = await page.context().newCDPSession(page);
    await channel.send("Page.stopLoading");
    await channel.detach();
  } catch {
    // It is of no use to whoever asked any more, loading or not.
  }
}

function whyNot(about: { session: BrowserSession; url: URL; said: string; timeoutMs: number }): string {
  const { session, url, said, timeoutMs } = about;
  const host = hostOf(url);
  const refused = session.guard.refusalOf(url);
  if (refused !== undefined) return withRemedy(refused);
  if (/Timeout .* exceeded/.test(said))
    return `${host} did not load within ${Math.round(timeoutMs / 1_000)} s, and loading was broken off.`;
  const code = /net::(ERR_[A-Z_]+)/.exec(said)?.[1];
  if (code === "ERR_TUNNEL_CONNECTION_FAILED") return `${host} cannot be reached.`;
  return code === undefined ? said : `${host} cannot be loaded (${code}).`;
}

async function snapshot({ tab, args, timeoutMs }: Deed): Promise<Result> {
  const { page } = tab;
  const isEfficient = args.mode === "efficient";
  const isPlain = args.snapshotFormat === "aria";
  const depth = count(args, "depth") ?? (isEfficient ? 6 : undefined);
  const selector = text(args, "selector");
  const options = { mode: isPlain ? ("default" as const) : ("ai" as const), timeout: timeoutMs };
  const how = depth === undefined ? options : { ...options, depth };
  const whole = await (selector === undefined
    ? page.ariaSnapshot(how)
    : page.locator(selector).first().ariaSnapshot(how));
  const most = Math.min(count(args, "maxChars") ?? MOST_SNAPSHOT, isEfficient ? EFFICIENT : MOST_SNAPSHOT);
  const shown = shownSnapshot(whole, {
    isInteractive: args.interactive === true || isEfficient,
    isCompact: args.compact === true || isEfficient,
    mostChars: most,
  });
  const title = await page.title();
  return {
    text: `Tab ${tab.id}: ${title.slice(0, SHOWN_CHARS)}\n${page.url()}\n\n${shown}`,
    details: { targetId: tab.id, url: page.url(), title, snapshot: shown },
  };
}

const MOST_SNAPSHOT = 80_000;
const EFFICIENT = 10_000;

async function screenshot(deed: Deed): Promise<Result> {
  const { tab, args, timeoutMs: timeout } = deed;
  const type = args.type === "jpeg" ? ("jpeg" as const) : ("png" as const);
  const bytes = hasTarget(args)
    ? await (await targetOf(deed)).screenshot({ type, timeout })
    : await tab.page.screenshot({ type, timeout, fullPage: args.fullPage === true });
  return {
    text: `A picture of tab ${tab.id}: ${tab.page.url()}`,
    details: { targetId: tab.id, url: tab.page.url() },
    picture: { bytes, mimeType: `image/${type}` },
  };
}

async function pdf({ session, tab }: Deed): Promise<Result> {
  if (!session.launch.isHeadless)
    throw new Error("A browser with a window makes no PDF; set browser.headless to true for that.");
  const title = (await tab.page.title()).replace(/[/\\]/g, " ").trim().slice(0, 80);
  const file = session.incoming(`${title || "page"}.pdf`);
  await tab.page.pdf({ path: file.path, printBackground: true });
  return { text: `A PDF of ${tab.page.url()}.`, details: { targetId: tab.id }, files: [file] };
}

async function upload(deed: Deed): Promise<Result> {
  const { session, tab, args, timeoutMs: timeout } = deed;
  const files = (args.files as UploadFile[]).map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    buffer: Buffer.from(buffer),
  }));
  const ref = text(args, "inputRef") ?? text(args, "ref");
  const target =
    ref === undefined
      ? tab.page.locator(text(args, "selector") ?? "input[type=file]").first()
      : await byRef(tab.page, ref);
  if ((await target.count()) === 0) throw new Error("The page has no field for files: name one by ref.");
  if ((await kindOf(target)) === "file") await target.setInputFiles(files, { timeout });
  else {
    const [chooser] = await Promise.all([
      tab.page.waitForEvent("filechooser", { timeout }),
      target.click({ timeout }),
    ]);
    await chooser.setFiles(files, { timeout });
  }
  await settle({ ...deed, session });
  return {
    text: `Given to the page: ${files.map(({ name }) => name).join(", ")}.`,
    details: { targetId: tab.id, files: files.map(({ name }) => name) },
  };
}

/** What the element is for whoever fills it. */
async function kindOf(target: Locator): Promise<"check" | "select" | "file" | "text"> {
  return await target.evaluate((element: { tagName: string; type?: string }) => {
    if (element.tagName === "SELECT") return "select";
    if (element.tagName !== "INPUT") return "text";
    if (element.type === "checkbox" || element.type === "radio") return "check";
    return element.type === "file" ? "file" : "text";
  });
}

/** Gives the page the time to react: another page, a file, a dialog. */
async function settle({ session, tab }: Pick<Deed, "session" | "tab">): Promise<void> {
  if (tab.dialog !== undefined || tab.page.isClosed()) return;
  await pause(REACTION_MS);
  if (tab.dialog !== undefined || tab.page.isClosed()) return;
  const loaded = tab.page.waitForLoadState("domcontentloaded", { timeout: SETTLE_MS });
  // A page that takes longer is looked at as it is.
  await session.during(tab, loaded).catch(() => {});
  await session.settleDownloads(DOWNLOAD_MS);
}

async function stateOf(session: BrowserSession): Promise<Record<string, unknown>> {
  const { profile, executablePath, isHeadless } = session.launch;
  return {
    running: true,
    profile,
    executablePath,
    headless: isHeadless,
    version: session.browser?.version() ?? null,
    tabs: session.tabs().length,
  };
}

async function tabList(session: BrowserSession): Promise<Result> {
  const tabs = await Promise.all(
    session.tabs().map(async ({ id, page, dialog, hasCrashed }) => ({
      targetId: id,
      // A page that is held up answers nobody.
      title: dialog !== undefined || hasCrashed ? "" : (await page.title()).slice(0, SHOWN_CHARS),
      url: page.url(),
      isCurrent: session.currentId === id,
    })),
  );
  const line = ({ targetId, title, url, isCurrent }: (typeof tabs)[number]) =>
    `${targetId}${isCurrent ? " (in front)" : ""}: ${title}\n  ${url}`;
  return { text: tabs.map(line).join("\n") || "No tab is open.", details: { tabs } };
}

function told(session: BrowserSession, result: Result, tab: Tab | undefined): Outcome {
  const notices = session.takeNotices();
  if (tab?.dialog !== undefined) notices.push(`${dialogText(tab.dialog)}. Answer it with the action dialog.`);
  const files = [...(result.files ?? []), ...session.takeFiles()];
  return {
    text: [result.text, ...notices].join("\n"),
    details: { ...result.details, ...(notices.length > 0 && { notices }) },
    ...(result.picture && { picture: result.picture }),
    ...(files.length > 0 && { files }),
  };
}

function refuseHeldUp({ id, dialog, hasCrashed }: Tab): void {
  if (hasCrashed) throw new Error(`The page in tab ${id} has crashed: open it again.`);
  if (dialog !== undefined) throw new Error(`${dialogText(dialog)}. Answer it with the action dialog first.`);
}

/** The first line of what the driver says, without its colours and calls. */
function failureText(error: unknown, timeoutMs: number): string {
  const said = error instanceof Error ? error.message : String(error);
  if (/has been closed|browser has disconnected/i.test(said))
    return "The browser, or this tab of it, was closed in the middle of it. Look at tabs, and open the page again.";
  if (/Target crashed|Page crashed/i.test(said)) return "The page has crashed: open it again.";
  const plain = said.replace(/^\w+\.\w+: /, "");
  if (/^Timeout \d+ms exceeded/.test(plain))
    return `It took longer than ${Math.round(timeoutMs / 1_000)} s: the element may be hidden, covered or switched off. Take a new snapshot.`;
  return plain.split("\n")[0]?.slice(0, SHOWN_CHARS) ?? "";
}

function hasTarget(args: Args): boolean {
  return text(args, "ref") !== undefined || text(args, "selector") !== undefined;
}

async function targetOf({ tab, args }: Deed): Promise<Locator> {
  const ref = text(args, "ref");
  if (ref !== undefined) return await byRef(tab.page, ref);
  return tab.page.locator(needed(args, "selector")).first();
}

async function byRef(page: Page, ref: string): Promise<Locator> {
  const plain = ref.trim().replace(/^(?:@|ref=)/, "");
  if (!/^(?:f\d+)?e\d+$/.test(plain))
    throw new Error(
      `ref must be one of a snapshot, such as e12, and is ${JSON.stringify(ref.slice(0, 40))}.`,
    );
  const found = page.locator(`aria-ref=${plain}`);
  if ((await found.count()) === 0)
    throw new Error(`There is no ${plain} on the page any more: take a new snapshot.`);
  return found;
}

function needed(args: Args, name: string): string {
  const value = text(args, name);
  if (value === undefined) throw new Error(`${name} is missing.`);
  return value;
}

function text(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(args: Args, name: string): string[] | undefined {
  const value = args[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}

function count(args: Args, name: string): number | undefined {
  const value = Number(args[name]);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
