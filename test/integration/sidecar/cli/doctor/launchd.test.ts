/** What `clawdbot doctor` finds of a launch agent, with a recorder in place of launchd that really runs gateways. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test as base, expect } from "@playwright/test";
import type { FailedRepair, Repaired } from "../../../../../sidecar/setup/doctor/run-checks.ts";
import { createTempHome, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { runCli } from "../../../../helpers/process/cli.ts";
import {
  type LaunchdRecorder,
  noLaunchdReason,
  startLaunchd,
} from "../../../../helpers/service/launchctl.ts";

const TOKEN = "a-token-that-nobody-prints";

const test = base.extend<{ home: TempHome; launchd: LaunchdRecorder }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = createTempHome("my home");
    home.writeConfig({ gateway: { mode: "local", port: await freePort(), auth: { token: TOKEN } } });
    await use(home);
    home.dispose();
  },
  // biome-ignore lint/correctness/noEmptyPattern: see above.
  launchd: async ({}, use) => {
    const launchd = await startLaunchd();
    await use(launchd);
    await launchd.dispose();
  },
});

test.beforeEach(() => {
  const reason = noLaunchdReason();
  test.skip(reason !== undefined, reason);
});

interface Document {
  findings: { code: string; level: string; message: string; remedy?: string }[];
  repaired: Repaired[];
  failed: FailedRepair[];
}

interface Place {
  home: TempHome;
  launchd: LaunchdRecorder;
}

const clawdbot = ({ home, launchd }: Place, ...args: string[]) =>
  runCli(args, { env: launchd.macEnv(home), timeoutMs: 60_000 });

async function doctor(place: Place, ...args: string[]) {
  const { code, stdout, stderr } = await clawdbot(place, "doctor", "--json", ...args);
  expect(stderr).toBe("");
  expect(stdout).not.toContain(TOKEN);
  return { code, document: JSON.parse(stdout) as Document };
}

const codesIn = ({ findings }: Document) => findings.map(({ code }) => code);

test.describe("doctor and a launch agent", () => {
  test("finds nothing wrong with one that was just installed", async ({ home, launchd }) => {
    await clawdbot({ home, launchd }, "gateway", "install");

    const { code, document } = await doctor({ home, launchd }, "--deep");

    expect(document.findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(codesIn(document).filter((each) => /^(service|launchd)-/.test(each))).toEqual([]);
    expect(code).toBe(0);
  });

  test("row 38: loads one that is installed and not loaded", async ({ home, launchd }) => {
    const place = { home, launchd };
    await clawdbot(place, "gateway", "install");
    await clawdbot(place, "gateway", "stop");

    const look = await doctor(place);
    const fix = await doctor(place, "--fix");

    expect(look.document.findings).toContainEqual(
      expect.objectContaining({ code: "service-not-loaded", level: "warning" }),
    );
    expect(fix.document).toMatchObject({
      repaired: [
        {
          code: "service-not-loaded",
          done: expect.stringMatching(/^started the service com\.clawdbot\.gateway \(PID \d+\)$/),
        },
      ],
      failed: [],
    });
    expect(codesIn((await doctor(place)).document)).not.toContain("service-not-loaded");
  });

  test("takes a token out of the login session that hides the configured one", async ({ home, launchd }) => {
    const place = { home, launchd };
    launchd.type("setenv", "CLAWDBOT_GATEWAY_TOKEN", "a-forgotten-token");

    const fix = await doctor(place, "--fix");

    expect(fix.document.repaired).toMatchObject([
      { code: "launchd-session-secret", done: "took CLAWDBOT_GATEWAY_TOKEN out of the login session" },
    ]);
    expect(launchd.requests()).toContain("unsetenv CLAWDBOT_GATEWAY_TOKEN");
    expect(JSON.stringify(fix.document)).not.toContain("a-forgotten-token");
    expect(codesIn((await doctor(place)).document)).not.toContain("launchd-session-secret");
  });

  test("names the file that keeps agents from being written, and an agent of an earlier version", async ({
    home,
    launchd,
  }) => {
    const place = { home, launchd };
    const legacy = join(home.path, "Library", "LaunchAgents", "com.steipete.clawdbot.gateway.plist");
    mkdirSync(dirname(legacy), { recursive: true });
    writeFileSync(legacy, LEGACY);
    writeFileSync(join(home.stateDir, "disable-launchagent"), "");

    const { document } = await doctor(place, "--fix");

    expect(codesIn(document)).toEqual(
      expect.arrayContaining(["service-legacy", "launchd-disabled-by-marker"]),
    );
    expect(document.findings.find(({ code }) => code === "service-legacy")?.remedy).toContain(
      `launchctl bootout ${launchd.domain}/com.steipete.clawdbot.gateway && rm '${legacy}'`,
    );
    expect(document.repaired).toEqual([]);
    expect(existsSync(legacy)).toBe(true);
  });
});

const LEGACY = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>com.steipete.clawdbot.gateway</string>
<key>ProgramArguments</key><array><string>/usr/local/bin/node</string><string>/opt/clawdbot/dist/entry.js</string><string>gateway</string></array>
</dict></plist>
`;
