import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isAlive } from "../../../../../../shared/node/process-identity.ts";
import { printed, reads } from "../../../../../helpers/run/reads.ts";
import {
  expect,
  type SystemdServiceUnderTest,
  serviceFor,
  test,
} from "../../../../../helpers/service/systemd-service.ts";

/** Settings of the unit for this test alone, in the place where people put theirs. */
function dropIn({ manager }: SystemdServiceUnderTest, ...lines: string[]): string {
  const file = join(`${manager.identity.file}.d`, "test.conf");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

const SOON = ["[Service]", "RestartSec=100ms"];

test.describe("the processes of a unit", () => {
  test("row 12: a killed main process leaves no orphan and is replaced", async ({ service }) => {
    dropIn(service, ...SOON);
    await service.manager.install(service.definition({ args: ["--with-child"] }), { force: false });
    const old = service.systemd.processesOf(service.unit);
    expect(old).toHaveLength(2);

    service.kill(service.sightings()[0]?.pid ?? 0);

    await expect.poll(() => service.manager.status()).toMatchObject({ runtime: "running", restarts: 1 });
    expect(old.filter(isAlive)).toEqual([]);
    expect(service.systemd.processesOf(service.unit)).toHaveLength(2);
    expect(service.sightings()).toHaveLength(2);
  });

  test("row 46: a stop leaves no helper behind", async ({ service }) => {
    await service.manager.install(service.definition({ args: ["--with-child"] }), { force: false });
    const old = service.systemd.processesOf(service.unit);
    expect(old).toHaveLength(2);

    await service.manager.stop();

    expect(old.filter(isAlive)).toEqual([]);
    expect(await service.manager.status()).toMatchObject({ runtime: "stopped" });
  });

  test("a program that does not end by itself is ended, and counts as stopped", async ({ service }) => {
    dropIn(service, "[Service]", "TimeoutStopSec=200ms");
    await service.manager.install(service.definition({ args: ["--deaf"] }), { force: false });
    const [seen] = service.sightings();

    await service.manager.stop();

    expect(isAlive(seen?.pid ?? 0)).toBe(false);
    expect(await service.manager.status()).toMatchObject({ runtime: "stopped" });
  });
});

test.describe("a program that ends", () => {
  test("row 1: after a refusal (78) it is not started again and counts as blocked", async ({ service }) => {
    dropIn(service, ...SOON);
    await service.manager.install(service.definition(), { force: false });
    replaceArgs(service, "--exit", "78");

    await expect(service.manager.restart()).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining("it ended in a way after which systemd does not start it again"),
    });

    expect(await service.manager.status()).toMatchObject({
      installed: true,
      enabled: true,
      runtime: "blocked",
      restarts: 0,
      lastExit: { how: "exited", status: 78 },
    });
    expect(service.sightings()).toHaveLength(2);
  });

  test("row 16: after too many failures it is blocked, and starts again on request", async ({ service }) => {
    dropIn(service, "[Service]", "RestartSec=10ms", "[Unit]", "StartLimitBurst=3");
    await service.manager.install(service.definition(), { force: false });
    replaceArgs(service, "--exit", "75");
    await expect(service.manager.restart()).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    await expect
      .poll(() => service.manager.status())
      .toMatchObject({
        runtime: "blocked",
        lastExit: { how: "exited", status: 75 },
        detail: "systemd gave up after too many starts in a short time",
      });
    replaceArgs(service);

    await service.manager.start();

    expect(await service.manager.status()).toMatchObject({ runtime: "running" });
  });

  test("while it waits for its next start it is crash-looping, and a start does not wait with it", async ({
    service,
  }) => {
    await service.manager.install(service.definition(), { force: false });
    replaceArgs(service, "--exit", "1");
    await expect(service.manager.restart()).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect(await service.manager.status()).toMatchObject({
      runtime: "crash-looping",
      lastExit: { how: "exited", status: 1 },
    });
    replaceArgs(service);

    await service.manager.start();

    expect(await service.manager.status()).toMatchObject({ runtime: "running", restarts: 0 });
  });

  test("may be started, stopped and restarted any number of times", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });

    for (let round = 0; round < 6; round++) {
      await service.manager.restart();
      await service.manager.stop();
      await service.manager.start();
    }

    expect(await service.manager.status()).toMatchObject({ runtime: "running", restarts: 0 });
    expect(service.systemd.processesOf(service.unit)).toHaveLength(1);
  });
});

test.describe("a definition that does not work", () => {
  test("leaves nothing of a new service", async ({ service }) => {
    const attempt = service.manager.install(service.definition({ args: ["--exit", "78"] }), { force: false });

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect(await service.footprint()).toEqual([]);
    expect(await service.manager.status()).toMatchObject({ installed: false, runtime: "stopped" });
  });

  test("gives way to the one before it, which runs again", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });
    const before = readFileSync(service.manager.identity.file, "utf8");

    const attempt = service.manager.install(service.definition({ args: ["--exit", "1"] }), { force: false });

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect(readFileSync(service.manager.identity.file, "utf8")).toBe(before);
    expect(await service.manager.status()).toMatchObject({ enabled: true, runtime: "running" });
    expect(service.sightings().map(({ args }) => args)).toEqual([[], ["--exit", "1"], []]);
  });

  test("is not left where systemd does not look", async ({ systemd }) => {
    const elsewhere = join(systemd.home, "elsewhere");
    const service = serviceFor(systemd, "lost", { XDG_CONFIG_HOME: elsewhere });

    const attempt = service.manager.install(service.definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining(`it does not look in ${elsewhere}/systemd/user`),
    });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("is not left where systemd prefers another directory, and what runs is untouched", async ({
    service,
  }) => {
    await service.manager.install(service.definition(), { force: false });
    const elsewhere = join(service.systemd.home, "elsewhere");
    const profile = service.context.paths.profile ?? "";
    const { manager } = serviceFor(service.systemd, profile, { XDG_CONFIG_HOME: elsewhere });

    await expect(
      manager.install(service.definition({ args: ["--port", "1"] }), { force: true }),
    ).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining(service.manager.identity.file),
    });
    await expect(manager.uninstall()).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining(service.manager.identity.file),
    });

    expect(readdirSync(elsewhere)).toEqual([]);
    expect(service.sightings()).toHaveLength(1);
    expect(await service.manager.status()).toMatchObject({ enabled: true, runtime: "running" });
  });

  test("that was cut off before systemd heard of it is made good by the next one", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });
    writeArgs(service, "--port", "1");

    const next = await service.manager.install(service.definition({ args: ["--port", "1"] }), {
      force: false,
    });

    expect(next.change).toBe("updated");
    expect(service.sightings().map(({ args }) => args)).toEqual([[], ["--port", "1"]]);
  });

  test("cannot be written where the directory belongs to somebody else", async ({ service }) => {
    writeFileSync(join(service.systemd.home, ".config"), "in the way");

    const attempt = service.manager.install(service.definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining("cannot be written"),
    });
  });
});

test.describe("the unit file", () => {
  test("keeps one copy of the unit before it, and no other", async ({ service }) => {
    const { file } = service.manager.identity;
    await service.manager.install(service.definition({ args: ["one"] }), { force: false });
    const one = readFileSync(file, "utf8");
    await service.manager.install(service.definition({ args: ["two"] }), { force: false });

    expect(readFileSync(`${file}.bak`, "utf8")).toBe(one);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(await service.footprint()).toEqual([
      expect.stringContaining(`${service.unit} loaded active running`),
      "systemd",
      "systemd/user",
      `systemd/user/${service.unit}`,
      `systemd/user/${service.unit}.bak`,
      "systemd/user/default.target.wants",
      `systemd/user/default.target.wants/${service.unit}`,
    ]);
  });

  test("that is a link of another program is left alone, but for --force", async ({ service }) => {
    const { file } = service.manager.identity;
    const elsewhere = join(service.systemd.home, "managed.service");
    writeFileSync(elsewhere, "[Service]\nExecStart=/bin/true\n");
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(elsewhere, file);

    const attempt = service.manager.install(service.definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining(elsewhere),
    });
    await service.manager.install(service.definition(), { force: true });
    expect(readFileSync(elsewhere, "utf8")).toContain("/bin/true");
    expect(await service.manager.status()).toMatchObject({ runtime: "running" });
  });

  test("that is a link of another program is put back when its replacement does not work", async ({
    service,
  }) => {
    const { file } = service.manager.identity;
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync("/dev/null", file);

    const attempt = service.manager.install(service.definition({ args: ["--exit", "1"] }), { force: true });

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect(readlinkSync(file)).toBe("/dev/null");
  });

  test("that is masked is not installed over", async ({ service }) => {
    service.systemd.systemctl("mask", service.unit);

    const attempt = service.manager.install(service.definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      fix: reads(/unmask/),
    });
    expect((await service.manager.status()).detail).toContain("masked");
    expect(await service.manager.readDefinition()).toBeUndefined();
    expect(await service.manager.audit(service.definition())).toEqual([]);
    await expect(service.manager.start()).rejects.toMatchObject({
      message: expect.stringContaining("masked"),
      fix: reads(new RegExp(`systemctl --user unmask ${service.unit}`)),
    });
  });

  test("that lost its content is masked as well, and put right by an installation", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });
    await service.manager.stop();
    writeFileSync(service.manager.identity.file, "");

    await expect(service.manager.start()).rejects.toMatchObject({
      message: expect.stringContaining("masked"),
      fix: reads("clawdbot gateway install"),
    });
    await service.manager.install(service.definition(), { force: false });

    expect(await service.manager.status()).toMatchObject({ runtime: "running" });
  });

  test("that is a directory is named when it should be started", async ({ service }) => {
    const { file } = service.manager.identity;
    mkdirSync(file, { recursive: true });

    await expect(service.manager.start()).rejects.toMatchObject({
      message: `${file} is a directory instead of a unit.`,
    });
    rmdirSync(file);
  });

  test("that lies where others install is not called removed", async ({ service }) => {
    const { file } = service.manager.identity;
    const theirs = join(service.systemd.home, ".local", "share", "systemd", "user", service.unit);
    await service.manager.install(service.definition(), { force: false });
    mkdirSync(dirname(theirs), { recursive: true });
    copyFileSync(file, theirs);

    expect(printed((await service.manager.uninstall()).at(-1))).toContain(`${theirs} stays`);
    await expect(service.manager.uninstall()).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining(theirs),
    });
    rmSync(theirs);
    service.systemd.systemctl("daemon-reload");
  });

  test("that systemd cannot use ends nothing on a restart", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });
    dropIn(service, "[Service]", "ExecStart=/bin/false");
    const profile = service.context.paths.profile ?? "";
    const { manager } = serviceFor(service.systemd, profile, { SYSTEMD_LOG_LEVEL: "debug" });

    await expect(manager.restart()).rejects.toMatchObject({
      message: expect.stringMatching(/could not restart .* has a bad unit file setting\.$/),
    });

    expect(await service.manager.status()).toMatchObject({ runtime: "running" });
    expect(service.sightings()).toHaveLength(1);
  });

  test("row 35: enables again what was disabled by hand", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });
    service.systemd.systemctl("disable", service.unit);
    expect(await service.manager.status()).toMatchObject({ enabled: false, runtime: "running" });

    expect(await service.manager.install(service.definition(), { force: false })).toMatchObject({
      change: "unchanged",
    });

    expect(await service.manager.status()).toMatchObject({ enabled: true, runtime: "running" });
    expect(service.sightings()).toHaveLength(1);
  });

  test("that was deleted by hand leaves a service that can still be uninstalled", async ({ service }) => {
    await service.manager.install(service.definition(), { force: false });
    const [seen] = service.sightings();
    rmSync(service.manager.identity.file);
    service.systemd.systemctl("daemon-reload");
    expect(await service.manager.status()).toMatchObject({
      installed: false,
      runtime: "running",
      detail: "it still runs although its unit file is gone",
    });

    await service.manager.uninstall();

    expect(isAlive(seen?.pid ?? 0)).toBe(false);
    expect(await service.manager.status()).toMatchObject({ installed: false, runtime: "stopped" });
  });
});

test.describe("audit", () => {
  test("finds a drop-in, a pending reload and a unit that others may write", async ({ service }) => {
    const { manager, definition } = service;
    await manager.install(definition(), { force: false });
    const file = dropIn(service, "[Service]", "KillMode=process", "Environment=EXTRA=1");
    chmodSync(manager.identity.file, 0o666);

    const issues = await manager.audit(definition());

    expect(issues.map(({ code, level }) => `${code} ${level}`)).toEqual([
      "systemd-killmode recommended",
      "systemd-daemon-reload-pending recommended",
      "systemd-dropin-override aggressive",
      "unit-permissions recommended",
    ]);
    expect(printed(issues[2]?.message)).toContain(file);
    expect(printed(issues[0]?.remedy)).toBe(`systemctl --user revert ${service.unit}`);
    expect(await manager.readDefinition()).toMatchObject({
      overridePaths: [file],
      environment: { EXTRA: "1" },
    });
  });

  test("is repaired by an installation with --force, which leaves the drop-in to its owner", async ({
    service,
  }) => {
    const { manager, definition } = service;
    await manager.install(definition(), { force: false });
    const file = dropIn(service, "[Service]", "Environment=EXTRA=1");
    chmodSync(manager.identity.file, 0o666);

    await manager.install(definition(), { force: true });

    expect((await manager.audit(definition())).map(({ code }) => code)).toEqual(["systemd-dropin-override"]);
    const told = await manager.uninstall();
    expect(printed(told.at(-1))).toContain(file);
    expect(existsSync(file)).toBe(true);
  });
});

/** Changes the unit as an editor would. */
function replaceArgs(service: SystemdServiceUnderTest, ...args: string[]): void {
  writeArgs(service, ...args);
  service.systemd.systemctl("daemon-reload");
}

/** The same before systemd has read it. */
function writeArgs({ manager, definition }: SystemdServiceUnderTest, ...args: string[]): void {
  const notes = definition().command[2] ?? "";
  const { file } = manager.identity;
  const words = ["", ...args].map((word) => (word === "" ? "" : ` "${word}"`)).join("");
  const text = readFileSync(file, "utf8").replace(/^(ExecStart=.*?notes").*$/m, `$1${words}`);
  if (!text.includes(notes)) throw new Error("the unit does not run the program of the tests");
  writeFileSync(file, text);
}
