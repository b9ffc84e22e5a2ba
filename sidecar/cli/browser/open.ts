/** `clawdbot browser open <url>`: opens a page in a new tab. */
import type { browserOpen } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserOpen>): Promise<number> {
  const [url = ""] = invocation.arguments;
  return await askBrowser(invocation, { method: "POST", path: "/tabs/open", body: { url } });
}
