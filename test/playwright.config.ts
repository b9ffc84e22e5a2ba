/** All tests run here: unit and integration anywhere, ui in Chromium, e2e on a real desktop. */
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: ".results",
  timeout: 30_000,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["./helpers/summary-reporter.ts"]],
  workers: 2,
  projects: [
    { name: "unit", testMatch: "unit/**/*.test.ts" },
    { name: "integration", testMatch: "integration/**/*.test.ts" },
    { name: "ui", testMatch: "ui/**/*.test.ts", timeout: 60_000 },
    { name: "e2e", testMatch: "e2e/**/*.test.ts", timeout: 120_000, workers: 1, fullyParallel: false },
  ],
});
