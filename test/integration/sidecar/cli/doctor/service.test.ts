/** What `clawdbot doctor` finds of a service under a real `systemd --user`, and what its repairs make of it. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startIdOf } from "../../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../../shared/node/run-state.ts";
import type { FailedRepair, Repaired } from "../../../../../sidecar/setup/doctor/run-checks.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { expect, localConfig, type ServicePlace, test } from "../../../../helpers/service/gateway-service.ts";

interface Document extends Record<string, unknown> {
  ok: boolean;
  findings: { code: string; level: string; message: string; remedy?: string; repair?: { kind: string } }[];
  repaired: Repaired[];
  failed: FailedRepair[];
}

async function doctor(place: ServicePlace, ...args: string[]) {
  const { code, document } = await place.json("doctor", "--no-workspace-suggestions", ...args);
  expect(document.error).toBeUndefined();
  return { code, document: document as Document };
}

const codesIn = ({ findings }: Document) => findings.map(({ code }) => code);

/** Rewrites the unit, as somebody with an editor does. */
function editUnit(place: ServicePlace, edit: (text: string) => string): void {
  writeFileSync(place.unitFile, edit(readFileSync(place.unitFile, "utf8")));
  place.systemd.systemctl("daemon-reload");
}

test.describe("doctor and the service", () => {
  test("finds nothing wrong with one that was just installed", async ({ place }) => {
    await place.clawdbot("gateway", "install");

    const { code, document } = await doctor(place, "--deep");

    expect(code).toBe(0);
    expect(document.findings.filter(({ level }) => level !== "hint")).toEqual([]);
    expect(
      codesIn(document).filter((each) => each.startsWith("service-") || each.startsWith("gateway-")),
    ).toEqual([]);
  });

  test("installs none that nobody asked for, and enables none that somebody took out", async ({ place }) => {
    const without = await doctor(place, "--fix", "--yes", "--force");
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    place.systemd.systemctl("disable", place.unit);
    const disabled = await doctor(place, "--fix", "--yes", "--force");

    expect(codesIn(without.document)).toContain("service-not-installed");
    expect(codesIn(disabled.document)).toEqual(
      expect.arrayContaining(["service-stopped", "service-not-enabled"]),
    );
    expect(disabled.document.repaired).toEqual([]);
    expect(place.property("ActiveState")).toBe("inactive");
    expect(place.property("UnitFileState")).toBe("disabled");
  });

  test("starts one that is stopped and enabled, but only when it is asked to repair", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");

    const look = await doctor(place);
    const careful = await doctor(place, "--non-interactive");
    const stateBefore = place.property("ActiveState");
    const fix = await doctor(place, "--fix");

    expect(look.document.findings).toContainEqual(
      expect.objectContaining({ code: "service-stopped", level: "warning" }),
    );
    expect(careful.document.repaired).toEqual([]);
    expect(stateBefore).toBe("inactive");
    expect(fix.document.repaired).toMatchObject([
      { code: "service-stopped", done: `started the service ${place.unit} (PID ${place.facts()?.pid})` },
    ]);
    expect(await place.instanceAt(place.port)).toBe(place.facts()?.instanceId);
    expect(codesIn((await doctor(place)).document)).not.toContain("service-stopped");
  });

  test("row 1: repairs the configuration that blocks the service, then starts it", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    place.writeConfig({ gateway: { port: place.port, auth: { token: TEST_TOKEN } } });
    await place.clawdbot("gateway", "start");

    const look = await doctor(place);
    const fix = await doctor(place, "--fix");

    expect(codesIn(look.document)).toEqual(expect.arrayContaining(["gateway-mode-unset", "service-blocked"]));
    expect(look.document.findings.find(({ code }) => code === "service-blocked")?.message).toContain(
      "its start was refused: Gateway start blocked: set gateway.mode=local (current: unset)",
    );
    expect(fix.document.repaired.map(({ code }) => code)).toEqual(["gateway-mode-unset", "service-blocked"]);
    expect(fix).toMatchObject({ code: 0, document: { failed: [] } });
    expect(await place.instanceAt(place.port)).toBe(place.facts()?.instanceId);
  });

  test("row 34: reinstalls one whose node is gone", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    editUnit(place, (text) =>
      text.replace(process.execPath, "/opt/gone/node").replace(/^(ExecStart=")[^"]+/m, "$1/opt/gone/node"),
    );

    const look = await doctor(place);
    const fix = await doctor(place, "--fix");

    expect(look.code).toBe(1);
    expect(look.document.findings).toContainEqual(
      expect.objectContaining({
        code: "gateway-runtime-missing",
        level: "error",
        message: expect.stringContaining("/opt/gone/node"),
      }),
    );
    expect(fix.document.repaired).toContainEqual(
      expect.objectContaining({
        code: "gateway-runtime-missing",
        done: expect.stringContaining("reinstalled the service"),
      }),
    );
    expect(readFileSync(place.unitFile, "utf8")).not.toContain("/opt/gone/node");
    expect((await doctor(place)).document.findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  for (const [what, edit, code, kind] of [
    [
      "a unit that leaks its children",
      (text: string) => text.replace("KillMode=mixed", "KillMode=process"),
      "systemd-killmode",
      "change",
    ],
    [
      "one whose start limit can never trip",
      (text: string) => text.replace(/^StartLimit.*\n/gm, ""),
      "systemd-start-limit",
      "change",
    ],
    [
      "one that was edited by hand",
      (text: string) => text.replace("RestartSec=5", "RestartSec=9"),
      "systemd-restart-sec",
      "drastic",
    ],
  ] as const) {
    test(`reinstalls ${what}${kind === "drastic" ? ", on --force only" : ""}`, async ({ place }) => {
      await place.clawdbot("gateway", "install");
      editUnit(place, edit);

      const fix = await doctor(place, "--fix");
      const force = await doctor(place, "--fix", "--force");
      const after = await doctor(place);

      const repairedBy = ({ document }: typeof fix) =>
        document.repaired.map((each) => each.code).includes(code);
      expect({ fix: repairedBy(fix), force: repairedBy(force) }).toEqual({
        fix: kind === "change",
        force: kind === "drastic",
      });
      expect([fix, force].flatMap(({ document }) => document.failed)).toEqual([]);
      expect(codesIn(after.document)).not.toContain(code);
      expect(await place.instanceAt(place.port)).toBe(place.facts()?.instanceId);
    });
  }

  test("closes a unit that others can change, and leaves a drop-in to its author", async ({ place }) => {
    await place.clawdbot("gateway", "install", "--port", String(place.port));
    chmodSync(place.unitFile, 0o666);
    const dropIn = `${place.unitFile}.d`;
    mkdirSync(dropIn);
    writeFileSync(join(dropIn, "nice.conf"), "[Service]\nNice=5\n");

    const fix = await doctor(place, "--fix");
    const after = await doctor(place, "--fix", "--force");
    rmSync(dropIn, { recursive: true });

    expect(fix.document.failed).toEqual([]);
    expect(fix.document.repaired.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["systemd-daemon-reload-pending", "unit-permissions"]),
    );
    expect(statSync(place.unitFile).mode & 0o022).toBe(0);
    expect(readFileSync(place.unitFile, "utf8")).toContain(`"--port" "${place.port}"`);
    expect(codesIn(after.document)).not.toContain("unit-permissions");
    expect(after.document.findings).toContainEqual(
      expect.objectContaining({
        code: "systemd-dropin-override",
        remedy: `systemctl --user revert ${place.unit}`,
      }),
    );
    expect(after.document.repaired).toEqual([]);
  });

  test("leaves a port of the user's own service.env to its author, and offers nothing that would not help", async ({
    place,
  }) => {
    const other = await freePort();
    writeFileSync(join(place.stateDir, "service.env"), `CLAWDBOT_GATEWAY_PORT=${other}\n`, { mode: 0o600 });
    await place.clawdbot("gateway", "install");

    const { document } = await doctor(place, "--fix", "--force");

    const drift = document.findings.find(({ code }) => code === "gateway-port-drift");
    expect(drift).toMatchObject({ message: expect.stringContaining("service.env") });
    expect(drift).not.toHaveProperty("repair");
    expect(document.repaired).toEqual([]);
  });

  test("moves a token out of the unit and into the configuration, and shows it nowhere", async ({
    place,
  }) => {
    const token = "a-token-in-the-unit";
    place.writeConfig(localConfig(place.port));
    await place.clawdbot("gateway", "install");
    editUnit(place, (text) =>
      text.replace("[Service]\n", `[Service]\nEnvironment="CLAWDBOT_GATEWAY_TOKEN=${token}"\n`),
    );
    place.writeConfig({ gateway: { mode: "local", port: place.port } });

    const fix = await doctor(place, "--fix");
    const after = await doctor(place);

    expect(fix.document.repaired.map(({ code }) => code)).toContain("gateway-token-in-unit");
    expect(JSON.parse(readFileSync(join(place.stateDir, "clawdbot.json"), "utf8"))).toMatchObject({
      gateway: { auth: { token } },
    });
    expect(readFileSync(place.unitFile, "utf8")).not.toContain(token);
    expect(codesIn(after.document)).not.toContain("gateway-token-in-unit");
    expect(JSON.stringify([fix.document, after.document])).not.toContain(token);
  });

  test("row 12: ends a gateway that the service lost, and starts the service in its place", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    const lost = place.start(["gateway"]);
    await lost.waitFor(/log file: /);
    writeJsonFile(place.context.paths.factsFile, { ...place.facts(), service: place.unit });

    const look = await doctor(place);
    const fix = await doctor(place, "--fix");

    expect(look.document.findings).toContainEqual(
      expect.objectContaining({
        code: "port-orphan",
        level: "error",
        message: expect.stringContaining(`port ${place.port} is held by orphan pid ${lost.pid}`),
      }),
    );
    expect(fix.document.repaired).toContainEqual(
      expect.objectContaining({
        code: "port-orphan",
        done: `ended pid ${lost.pid} and started the service ${place.unit}`,
      }),
    );
    expect((await lost.ended).code).toBe(0);
    expect(startIdOf(lost.pid)).toBeUndefined();
    expect(place.systemd.processesOf(place.unit)).toEqual([place.facts()?.pid]);
    expect(codesIn((await doctor(place)).document)).not.toContain("port-orphan");
  });

  test("counts the restarts of one that keeps crashing", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    editUnit(place, (text) =>
      text.replace(/^ExecStart=.*$/m, "ExecStart=/bin/false").replace("Type=notify", "Type=exec"),
    );
    place.systemd.systemctl("stop", place.unit);
    place.systemd.systemctl("start", "--no-block", place.unit);

    const { code, document } = await doctor(place);

    expect(code).toBe(1);
    expect(document.findings).toContainEqual(
      expect.objectContaining({
        code: "service-crash-looping",
        message: expect.stringContaining("it exited with code 1 last"),
      }),
    );
  });

  test("F15: restarts a gateway of the service that is suspended", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();
    process.kill(before?.pid ?? 0, "SIGSTOP");

    const { document } = await doctor(place, "--fix");

    expect(document.repaired).toContainEqual(
      expect.objectContaining({
        code: "gateway-halted",
        done: `restarted the service ${place.unit} (restarted)`,
      }),
    );
    expect(await place.instanceAt(place.port)).not.toBe(before?.instanceId);
    expect(codesIn(document)).not.toContain("gateway-halted");
  });

  test("does not touch one beside a gateway in the foreground", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    const foreground = place.start(["gateway"]);
    await foreground.waitFor(/log file: /);

    const { document } = await doctor(place, "--fix", "--force");
    const pid = place.facts()?.pid;
    await foreground.stop();

    expect(pid).toBe(foreground.pid);
    expect(document.findings).toContainEqual(
      expect.objectContaining({ code: "service-stopped", level: "hint" }),
    );
    expect(document.repaired).toEqual([]);
  });

  test("names other services that would run a gateway, on --deep", async ({ place }) => {
    const folder = join(place.systemd.home, ".config", "systemd", "user");
    const file = join(folder, `my-clawdbot-${place.profile}.service`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, "[Service]\nExecStart=/usr/bin/node /opt/clawdbot/entry.js gateway\n");

    const shallow = await doctor(place);
    const deep = await doctor(place, "--deep");
    rmSync(file);

    expect(codesIn(shallow.document)).not.toContain("service-extra");
    expect(deep.document.findings).toContainEqual(
      expect.objectContaining({ code: "service-extra", message: expect.stringContaining(file) }),
    );
  });

  test("closes service.env, and leaves a readable unit without secrets as it is", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const file = join(place.stateDir, "service.env");
    appendFileSync(file, "MY_KEY=x\n");
    chmodSync(file, 0o644);

    const { document } = await doctor(place, "--non-interactive");

    expect(document.repaired).toMatchObject([{ code: "secret-readable-by-others", subject: file }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

test("row 37: doctor says why no service manager can be reached, without a stack", async ({ place }) => {
  const { XDG_RUNTIME_DIR: _runtime, ...env } = place.env;
  const command = place.start(["doctor", "--json"], { ...env, XDG_RUNTIME_DIR: "/nowhere" });

  const { stdout, stderr } = await command.ended;

  const document = JSON.parse(stdout) as Document;
  expect(stderr).toBe("");
  expect(document.findings).toContainEqual(
    expect.objectContaining({
      code: "service-manager-unavailable",
      level: "hint",
      remedy: expect.stringMatching(/\S/),
    }),
  );
});
