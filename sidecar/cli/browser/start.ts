/** `clawdbot browser start`: starts the agents' browser. */
import type { browserStart } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserStart>): Promise<number> {
  return await askBrowser(invocation, { method: "POST", path: "/start" });
}
