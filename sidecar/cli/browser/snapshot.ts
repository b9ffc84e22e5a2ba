/** `clawdbot browser snapshot`: prints a page as agents read it. */
import type { browserSnapshot } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserSnapshot>): Promise<number> {
  const { tab, interactive } = invocation.values;
  const query = { interactive, ...(tab === undefined ? {} : { targetId: tab }) };
  return await askBrowser(invocation, { method: "GET", path: "/snapshot", query });
}
