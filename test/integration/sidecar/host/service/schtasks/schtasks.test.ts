/** What is particular to scheduled tasks; the programs of Windows are stood in for, what they start is real. */

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeJsonFile } from "../../../../../../shared/node/run-state.ts";
import {
  HIDDEN_LAUNCHER,
  renderStartupEntry,
} from "../../../../../../sidecar/host/service/schtasks/hidden-launcher.ts";
import { renderRestartScript } from "../../../../../../sidecar/host/service/schtasks/restart-script.ts";
import { encodeTask, renderTask } from "../../../../../../sidecar/host/service/schtasks/task-xml.ts";
import { printed } from "../../../../../helpers/run/reads.ts";
import {
  expect,
  type SchtasksServiceUnderTest,
  serviceFor,
  test,
} from "../../../../../helpers/service/schtasks-service.ts";

const TASK = "Clawdbot Gateway";

function startupEntry({ home }: SchtasksServiceUnderTest): string {
  return join(
    home.path,
    "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/Clawdbot Gateway.vbs",
  );
}

/** The registered task with something of it replaced, as a user does it in the Task Scheduler. */
function edit(service: SchtasksServiceUnderTest, from: string | RegExp, to: string): void {
  const changed = service.registered(TASK).replace(from, to);
  writeFileSync(taskFile(service, TASK), encodeTask(changed));
}

function taskFile({ home }: SchtasksServiceUnderTest, name: string): string {
  return join(dirname(home.path), "windows", "tasks", `${encodeURIComponent(name)}.xml`);
}

test.describe("the command lines of each verb", () => {
  test("are those that Windows documents", async ({ service }) => {
    const { manager, definition, context, commands } = service;
    const said: Record<string, string[]> = {};
    const during = async (what: string, work: () => Promise<unknown>) => {
      const before = commands().length;
      await work();
      said[what] = commands().slice(before);
    };

    await during("install", () => manager.install(definition(), { force: false }));
    const { pid } = await manager.status();
    await during("stop", () => manager.stop());
    await during("start", () => manager.start());
    const second = await manager.status();
    await during("install unchanged", () => manager.install(definition(), { force: false }));
    await during("uninstall", () => manager.uninstall());

    const temporary = join(context.env.TEMP ?? "", `clawdbot-task-${process.pid}.xml`);
    expect(said).toEqual({
      install: [`schtasks /Create /F /TN ${TASK} /XML ${temporary}`, `schtasks /Run /TN ${TASK}`],
      stop: [`schtasks /End /TN ${TASK}`, `taskkill /PID ${pid} /T /F`],
      start: [`schtasks /Run /TN ${TASK}`],
      "install unchanged": [],
      uninstall: [
        `schtasks /End /TN ${TASK}`,
        `taskkill /PID ${second.pid} /T /F`,
        `schtasks /Delete /F /TN ${TASK}`,
      ],
    });
    expect(existsSync(temporary)).toBe(false);
  });

  test("the task runs the launcher without a window, at the login of this account", async ({ service }) => {
    const { manager, definition, registered, home } = service;

    await manager.install(definition(), { force: false });

    const launcher = join(home.stateDir, "gateway.vbs");
    expect(registered(TASK)).toBe(
      renderTask({
        description: "Clawdbot Gateway (v1)",
        user: "S-1-5-21-1-2-3-1001",
        action: {
          command: "C:\\Windows\\System32\\wscript.exe",
          arguments: `//B //Nologo "${launcher}"`,
          workingDirectory: "",
        },
        atLogon: true,
      }),
    );
    expect(readFileSync(launcher, "utf16le")).toBe(`\uFEFF${HIDDEN_LAUNCHER}`);
  });
});

test.describe("row 41: on a Windows that speaks German", () => {
  test("the state is right without PowerShell, by the numbers between the words", async ({ service }) => {
    const { manager, definition, system } = service;
    await manager.install(definition(), { force: false });
    system("no-powershell");

    const running = await manager.status();
    await manager.stop();
    const stopped = await manager.status();

    expect(running).toMatchObject({ loaded: true, enabled: true, runtime: "running" });
    expect(running.pid).toBe(service.sightings()[0]?.pid);
    expect(stopped).toMatchObject({ loaded: true, runtime: "stopped" });
  });

  test("a task that is not allowed is told from other failures by what Windows calls it there", async ({
    service,
  }) => {
    const { manager, definition, system } = service;
    system("deny");

    const { change, warnings } = await manager.install(definition(), { force: false });

    expect(change).toBe("installed");
    expect(warnings.map(printed)).toEqual([
      expect.stringContaining("does not allow this account a scheduled task"),
    ]);
    expect(printed(warnings[0])).toContain(startupEntry(service));
  });
});

test.describe("row 42: a task", () => {
  const limits = [
    ["schtasks-time-limit", "<ExecutionTimeLimit>PT0S<", "<ExecutionTimeLimit>PT72H<"],
    ["schtasks-battery", "<DisallowStartIfOnBatteries>false<", "<DisallowStartIfOnBatteries>true<"],
    ["schtasks-battery", "<StopIfGoingOnBatteries>false<", "<StopIfGoingOnBatteries>true<"],
  ] as const;
  for (const [code, from, to] of limits) {
    test(`with ${to.slice(1, -1).replace(">", "=")} is found as ${code}, and the next installation repairs it`, async ({
      service,
    }) => {
      const { manager, definition } = service;
      await manager.install(definition(), { force: false });
      edit(service, from, to);

      const issues = await manager.audit(definition());
      const { change } = await manager.install(definition(), { force: false });

      expect(issues).toEqual([expect.objectContaining({ code, level: "recommended" })]);
      expect(change).toBe("updated");
      expect(await manager.audit(definition())).toEqual([]);
    });
  }

  test("whose files others may change is found as unit-permissions", async ({ service }) => {
    const { manager, definition, system, home } = service;
    await manager.install(definition(), { force: false });
    system("access", "O:BAG:BAD:AI(A;ID;FA;;;BA)(A;ID;0x1301bf;;;AU)");

    const issues = await manager.audit(definition());

    expect(issues.map(({ code, message }) => [code, printed(message)])).toEqual(
      ["gateway.cmd", "gateway.vbs"].map((name) => [
        "unit-permissions",
        `${join(home.stateDir, name)} can be changed by all signed-in users`,
      ]),
    );
  });
});

test.describe("row 46: stop", () => {
  test("ends what the gateway started as well", async ({ service }) => {
    const { manager, definition, sightings } = service;
    await manager.install(definition({ args: ["--with-child"] }), { force: false });
    const { pid = 0 } = sightings()[0] ?? {};
    await expect.poll(() => childrenOf(pid)).toHaveLength(1);
    const [child = 0] = childrenOf(pid);

    await manager.stop();

    expect([pid, child].filter(service.isAlive)).toEqual([]);
  });

  test("leaves a gateway alone that somebody runs by hand", async ({ service }) => {
    const { manager, definition, context, sightings } = service;
    const own = definition({ environment: { CLAWDBOT_WINDOWS_TASK_NAME: "by hand" } });
    await manager.install(definition(), { force: false });
    await manager.stop();
    // The facts that a gateway writes which no task runs.
    writeJsonFile(context.paths.factsFile, {
      pid: process.pid,
      startId: "x",
      instanceId: "y",
      service: own.environment.CLAWDBOT_WINDOWS_TASK_NAME,
    });

    await manager.stop();

    expect(await manager.status()).toMatchObject({ runtime: "stopped" });
    expect(sightings()).toHaveLength(1);
  });
});

test.describe("a task that its user changed", () => {
  test("keeps the changes when only the gateway's command is another", async ({ service }) => {
    const { manager, definition, registered, commands } = service;
    await manager.install(definition({ args: ["one"] }), { force: false });
    edit(service, "<Priority>5<", "<Priority>4<");
    const before = commands().length;

    await manager.install(definition({ args: ["two"] }), { force: false });

    expect(registered(TASK)).toContain("<Priority>4<");
    expect(commands().slice(before).join("\n")).not.toMatch(/\/Create|\/Change/);
  });

  test("keeps the changes when the launcher lies elsewhere, by /Change /TR", async ({ service }) => {
    const { manager, definition, registered, home } = service;
    await manager.install(definition(), { force: false });
    await manager.stop();
    edit(service, "<Priority>5<", "<Priority>4<");
    const elsewhere = join(home.path, "other & place", "gateway.cmd");
    const moved = serviceFor(home, { CLAWDBOT_TASK_SCRIPT: elsewhere });

    await moved.manager.install(moved.definition(), { force: false });

    const launcher = elsewhere.replace(/cmd$/, "vbs");
    expect(moved.commands()).toContain(
      `schtasks /Change /TN ${TASK} /TR "C:\\Windows\\System32\\wscript.exe" //B //Nologo "${launcher}"`,
    );
    expect(registered(TASK)).toContain("<Priority>4<");
    expect(await moved.manager.status()).toMatchObject({ installed: true, runtime: "running" });
    await moved.manager.uninstall();
  });

  test("loses them on --force", async ({ service }) => {
    const { manager, definition, registered } = service;
    await manager.install(definition(), { force: false });
    edit(service, "<Priority>5<", "<Priority>4<");

    await manager.install(definition(), { force: true });

    expect(registered(TASK)).toContain("<Priority>5<");
  });

  test("is enabled again by start when it was disabled", async ({ service }) => {
    const { manager, definition } = service;
    await manager.install(definition(), { force: false });
    await manager.stop();
    edit(service, /<Enabled>true<\/Enabled>(?![\s\S]*<Enabled>)/, "<Enabled>false</Enabled>");
    const before = await manager.status();

    await manager.start();

    expect(before).toMatchObject({ loaded: true, enabled: false });
    expect(await manager.status()).toMatchObject({ enabled: true, runtime: "running" });
  });
});

test.describe("the Startup folder, where a task is not allowed", () => {
  test("starts, restarts, stops and uninstalls the gateway like a task", async ({ service }) => {
    const { manager, definition, system, sightings, footprint } = service;
    const before = await footprint();
    system("deny");
    await manager.install(definition(), { force: false });

    const installed = await manager.status();
    await manager.restart();
    const restarted = await manager.status();
    await manager.stop();
    const stopped = await manager.status();
    await manager.start();
    await manager.restartDetached();
    await expect.poll(() => sightings().length).toBe(4);
    const told = await manager.uninstall();

    expect(installed).toMatchObject({ loaded: true, enabled: true, runtime: "running" });
    expect(installed.detail).toContain("Startup folder");
    expect(restarted.pid).not.toBe(installed.pid);
    expect(stopped).toMatchObject({ installed: true, runtime: "stopped" });
    expect(told.map(printed)).toContain(`${startupEntry(service)} was deleted`);
    expect(sightings().filter(({ pid }) => service.isAlive(pid))).toEqual([]);
    expect(await footprint()).toEqual(before);
  });

  test("holds a script that Windows runs without a window", async ({ service }) => {
    const { manager, definition, system, home } = service;
    system("deny");

    await manager.install(definition(), { force: false });

    const launcher = join(home.stateDir, "gateway.vbs");
    const text = readFileSync(startupEntry(service), "utf16le");
    expect(text).toBe(`\uFEFF${renderStartupEntry(TASK, launcher)}`);
    expect(text).toContain(`shell.CurrentDirectory = "${home.stateDir}"`);
    expect(text).toContain(`//B //Nologo ""gateway.vbs""", 0, False`);
  });

  test("makes room for a task as soon as one is allowed", async ({ service }) => {
    const { manager, definition, system } = service;
    system("deny");
    await manager.install(definition(), { force: false });
    const allowed = serviceFor(service.home, { CLAWDBOT_TEST_WINDOWS: newWindows(service) });

    const { warnings } = await allowed.manager.install(definition(), { force: true });

    expect(warnings).toEqual([]);
    expect(existsSync(startupEntry(service))).toBe(false);
    expect(await allowed.manager.status()).toMatchObject({
      runtime: "running",
      state: expect.stringContaining("running"),
    });
    await allowed.manager.uninstall();
  });
});

test.describe("install", () => {
  test("puts the former service back when Windows refuses the new one", async ({ service }) => {
    const { manager, definition, system } = service;
    await manager.install(definition({ args: ["one"] }), { force: false });
    system("deny");

    const attempt = manager.install(definition({ args: ["two"] }), { force: true });

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect((await manager.readDefinition())?.command.at(-1)).toBe("one");
    expect(await manager.status()).toMatchObject({ runtime: "running" });
  });

  test("row 1: says why a gateway that refuses to start does so, and leaves nothing", async ({ service }) => {
    const { manager, definition, footprint } = service;
    const before = await footprint();

    const attempt = manager.install(definition({ args: ["--exit", "78"] }), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: expect.stringContaining("it ended with 78"),
    });
    expect(await footprint()).toEqual(before);
  });

  test("warns where no script may run, and starts the batch file in a console without a window", async ({
    service,
  }) => {
    const { manager, definition, system, registered, home } = service;
    system("registry-Enabled", "REG_DWORD    0x0");
    // Nothing here can stand in for that console.
    const attempt = manager.install(definition(), { force: false });
    const xml = await watched(() => registered(TASK), attempt);

    expect(xml).toContain("<Command>C:\\Windows\\System32\\conhost.exe</Command>");
    expect(xml).toContain(
      "<Arguments>--headless C:\\Windows\\System32\\cmd.exe /d /v:off /c &quot;.\\gateway.cmd&quot;</Arguments>",
    );
    expect(xml).toContain(`<WorkingDirectory>${home.stateDir.replace("&", "&amp;")}</WorkingDirectory>`);
  });

  test("warns in a prompt with administrator rights", async ({ service }) => {
    const { manager, definition, system } = service;
    system(
      "groups",
      '"Verbindliche Beschriftung\\Hohe Verbindlichkeitsstufe","Bezeichnung","S-1-16-12288",""',
    );

    const { warnings } = await manager.install(definition(), { force: false });

    expect(warnings).toEqual([expect.stringContaining("this prompt has administrator rights")]);
  });

  test("row 36: is refused for an account that never logs in", async ({ service }) => {
    service.system("user", '"nt-autorität\\system","S-1-5-18"');

    const attempt = service.manager.install(service.definition(), { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: expect.stringContaining("nt-autorität\\system"),
    });
  });

  test("is refused where Nix manages the configuration, and so is uninstall", async ({ service }) => {
    const managed = serviceFor(service.home, { CLAWDBOT_NIX_MODE: "1" });

    const install = managed.manager.install(managed.definition(), { force: false });

    await expect(install).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
    await expect(managed.manager.uninstall()).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
  });

  for (const [what, env, words] of [
    ["a name that no task can have", { CLAWDBOT_WINDOWS_TASK_NAME: "a:b" }, "is not the name of a task"],
    ["a script on the network", { CLAWDBOT_TASK_SCRIPT: "\\\\server\\x\\gateway.cmd" }, "on the network"],
    [
      "a script of another kind",
      { CLAWDBOT_TASK_SCRIPT: "/tmp/gateway.ps1" },
      "not the name of a batch file",
    ],
    [
      "a script with % in its name",
      { CLAWDBOT_TASK_SCRIPT: "/tmp/100%.cmd" },
      "not the name of a batch file",
    ],
    [
      "a folder that Windows would read as a variable",
      { CLAWDBOT_TASK_SCRIPT: "/tmp/%temp%/gateway.cmd" },
      "the name of a variable",
    ],
  ] as const) {
    test(`refuses ${what}`, async ({ service }) => {
      const odd = serviceFor(service.home, env);

      const attempt = odd.manager.install(odd.definition(), { force: false });

      await expect(attempt).rejects.toMatchObject({
        code: "SERVICE_REFUSED",
        message: expect.stringContaining(words),
      });
    });
  }

  for (const [what, files] of [
    ["does not run", ["no-scheduler"]],
    ["has no programs", ["bin/schtasks", "bin/powershell.exe"]],
  ] as const) {
    test(`row 37: says so when the Task Scheduler ${what}`, async ({ service }) => {
      const windows = join(dirname(service.home.path), "windows");
      const isBroken = (broken: boolean) => {
        for (const file of files) {
          if (file.startsWith("bin/")) chmodSync(join(windows, file), broken ? 0o644 : 0o755);
          else if (broken) writeFileSync(join(windows, file), "");
          else rmSync(join(windows, file));
        }
      };
      isBroken(true);

      const attempt = service.manager.install(service.definition(), { force: false });

      await expect(attempt).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
      isBroken(false);
    });
  }
});

test.describe("the batch file of the original", () => {
  const written = (version: string) =>
    [
      "@echo off",
      `rem Clawdbot Gateway (v${version})`,
      'cd /d "C:\\Users\\me"',
      "set CLAWDBOT_GATEWAY_PORT=18789",
      "set CLAWDBOT_SERVICE_MARKER=clawdbot",
      "set CLAWDBOT_SERVICE_KIND=gateway",
      `set CLAWDBOT_SERVICE_VERSION=${version}`,
      '"C:\\Program Files\\nodejs\\node.exe" C:\\npm\\node_modules\\clawdbot\\dist\\entry.js gateway --port 18789',
      "",
    ].join("\r\n");

  test("U3: is understood, kept for good when the task is taken over, and never deleted", async ({
    service: { manager, definition },
  }) => {
    const { file } = manager.identity;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, written("2026.1.24-3"));
    writeFileSync(`${file}.bak`, written("2026.1.20"));

    const found = await manager.readDefinition();
    const { kept } = await manager.install(definition(), { force: true });
    await manager.uninstall();

    expect(found).toMatchObject({
      command: ["C:\\Program Files\\nodejs\\node.exe", expect.any(String), "gateway", "--port", "18789"],
      environment: { CLAWDBOT_SERVICE_VERSION: "2026.1.24-3" },
    });
    expect(kept?.copy).toBe(`${file}.former`);
    expect(kept?.wayBack[0]).toMatch(/^schtasks \/End .* & copy \/y ".*\.former" ".*\.cmd"$/);
    expect(readFileSync(`${file}.former`, "utf8")).toBe(written("2026.1.24-3"));
    expect(readFileSync(`${file}.bak`, "utf8")).toBe(written("2026.1.20"));
    expect(existsSync(file)).toBe(false);
  });
});

test.describe("restartDetached", () => {
  test("row 51: asks the gateway first, then ends it, in a batch file that a task of its own runs", async () => {
    const script = renderRestartScript(
      {
        target: { task: "Clawdbot Gateway (50%)", helperTask: "Clawdbot Gateway (50%) restart" },
        pid: 42,
        polite: { command: ["C:\\node.exe", "C:\\launch.cjs", "gateway", "stop"], environment: { A: "b" } },
      },
      { userProfile: undefined, codePage: 850 },
    );

    expect(script.toString("ascii").split("\r\n").slice(2)).toEqual([
      '"%SystemRoot%\\System32\\schtasks.exe" /Delete /F /TN "Clawdbot Gateway (50%%) restart"',
      'set "A=b"',
      '"C:\\node.exe" "C:\\launch.cjs" "gateway" "stop" >nul 2>nul && goto start',
      '"%SystemRoot%\\System32\\schtasks.exe" /End /TN "Clawdbot Gateway (50%%)"',
      '"%SystemRoot%\\System32\\taskkill.exe" /PID 42 /T /F',
      ":start",
      '"%SystemRoot%\\System32\\schtasks.exe" /Run /TN "Clawdbot Gateway (50%%)"',
      "",
    ]);
  });

  test("leaves neither its task nor its batch file", async ({ service }) => {
    const { manager, definition, sightings, footprint, home } = service;
    await manager.install(definition(), { force: false });
    const before = await footprint();

    await manager.restartDetached();

    await expect.poll(() => sightings().length).toBe(2);
    await expect.poll(() => footprint()).toEqual(before);
    expect(existsSync(join(home.stateDir, "gateway.restart.cmd"))).toBe(false);
  });
});

test.describe("findOthers", () => {
  test("names the tasks of others that run a gateway, and how to get rid of them", async ({ service }) => {
    const { manager, definition, context } = service;
    await manager.install(definition(), { force: false });
    const add = (name: string, command: string, args: string, user = "S-1-5-21-1-2-3-1001") => {
      const action = { command, arguments: args, workingDirectory: "" };
      const xml = renderTask({ description: "", user, action, atLogon: true });
      writeFileSync(taskFile(service, name), encodeTask(xml));
      writeFileSync(taskFile(service, name).replace(/xml$/, "json"), '{"lastResult":0}');
    };
    add("Old gateway", "C:\\node.exe", '"C:\\clawdbot\\entry.js" gateway --port 1');
    add("Machine gateway", "C:\\node.exe", "C:\\clawdbot\\entry.js gateway", "S-1-5-18");
    add("Editor", "notepad.exe", "C:\\clawdbot\\gateway notes.txt");
    add("Other gateway", "C:\\kong.exe", "gateway");
    addProfile(service, add, "same", context.paths.stateDir);
    addProfile(service, add, "other", join(service.home.path, ".clawdbot-other"));

    const found = await manager.findOthers();

    expect(found.map(({ label, scope }) => [label, scope])).toEqual([
      ["\\Machine gateway", "system"],
      ["\\Old gateway", "user"],
      ["\\same", "user"],
    ]);
    expect(found[1]).toMatchObject({
      detail: 'C:\\node.exe "C:\\clawdbot\\entry.js" gateway --port 1',
      cleanup: ['schtasks /End /TN "\\Old gateway"', 'schtasks /Delete /F /TN "\\Old gateway"'],
    });
  });
});

/** A task that starts a script of ours for a state directory. */
function addProfile(
  service: SchtasksServiceUnderTest,
  add: (name: string, command: string, args: string) => void,
  name: string,
  stateDir: string,
): void {
  const folder = join(service.home.path, `of ${name}`);
  mkdirSync(folder);
  const lines = ["CLAWDBOT_SERVICE_MARKER=clawdbot", `CLAWDBOT_STATE_DIR=${stateDir}`].map(
    (line) => `set "${line.replaceAll("%", "%%")}"`,
  );
  const text = ["@echo off", ...lines, 'cd /d "C:\\"', '"node.exe" "x" >>"log"', ""].join("\r\n");
  writeFileSync(join(folder, "gateway.cmd"), text, "latin1");
  add(name, "wscript.exe", `//B "${join(folder, "gateway.vbs")}"`);
}

function newWindows({ home }: SchtasksServiceUnderTest): string {
  const root = join(dirname(home.path), "windows that allows");
  mkdirSync(root, { recursive: true });
  return root;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // It has ended.
  }
}

/** What there was to see before an attempt failed. */
async function watched(look: () => string, attempt: Promise<unknown>): Promise<string> {
  let seen = "";
  let isOver = false;
  const end = attempt
    .catch(() => undefined)
    .then(() => {
      isOver = true;
    });
  while (!isOver) {
    try {
      seen = look();
    } catch {
      // Not there yet, or not any more.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await end;
  if (seen === "") throw new Error(`nothing was seen of ${basename(TASK)}`);
  return seen;
}
