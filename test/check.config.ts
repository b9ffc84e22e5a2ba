/** `npm run check`: everything that needs no process but the runner's own. */
import { defineConfig } from "@playwright/test";
import { filesWithProcesses } from "./helpers/run/processes.ts";
import config from "./playwright.config.ts";

export default defineConfig({
  ...config,
  projects: [
    { name: "unit", testDir: "unit" },
    { name: "integration", testDir: "integration", testIgnore: filesWithProcesses("integration") },
  ],
});
