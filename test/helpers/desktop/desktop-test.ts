/** `test` with a `desktop` of its own per test. Skips with the reason where none can run, and keeps a picture of a failure. */
import { test as base } from "@playwright/test";
import { missingReason } from "../run/desktop-needs.ts";
import { type Desktop, startDesktop } from "./desktop.ts";

export { expect } from "@playwright/test";

export const test = base.extend<{ desktop: Desktop }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures from this pattern
  desktop: async ({}, use, testInfo) => {
    const reason = missingReason("desktop");
    testInfo.skip(reason !== undefined, reason);
    const desktop = await startDesktop();
    try {
      await use(desktop);
      if (testInfo.status !== testInfo.expectedStatus) {
        const path = testInfo.outputPath("desktop.png");
        await desktop.screenshot(path);
        await testInfo.attach("desktop", { path });
      }
    } finally {
      await desktop.stop();
    }
  },
});
