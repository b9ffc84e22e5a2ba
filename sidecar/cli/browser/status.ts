/** `clawdbot browser status`: shows whether the agents' browser runs. */
import type { browserStatus } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserStatus>): Promise<number> {
  return await askBrowser(invocation, { method: "GET", path: "/" });
}
