/** `clawdbot browser tabs`: lists the tabs. */
import type { browserTabs } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserTabs>): Promise<number> {
  return await askBrowser(invocation, { method: "GET", path: "/tabs" });
}
