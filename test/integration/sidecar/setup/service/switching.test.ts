/** U3: a home on which another product of the family lives, with its unit under a real systemd. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { expect, localConfig, type ServicePlace, test } from "../../../../helpers/service/gateway-service.ts";

const VERSION = "2026.1.24-3";

/** A unit as the original writes it; the program in it only stays. */
const ORIGINAL = `[Unit]
Description=Clawdbot Gateway (v${VERSION})
After=network-online.target

[Service]
ExecStart=/bin/sleep 3600
Restart=always
RestartSec=5
KillMode=process
Environment=CLAWDBOT_GATEWAY_PORT=18789
Environment="CLAWDBOT_SERVICE_MARKER=clawdbot"
Environment=CLAWDBOT_SERVICE_KIND=gateway
Environment=CLAWDBOT_SERVICE_VERSION=${VERSION}

[Install]
WantedBy=default.target
`;

/** The original installed, running, and with its own copy of an older unit beside it. */
function original(place: ServicePlace): string {
  mkdirSync(dirname(place.unitFile), { recursive: true });
  writeFileSync(place.unitFile, ORIGINAL);
  writeFileSync(`${place.unitFile}.bak`, ORIGINAL.replaceAll(VERSION, "2026.1.20"));
  place.writeConfig({ ...localConfig(place.port), meta: { lastTouchedVersion: VERSION } });
  place.systemd.systemctl("daemon-reload");
  place.systemd.systemctl("enable", "--now", place.unit);
  return readFileSync(`${place.unitFile}.bak`, "utf8");
}

/** Takes the unit away as its owner would. */
function removeOriginal(place: ServicePlace): void {
  place.systemd.systemctl("disable", "--now", place.unit);
  for (const end of ["", ".bak", ".former", ".former.2"]) rmSync(`${place.unitFile}${end}`, { force: true });
  place.systemd.systemctl("daemon-reload");
}

test.describe("on the original's home", () => {
  test("U3: install, start, restart and uninstall name its service and leave it running", async ({
    place,
  }) => {
    const backup = original(place);
    const pid = place.property("MainPID");

    for (const verb of ["install", "start", "restart", "uninstall"]) {
      const { code, stderr } = await place.clawdbot("gateway", verb);
      expect({ verb, code }).toEqual({ verb, code: 1 });
      expect(stderr).toContain(`is one of the original Clawdbot ${VERSION}, not of this program`);
      expect(stderr).toContain("gateway install --force");
      expect(stderr).not.toContain("update this program");
    }

    expect(place.property("MainPID")).toBe(pid);
    expect(readFileSync(place.unitFile, "utf8")).toBe(ORIGINAL);
    expect(readFileSync(`${place.unitFile}.bak`, "utf8")).toBe(backup);
    removeOriginal(place);
  });

  test("U3: install --force takes it over, uninstall leaves its files, and the printed commands lead back", async ({
    place,
  }) => {
    const backup = original(place);

    const forced = await place.clawdbot("gateway", "install", "--force");
    expect(forced).toMatchObject({ code: 0 });
    expect(await place.instanceAt(place.port)).toBeDefined();
    const copy = `${place.unitFile}.former`;
    expect(readFileSync(copy, "utf8")).toBe(ORIGINAL);
    // A second one of ours is no former service of others.
    expect(await place.clawdbot("gateway", "install", "--force")).toMatchObject({ code: 0 });
    expect(existsSync(`${copy}.2`)).toBe(false);

    const removed = await place.clawdbot("gateway", "uninstall");
    expect(removed).toMatchObject({ code: 0 });
    expect(readFileSync(copy, "utf8")).toBe(ORIGINAL);
    expect(readFileSync(`${place.unitFile}.bak`, "utf8")).toBe(backup);
    expect(existsSync(place.unitFile)).toBe(false);

    const back = /is kept as .*; back to it: (.*)$/m.exec(forced.stdout)?.[1] ?? "false";
    const { status, stderr } = spawnSync("sh", ["-c", back], { env: place.env, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    expect(place.property("ActiveState")).toBe("active");
    expect(place.property("UnitFileState")).toBe("enabled");
    expect(readFileSync(place.unitFile, "utf8")).toBe(ORIGINAL);
    removeOriginal(place);
  });

  test("U3: doctor names product and version, and says nothing of an update", async ({ place }) => {
    original(place);

    const { stdout } = await place.clawdbot("doctor", "--non-interactive");

    expect(stdout).toContain(`was last written by the original Clawdbot ${VERSION}`);
    expect(stdout).toContain(`The service is one of the original Clawdbot ${VERSION}`);
    expect(stdout).not.toContain("or a later one");
    expect(stdout).not.toContain("KillMode");
    expect(readFileSync(place.unitFile, "utf8")).toBe(ORIGINAL);
    removeOriginal(place);
  });

  test("U3: a unit that somebody wrote by hand is kept when it is replaced and when it is removed", async ({
    place,
  }) => {
    const byHand = `[Service]\nExecStart=/bin/sleep 3600\nEnvironment=CLAWDBOT_PROFILE=${place.profile}\n[Install]\nWantedBy=default.target\n`;
    mkdirSync(dirname(place.unitFile), { recursive: true });
    writeFileSync(place.unitFile, byHand);
    place.systemd.systemctl("daemon-reload");

    expect(await place.clawdbot("gateway", "install")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`is kept as ${place.unitFile}.former`),
    });
    expect(await place.clawdbot("gateway", "uninstall")).toMatchObject({ code: 0 });
    expect(readFileSync(`${place.unitFile}.former`, "utf8")).toBe(byHand);

    writeFileSync(place.unitFile, byHand.replace("3600", "7200"));
    place.systemd.systemctl("daemon-reload");
    const { stdout } = await place.clawdbot("gateway", "uninstall");
    expect(stdout).toContain(`it is kept as ${place.unitFile}.former.2`);
    for (const end of [".former", ".former.2"]) rmSync(`${place.unitFile}${end}`);
  });
});

test.describe("beside OpenClaw", () => {
  test("U3: doctor, status --deep and onboard notice it, and nothing of it is changed", async ({ place }) => {
    const { home } = place.systemd;
    const state = join(home, ".openclaw");
    const unit = join(dirname(place.unitFile), "openclaw-gateway.service");
    const text = `[Service]
ExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789
Environment=OPENCLAW_SERVICE_MARKER=openclaw OPENCLAW_SERVICE_KIND=gateway
`;
    mkdirSync(state, { recursive: true });
    mkdirSync(dirname(unit), { recursive: true });
    writeFileSync(join(state, "openclaw.json"), "{}");
    writeFileSync(unit, text);

    const doctor = await place.json("doctor", "--non-interactive");
    const deep = await place.clawdbot("gateway", "status", "--deep", "--no-probe");
    const onboard = await place.clawdbot(
      ...["onboard", "--non-interactive", "--accept-risk", "--skip-health", "--no-install-daemon"],
    );

    const findings = doctor.document.findings as { code: string; message: string; level: string }[];
    const found = findings.filter(({ code }) => code === "other-product");
    expect(found).toMatchObject([{ level: "hint", message: expect.stringContaining(`${state}, ${unit}`) }]);
    expect(deep.stdout).toContain(`Other product: OpenClaw (${state}, ${unit})`);
    expect(deep.stdout).toContain(`Other service: openclaw-gateway.service (OpenClaw, user, ${unit})`);
    expect(deep.stdout).not.toContain(`rm ${unit}`);
    expect(`${onboard.stdout}${onboard.stderr}`).toContain(`OpenClaw is on this machine too (${state})`);
    expect(readFileSync(unit, "utf8")).toBe(text);
    rmSync(state, { recursive: true });
    rmSync(unit);
    expect(readFileSync(place.context.paths.configFile, "utf8")).toContain(TEST_TOKEN);
  });
});
