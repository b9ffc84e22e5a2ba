import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { test as base, expect } from "@playwright/test";
import { isAlive } from "../../../../../shared/node/process-identity.ts";
import { type ProfileContext, resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { renderPropertyList } from "../../../../../shared/node/property-list.ts";
import { serviceIdentity } from "../../../../../shared/node/service-identity.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import { renderAgent } from "../../../../../sidecar/host/service/launchd/agent.ts";
import { LaunchdManager } from "../../../../../sidecar/host/service/launchd/launchd.ts";
import type { ServiceDefinition } from "../../../../../sidecar/host/service/service-manager.ts";
import { type ServiceUnderTest, serviceManagerContract } from "../../../../contracts/service-manager.ts";
import { createTempHome, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { RESIDENT, readSightings } from "../../../../helpers/process/resident.ts";
import { printed, reads } from "../../../../helpers/run/reads.ts";
import {
  type LaunchdRecorder,
  noLaunchdReason,
  startLaunchd,
} from "../../../../helpers/service/launchctl.ts";

interface Mac {
  launchd: LaunchdRecorder;
  home: TempHome;
  service: ServiceUnderTest;
  /** The manager as a call with these variables has it; `system` is where the machine's own property lists lie. */
  managerFor(extra?: Record<string, string>): LaunchdManager;
  system: { agents: string; daemons: string };
}

const test = base.extend<Mac>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = createTempHome("Jürgen & Söhne 100%");
    await use(home);
    home.dispose();
  },
  // biome-ignore lint/correctness/noEmptyPattern: see above.
  launchd: async ({}, use) => {
    const launchd = await startLaunchd();
    await use(launchd);
    await launchd.dispose();
  },
  system: async ({ home }, use) => {
    await use({
      agents: join(home.path, "..", "Library", "LaunchAgents"),
      daemons: join(home.path, "..", "Library", "LaunchDaemons"),
    });
  },
  managerFor: async ({ launchd, home, system }, use) => {
    await use((extra = {}) => {
      const context = surroundingsOf({ ...launchd.env(home), ...extra });
      return new LaunchdManager(serviceIdentity(context), context, system);
    });
  },
  service: async ({ managerFor, home }, use) => {
    const notes = join(home.path, "..", "notes");
    await use({
      manager: managerFor(),
      definition: ({ args = [], environment = {} } = {}) => definitionIn(home, notes, args, environment),
      sightings: () => readSightings(notes),
      isAlive,
      kill: (pid) => process.kill(pid, "SIGKILL"),
      footprint: () => filesBelow(home.path),
    });
  },
});

test.beforeEach(() => {
  const reason = noLaunchdReason();
  test.skip(reason !== undefined, reason);
});

test.describe("launchd", () => {
  serviceManagerContract(test);
});

test.describe("the requests to launchctl", () => {
  test("of an installation are those of the manual, in order", async ({
    service: { manager, definition },
    launchd,
  }) => {
    const { name, file } = manager.identity;

    await manager.install(definition(), { force: false });

    expect(launchd.requests()).toEqual([
      `enable ${launchd.domain}/${name}`,
      `bootstrap ${launchd.domain} ${file}`,
    ]);
    expect(launchd.calls()).toContain(`print system/${name}`);
  });

  test("of a change unload what runs first", async ({ service: { manager, definition }, launchd }) => {
    const { name, file } = manager.identity;
    await manager.install(definition(), { force: false });
    const before = launchd.requests().length;

    await manager.install(definition({ args: ["two"] }), { force: false });

    expect(launchd.requests().slice(before)).toEqual([
      `bootout ${launchd.domain}/${name}`,
      `enable ${launchd.domain}/${name}`,
      `bootstrap ${launchd.domain} ${file}`,
    ]);
  });

  test("row 38: of a start after a stop load it again", async ({
    service: { manager, definition },
    launchd,
  }) => {
    const { name, file } = manager.identity;
    await manager.install(definition(), { force: false });
    await manager.stop();
    expect(await manager.status()).toMatchObject({ installed: true, loaded: false, state: "not loaded" });
    const before = launchd.requests().length;

    await manager.start();

    expect(launchd.requests().slice(before)).toEqual([
      `enable ${launchd.domain}/${name}`,
      `bootstrap ${launchd.domain} ${file}`,
    ]);
    expect(await manager.status()).toMatchObject({ loaded: true, runtime: "running" });
  });

  test("of a start of what is loaded and does not run kick it", async ({ service, launchd }) => {
    const { manager, definition } = service;
    await manager.install(definition({ args: ["--exit", "0"] }), { force: false });
    await expect.poll(async () => (await manager.status()).runtime).toBe("stopped");
    const before = launchd.requests().length;

    await manager.start();

    expect(launchd.requests().slice(before)).toEqual([
      `kickstart ${launchd.domain}/${manager.identity.name}`,
    ]);
  });

  test("of a restart replace the process at once", async ({ service: { manager, definition }, launchd }) => {
    await manager.install(definition(), { force: false });
    const before = launchd.requests().length;

    await manager.restart();

    expect(launchd.requests().slice(before)).toEqual([
      `kickstart -k ${launchd.domain}/${manager.identity.name}`,
    ]);
  });
});

test.describe("row 39: an answer of launchd", () => {
  for (const code of [5, 37]) {
    test(`${code} to a bootstrap is tried again`, async ({ service: { manager, definition }, launchd }) => {
      launchd.set({ answers: { bootstrap: [code, code] } });

      const outcome = await manager.install(definition(), { force: false });

      expect(outcome.change).toBe("installed");
      expect(launchd.requests().filter((call) => call.startsWith("bootstrap "))).toHaveLength(3);
      expect(await manager.status()).toMatchObject({ runtime: "running" });
    });
  }

  test("37 to a bootstrap is a success when the job is loaded after all", async ({
    managerFor,
    home,
    launchd,
  }) => {
    const manager = managerFor();
    const { name, file } = manager.identity;
    const text = renderAgent(name, definitionIn(home, join(home.path, "..", "notes"), [], {}));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    // Somebody else is faster between the look and the request: the first look finds nothing in either session.
    launchd.type("bootstrap", launchd.domain, file);
    launchd.set({ answers: { print: [113, 113, 113, 113] } });

    await manager.start();

    expect(launchd.requests().filter((call) => call.startsWith("bootstrap "))).toHaveLength(2);
    expect(await manager.status()).toMatchObject({ runtime: "running" });
  });

  test("5 that stays fails with its words, and nothing is left", async ({ service, launchd }) => {
    const { manager, definition, footprint } = service;
    const before = await footprint();
    launchd.set({ answers: { bootstrap: [5, 5, 5, 5] } });

    const attempt = manager.install(definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining("Bootstrap failed: 5: Input/output error"),
      details: { exitCode: 5 },
    });
    expect(await footprint()).toEqual(before);
    expect(await manager.status()).toMatchObject({ installed: false, loaded: false });
  });

  test("5 to a changed definition puts the former one back and runs it", async ({ service, launchd }) => {
    const { manager, definition } = service;
    await manager.install(definition({ args: ["one"] }), { force: false });
    launchd.set({ answers: { bootstrap: [5, 5, 5, 5] } });

    const attempt = manager.install(definition({ args: ["two"] }), { force: false });

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect((await manager.readDefinition())?.command.at(-1)).toBe("one");
    expect(await manager.status()).toMatchObject({ loaded: true, runtime: "running" });
  });

  test("125 of the session at the screen leads to the one without", async ({ service, launchd }) => {
    const { manager, definition } = service;
    launchd.set({ domains: ["user", "system"] });

    await manager.install(definition(), { force: false });

    const [, uid] = launchd.domain.split("/");
    expect(launchd.requests()).toContain(`bootstrap user/${uid} ${manager.identity.file}`);
    expect(await manager.status()).toMatchObject({
      runtime: "running",
      detail: "it runs outside of the session at the screen",
    });
    await manager.stop();
    expect(await manager.status()).toMatchObject({ loaded: false });
  });

  test("125 of both says who has to log in, and nothing is written", async ({ service, launchd }) => {
    const { manager, definition, footprint } = service;
    const before = await footprint();
    launchd.set({ domains: ["system"] });

    const attempt = manager.install(definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      message: expect.stringContaining("logged in at the screen"),
      fix: reads(/log in at the screen/),
    });
    expect(await footprint()).toEqual(before);
    expect(await manager.status()).toMatchObject({
      runtime: "stopped",
      detail: "nobody is logged in at the screen",
    });
  });

  test("125 to a bootstrap itself is explained as well", async ({ service, launchd }) => {
    const { manager, definition } = service;
    launchd.set({ answers: { bootstrap: [125, 125] } });

    const attempt = manager.install(definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(await manager.status()).toMatchObject({ installed: false });
  });

  test("that tells of a daemon with the same label is a refusal", async ({ service, launchd }) => {
    const { manager, definition, footprint } = service;
    const before = await footprint();
    launchd.set({ systemJobs: [manager.identity.name] });

    const attempt = manager.install(definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining("LaunchDaemon of the same label"),
      fix: reads(new RegExp(`sudo launchctl bootout system/${manager.identity.name}`)),
    });
    expect(await footprint()).toEqual(before);
  });
});

test.describe("a stop", () => {
  test("waits for a program that takes its time, whatever launchd says meanwhile", async ({
    service,
    launchd,
  }) => {
    const { manager, definition } = service;
    await manager.install(definition({ args: ["--deaf"] }), { force: false });
    await expect.poll(() => service.sightings().length).toBe(1);
    const { pid = 0 } = await manager.status();

    const stopped = manager.stop();

    // The program does not hear launchd, which answers 36; somebody else ends it while the stop waits.
    await expect
      .poll(() => launchd.requests().at(-1))
      .toBe(`bootout ${launchd.domain}/${manager.identity.name}`);
    await expect.poll(async () => (await manager.status()).runtime).toBe("stopping");
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    await stopped;
    expect(isAlive(pid)).toBe(false);
    expect(await manager.status()).toMatchObject({ loaded: false, runtime: "stopped" });
  });
});

test.describe("the status", () => {
  test("of a program that keeps failing is a crash loop, with its exit code", async ({ service }) => {
    const { manager, definition } = service;

    await manager.install(definition({ args: ["--exit", "7"] }), { force: false });

    await expect
      .poll(() => manager.status())
      .toMatchObject({ runtime: "crash-looping", lastExit: { how: "exited", status: 7 } });
    await expect.poll(async () => (await manager.status()).restarts ?? 0).toBeGreaterThan(1);
  });

  test("of a refused start is blocked with the reason, and launchd does not repeat it", async ({
    service,
    home,
  }) => {
    const { manager, definition } = service;
    mkdirSync(join(home.stateDir, "run"), { recursive: true });
    const reason = { code: "CONFIG_INVALID", message: "the file is broken", atMs: 1 };
    writeFileSync(join(home.stateDir, "run", "start-blocked.json"), JSON.stringify(reason));

    await manager.install(definition({ args: ["--exit", "0"] }), { force: false });

    await expect
      .poll(() => manager.status())
      .toMatchObject({ runtime: "blocked", detail: "the file is broken", loaded: true });
    expect(service.sightings().length).toBeLessThanOrEqual(2);
  });

  test("tells how a killed program ended", async ({ service }) => {
    const { manager, definition } = service;
    await manager.install(definition(), { force: false });
    const { pid = 0 } = await manager.status();

    process.kill(pid, "SIGKILL");

    await expect.poll(() => manager.status()).toMatchObject({ lastExit: { how: "killed", status: 9 } });
  });

  test("is not enabled when somebody told launchd so, and a start allows it again", async ({
    service: { manager, definition },
    launchd,
  }) => {
    await manager.install(definition(), { force: false });
    await manager.stop();
    launchd.type("disable", `${launchd.domain}/${manager.identity.name}`);

    expect(await manager.status()).toMatchObject({ installed: true, enabled: false });
    expect((await manager.audit(definition())).map(({ code }) => code)).toEqual(["launchd-disabled"]);
    await manager.start();
    expect(await manager.status()).toMatchObject({ enabled: true, runtime: "running" });
  });

  test("says so when the property list of a running agent is gone", async ({
    service: { manager, definition },
  }) => {
    await manager.install(definition(), { force: false });

    rmSync(manager.identity.file);

    expect(await manager.status()).toMatchObject({
      installed: false,
      loaded: true,
      runtime: "running",
      detail: "its property list is gone: it runs until logout",
    });
  });

  test("fails with one clear line where there is no launchctl", async ({ home }) => {
    const context = surroundingsOf(home.env({ PATH: home.path }));

    const attempt = new LaunchdManager(serviceIdentity(context), context).status();

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      message: "launchd cannot be reached (/bin/launchctl: ENOENT).",
    });
  });
});

test.describe("an installation", () => {
  test("row 36: with sudo is refused and names the user", async ({
    managerFor,
    service: { definition, footprint },
  }) => {
    const before = await footprint();
    const manager = managerFor({ SUDO_USER: "ada", SUDO_UID: "501" });

    for (const attempt of [manager.assertInstallable(), manager.install(definition(), { force: true })]) {
      await expect(attempt).rejects.toMatchObject({
        code: "SERVICE_REFUSED",
        message: expect.stringContaining("ada"),
        fix: reads("as ada and without sudo: clawdbot gateway install"),
      });
    }
    expect(await footprint()).toEqual(before);
  });

  test("of a managed configuration is refused, and so is its end", async ({
    managerFor,
    service: { definition },
  }) => {
    const manager = managerFor({ CLAWDBOT_NIX_MODE: "1" });

    await expect(manager.install(definition(), { force: false })).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining("CLAWDBOT_NIX_MODE=1"),
    });
    await expect(manager.uninstall()).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
  });

  test("writes nothing while the marker file is there", async ({
    service: { manager, definition },
    home,
  }) => {
    const marker = join(home.stateDir, "disable-launchagent");
    mkdirSync(home.stateDir, { recursive: true });
    writeFileSync(marker, "");

    await expect(manager.install(definition(), { force: true })).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining(marker),
    });
    expect(existsSync(manager.identity.file)).toBe(false);
  });

  test("finds the daemon of the same label by its file too, whatever that is called", async ({
    service: { manager, definition },
    system,
  }) => {
    mkdirSync(system.daemons, { recursive: true });
    const file = join(system.daemons, "gateway-for-all.plist");
    writeFileSync(
      file,
      renderPropertyList({ Label: manager.identity.name, ProgramArguments: ["/bin/true"] }),
    );

    await expect(manager.install(definition(), { force: false })).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining(file),
    });
  });

  test("is readable by all, writable by its owner, and keeps the former text", async ({
    service: { manager, definition },
  }) => {
    await manager.install(definition({ args: ["one"] }), { force: false });
    const first = readFileSync(manager.identity.file, "utf8");

    await manager.install(definition({ args: ["two"] }), { force: false });

    expect(statSync(manager.identity.file).mode & 0o777).toBe(0o644);
    expect(readFileSync(`${manager.identity.file}.bak`, "utf8")).toBe(first);
  });

  test("U3: of the original is kept for good, and so is the copy that the original made", async ({
    service: { manager, definition },
  }) => {
    const { name, file } = manager.identity;
    const written = (version: string) =>
      renderPropertyList({
        Label: name,
        ProgramArguments: ["/usr/bin/true", "gateway"],
        EnvironmentVariables: {
          CLAWDBOT_SERVICE_MARKER: "clawdbot",
          CLAWDBOT_SERVICE_KIND: "gateway",
          CLAWDBOT_SERVICE_VERSION: version,
        },
      });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, written("2026.1.24-3"));
    writeFileSync(`${file}.bak`, written("2026.1.20"));

    const { kept } = await manager.install(definition(), { force: true });
    const again = await manager.install(definition(), { force: true });
    await manager.uninstall();

    expect(kept).toEqual({
      copy: `${file}.former`,
      wayBack: [
        expect.stringMatching(/^launchctl bootout gui\/\d+\/.* \|\| true$/),
        `cp ${shellWord(`${file}.former`)} ${shellWord(file)}`,
        expect.stringMatching(/^launchctl bootstrap gui\/\d+ /),
      ],
    });
    expect(again.kept).toBeUndefined();
    expect(readFileSync(`${file}.former`, "utf8")).toBe(written("2026.1.24-3"));
    expect(readFileSync(`${file}.bak`, "utf8")).toBe(written("2026.1.20"));
    expect(existsSync(file)).toBe(false);
  });

  test("U3: that somebody wrote by hand is put aside when the service is removed", async ({
    service: { manager },
  }) => {
    const { name, file } = manager.identity;
    const byHand = renderPropertyList({ Label: name, ProgramArguments: ["/usr/bin/true"] });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, byHand);

    const told = await manager.uninstall();

    expect(told.map(printed)).toEqual([
      `${file} was not made by the installation: it is kept as ${file}.former`,
    ]);
    expect(readFileSync(`${file}.former`, "utf8")).toBe(byHand);
  });

  test("makes a file that others may write safe again without touching the service", async ({
    service: { manager, definition },
  }) => {
    await manager.install(definition(), { force: false });
    const { pid } = await manager.status();
    chmodSync(manager.identity.file, 0o666);
    expect((await manager.audit(definition())).map(({ code }) => code)).toEqual(["unit-permissions"]);

    expect(await manager.install(definition(), { force: false })).toMatchObject({ change: "unchanged" });

    expect(await manager.audit(definition())).toEqual([]);
    expect((await manager.status()).pid).toBe(pid);
  });

  test("removes the agents of earlier versions, their files to the trash", async ({
    service: { manager, definition },
    home,
    launchd,
  }) => {
    const label = "com.steipete.clawdbot.gateway";
    const file = join(home.path, "Library", "LaunchAgents", `${label}.plist`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      renderPropertyList({ Label: label, RunAtLoad: true, ProgramArguments: ["/bin/sleep", "60"] }),
    );
    launchd.type("bootstrap", launchd.domain, file);

    const { warnings } = await manager.install(definition(), { force: false });

    expect(warnings.map(printed)).toEqual([
      expect.stringContaining(`the LaunchAgent ${label} of an earlier version was removed`),
    ]);
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(join(home.path, ".Trash"))).toEqual([`${label}.plist`]);
    expect(launchd.requests()[1]).toBe(`bootout ${launchd.domain}/${label}`);
  });

  test("logs in the home directory when the state directory is on another volume", async ({
    service: { manager, definition },
    home,
  }) => {
    const elsewhere = "/dev/shm";
    const isOther = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(home.path).dev;
    test.skip(!isOther, "no second volume here");
    const logs = join(home.path, "Library", "Logs", "clawdbot");

    const { warnings } = await manager.install(
      { ...definition(), logDir: join(elsewhere, "clawdbot-test-absent", "logs") },
      { force: false },
    );

    expect(warnings.map(printed)).toEqual([expect.stringContaining(logs)]);
    expect(existsSync(join(logs, "gateway.err.log"))).toBe(true);
  });
});

test.describe("a start", () => {
  test("makes the folder for the output anew, without which launchd runs nothing", async ({
    service: { manager, definition },
    home,
  }) => {
    await manager.install(definition(), { force: false });
    await manager.stop();
    rmSync(join(home.stateDir, "logs"), { recursive: true });

    await manager.start();

    expect(await manager.status()).toMatchObject({ runtime: "running" });
  });

  test("says which folder for the output cannot be made", async ({
    service: { manager, definition },
    home,
  }) => {
    await manager.install(definition(), { force: false });
    await manager.stop();
    rmSync(join(home.stateDir, "logs"), { recursive: true });
    writeFileSync(join(home.stateDir, "logs"), "");

    await expect(manager.start()).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: `${join(home.stateDir, "logs")} cannot be created (EEXIST).`,
    });
  });
});

test.describe("an uninstallation", () => {
  test("says where the property list went", async ({ service: { manager, definition }, home }) => {
    await manager.install(definition(), { force: false });

    const told = await manager.uninstall();

    const { name, file } = manager.identity;
    const place = join(home.path, ".Trash", `${name}.plist`);
    expect(told.map(printed)).toEqual([
      `LaunchAgent ${name}: stopped and unloaded`,
      `${file} is now ${place}`,
    ]);
    expect(existsSync(place)).toBe(true);
  });
});

test.describe("a property list of somebody else", () => {
  test("in binary form is read with plutil", async ({ managerFor, home, launchd }) => {
    const manager = managerFor();
    const { name, file } = manager.identity;
    const wanted = definitionIn(home, "/notes", ["ü", "雪 & Co"], { A: "b" });
    mkdirSync(dirname(file), { recursive: true });
    const binary = await import("../../../../helpers/service/launchctl.ts").then(
      ({ normalizedByPlistutil }) => normalizedByPlistutil(renderAgent(name, wanted), "bin"),
    );
    writeFileSync(file, binary);
    await expect(manager.readDefinition()).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect((await manager.audit(wanted)).map(({ code }) => code)).toEqual(["launchd-plist-unreadable"]);

    writeFileSync(join(launchd.folder, "plutil"), `#!/bin/sh\nexec plistutil -f xml -i "$5"\n`, {
      mode: 0o755,
    });

    expect(await manager.readDefinition()).toMatchObject({
      command: wanted.command,
      environment: wanted.environment,
    });
  });
});

test.describe("findOthers", () => {
  test("finds what runs a gateway and is not ours", async ({ managerFor, home, launchd, system }) => {
    const own = join(home.path, "Library", "LaunchAgents");
    const agent = (
      folder: string,
      label: string,
      words: string[],
      environment: Record<string, string> = {},
    ) => {
      mkdirSync(folder, { recursive: true });
      const values = { Label: label, ProgramArguments: words, EnvironmentVariables: environment };
      writeFileSync(join(folder, `${label}.plist`), renderPropertyList(values));
    };
    const marked = { CLAWDBOT_SERVICE_MARKER: "clawdbot", CLAWDBOT_SERVICE_KIND: "gateway" };
    agent(own, "com.clawdbot.gateway", ["/node", "/clawdbot/launch.cjs", "gateway", "run"], marked);
    agent(own, "com.clawdbot.work", ["/node", "/clawdbot/launch.cjs", "gateway", "run"], {
      ...marked,
      HOME: home.path,
      CLAWDBOT_PROFILE: "work",
    });
    agent(own, "com.clawdbot.tray", ["/node", "/clawdbot/launch.cjs", "tray"]);
    agent(own, "org.example.editor", ["/Applications/Editor", "gateway"]);
    agent(own, "com.steipete.clawdbot.gateway", ["/node", "/opt/dist/index.js", "gateway-daemon"]);
    agent(system.daemons, "org.example.bot", ["/node", "/opt/clawdbot/dist/launch.cjs", "gateway"]);

    const others = await managerFor().findOthers();

    expect(others.map(({ label, scope }) => ({ label, scope }))).toEqual([
      { label: "com.steipete.clawdbot.gateway", scope: "user" },
      { label: "org.example.bot", scope: "system" },
    ]);
    expect(others[0]?.cleanup).toEqual([
      `launchctl bootout ${launchd.domain}/com.steipete.clawdbot.gateway`,
      `rm '${join(own, "com.steipete.clawdbot.gateway.plist")}'`,
    ]);
    expect(others[1]?.cleanup).toEqual([
      "sudo launchctl bootout system/org.example.bot",
      `sudo rm ${join(system.daemons, "org.example.bot.plist")}`,
    ]);
  });
});

test.describe("the recorder of launchd", () => {
  test("ends everything it started", async ({ home }) => {
    const launchd = await startLaunchd();
    const context = surroundingsOf(launchd.env(home));
    const manager = new LaunchdManager(serviceIdentity(context), context);
    const notes = join(home.path, "..", "notes");
    await manager.install(definitionIn(home, notes, ["--with-child"], {}), { force: false });
    await expect.poll(() => readSightings(notes).length).toBe(1);
    const { pid = 0 } = await manager.status();

    await launchd.dispose();

    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function surroundingsOf(env: Record<string, string>): ProfileContext {
  return resolveProfileContext({ profile: undefined, dev: false }, env, "darwin");
}

function definitionIn(
  home: TempHome,
  notes: string,
  args: readonly string[],
  environment: Record<string, string>,
): ServiceDefinition {
  return {
    description: "Clawdbot Gateway (v0.0.0)",
    command: [...RESIDENT, notes, ...args],
    workingDirectory: home.path,
    environment: { HOME: home.path, CLAWDBOT_SERVICE_MARKER: "clawdbot", ...environment },
    environmentFile: join(home.stateDir, "service.env"),
    logDir: join(home.stateDir, "logs"),
  };
}

/** What went to the trash, and what the gateway printed while it ran, belongs to the user. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(".Trash/") && !path.startsWith(".clawdbot/logs/"))
    .sort();
}
