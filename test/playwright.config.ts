/** All tests run here: unit and integration anywhere, ui in Chromium, e2e on a real desktop. */
import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";

const WORKERS = Math.max(2, availableParallelism());

export default defineConfig({
  testDir: ".",
  outputDir: ".results",
  globalSetup: "./helpers/run/build.ts",
  // Guards for what hangs: a machine may be busy, and nothing here waits for time to pass.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A desktop, systemd and ten network namespaces on a machine that others use: what needs a second attempt is listed at the end.
  retries: process.env.CI ? 1 : 0,
  reporter: [["line"], ["./helpers/run/summary-reporter.ts"]],
  workers: WORKERS + 1,
  projects: [
    // First and beside the others, because it mostly waits.
    { name: "e2e", testDir: "e2e", workers: 1, fullyParallel: false },
    { name: "unit", testDir: "unit", workers: WORKERS },
    { name: "integration", testDir: "integration", workers: WORKERS },
    { name: "ui", testDir: "ui", workers: WORKERS },
  ],
});
