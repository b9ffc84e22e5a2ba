/** All tests run here: unit and integration anywhere, ui in Chromium, e2e on a real desktop. */
import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";

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
  // One more than processors: a third of the time is spent waiting for services, desktops and other processes.
  workers: Math.max(2, availableParallelism()) + 1,
  projects: [
    // First and beside the others, because it mostly waits.
    { name: "e2e", testDir: "e2e", workers: 1, fullyParallel: false },
    { name: "unit", testDir: "unit" },
    { name: "integration", testDir: "integration" },
    { name: "ui", testDir: "ui" },
  ],
});
