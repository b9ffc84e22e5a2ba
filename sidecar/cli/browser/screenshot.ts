/** `clawdbot browser screenshot`: takes a picture of a page, and says where its file is. */
import type { browserScreenshot } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserScreenshot>): Promise<number> {
  const { tab, "full-page": fullPage } = invocation.values;
  const body = { fullPage, ...(tab === undefined ? {} : { targetId: tab }) };
  return await askBrowser(invocation, { method: "POST", path: "/screenshot", body });
}
