/**
 * What may differ between the Node of development and the oldest one that runs the program (MIN_NODE_VERSION). The rest is our own
 * code over the same language and says nothing new there.
 */
import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

const REASONS: Record<string, string[]> = {
  "type stripping, module loading, the compile cache, process.execve": [
    "integration/sidecar/launch.test.ts",
    "integration/sidecar/main.test.ts",
    "integration/sidecar/cli/gateway/watch.test.ts",
  ],
  "each verb as a process": ["integration/sidecar/cli/smoke.test.ts"],
  "parseArgs, styleText, readline": [
    "unit/sidecar/cli/",
    "integration/sidecar/cli/verbs.test.ts",
    "integration/sidecar/cli/config/",
  ],
  "node:sqlite behind the lock, parseEnv, the file system's errors and events": [
    "unit/shared/node/",
    "unit/sidecar/base/",
    "integration/shared/",
    "integration/sidecar/base/",
    "integration/sidecar/run/reload.test.ts",
  ],
  "node:http, sockets and their limits, signals": [
    "unit/sidecar/gateway/",
    "integration/gateway/",
    "integration/sidecar/app.test.ts",
    "integration/sidecar/cli/gateway-start.test.ts",
    "integration/sidecar/cli/gateway-stop.test.ts",
  ],
  "child processes, their streams and their ends": [
    "integration/sidecar/host/process/",
    "integration/tray/main.test.ts",
  ],
};

const FILES = Object.values(REASONS).flat();

export default defineConfig(config, {
  testMatch: FILES.map((path) => `**/${path}${path.endsWith("/") ? "**/*.test.ts" : ""}`),
  projects: [
    { name: "unit", testDir: "unit" },
    { name: "integration", testDir: "integration" },
  ],
});
