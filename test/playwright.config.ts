/** All tests run here: unit and integration anywhere, ui in Chromium, e2e on a real desktop. */
import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: ".results",
  globalSetup: "./helpers/run/build.ts",
  timeout: 30_000,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["./helpers/run/summary-reporter.ts"]],
  workers: Math.max(2, availableParallelism()),
  projects: [
    { name: "unit", testDir: "unit" },
    { name: "integration", testDir: "integration" },
    { name: "ui", testDir: "ui", timeout: 60_000 },
    { name: "e2e", testDir: "e2e", timeout: 120_000, workers: 1, fullyParallel: false },
  ],
});
