/** `clawdbot browser stop`: closes the agents' browser. */
import type { browserStop } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserStop>): Promise<number> {
  return await askBrowser(invocation, { method: "POST", path: "/stop" });
}
