/** `clawdbot browser profiles`: lists the profiles. */
import type { browserProfiles } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { askBrowser } from "./ask.ts";

export async function run(invocation: Invocation<typeof browserProfiles>): Promise<number> {
  return await askBrowser(invocation, { method: "GET", path: "/profiles" });
}
