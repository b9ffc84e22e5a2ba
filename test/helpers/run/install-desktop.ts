/**
 * Runs before the tests: on Debian as root it installs what the tests lack, elsewhere it says
 * in one line each what is missing and which tests are therefore skipped. It never fails the run.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { DESKTOP_NEEDS, missingNeeds } from "./desktop-needs.ts";

const APT_TIMEOUT_MS = 15 * 60_000;
const TEST_NAMES = {
  desktop: "the desktop tests (e2e)",
  ui: "the browser tests (ui)",
  network: "the network tests (integration)",
  sandbox: "the tests of sandboxes (integration)",
  service: "the tests of systemd services (integration, e2e)",
  "property list": "the tests that let another program read property lists (integration)",
  "desktop entry": "the tests that let the desktop start an entry (unit)",
  terminal: "the tests that type into a terminal (integration)",
  clock: "the tests that set the time of day (integration)",
  metrics: "the test that reads the metrics as Prometheus does (integration)",
  completion: "the tests that press Tab in a shell (integration)",
  recipes: "the tests of the recipes in the guide (integration)",
  manual: "the tests of the manual page (integration)",
  windows: "the tests that run batch files and tasks in Wine (integration)",
} as const;

let missing = missingNeeds();
if (missing.length > 0 && canInstall()) {
  const wanted = missing.filter((need) => !need.startsService || !existsSync("/run/systemd/system"));
  install([...new Set(wanted.map((need) => need.debianPackage))]);
  missing = missingNeeds();
}
for (const need of missing) {
  console.log(`${need.debianPackage} is missing: ${TEST_NAMES[need.tests]} are skipped`);
}
if (missing.length === 0)
  console.log(`what the tests need of this machine: all ${DESKTOP_NEEDS.length} programs are here`);

function canInstall(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

function install(packages: string[]): void {
  if (packages.length === 0) return;
  console.log(`installing for the tests: ${packages.join(" ")}`);
  if (!aptGet("install", "--no-install-recommends", ...packages)) {
    // A fresh image has no package lists, or lists older than the mirror.
    aptGet("update");
    aptGet("install", "--no-install-recommends", ...packages);
  }
}

function aptGet(...args: string[]): boolean {
  const result = spawnSync("/usr/bin/apt-get", ["-y", "-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: APT_TIMEOUT_MS,
  });
  if (result.status === 0) return true;
  const lastLine = result.stderr?.trim().split("\n").at(-1) ?? result.error?.message;
  console.log(`apt-get ${args[0]} failed: ${lastLine ?? "no message"}`);
  return false;
}
