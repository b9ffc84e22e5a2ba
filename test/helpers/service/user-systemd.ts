/**
 * A real `systemd --user` with a home, a runtime directory and control groups of its own: one per worker as the fixture
 * `systemd`, or more by `startUserSystemd`. Nothing on the machine changes, and nothing of it outlives the worker.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { test as base } from "@playwright/test";
import { errorText } from "../../../shared/errors.ts";
import { missingReason } from "../run/desktop-needs.ts";

export { expect } from "@playwright/test";

export interface UserSystemd {
  /** The manager's home; units lie in `.config/systemd/user` below it. */
  home: string;
  runtimeDir: string;
  /** Of the manager itself. */
  pid: number;
  /** Environment for programs of this user: HOME, PATH, XDG_RUNTIME_DIR, UTF-8 and `extra`. */
  env(extra?: Record<string, string>): Record<string, string>;
  /** Runs `systemctl --user <args>` and returns what it printed; fails when it fails. */
  systemctl(...args: string[]): string;
  /** Processes that a unit has just now, children of children included. */
  processesOf(unit: string): number[];
  /** Words before a command that let it see a machine that was booted with systemd, with this manager at `/run/user/<uid>`. */
  booted: readonly string[];
  stop(): Promise<void>;
}

/** `test` with the `systemd` of the worker; skips with the reason where none can run. */
export const test = base.extend<{ systemd: UserSystemd }, { systemdOfWorker: UserSystemd | string }>({
  systemdOfWorker: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
    async ({}, use) => {
      const reason = userSystemdReason();
      const systemd = reason ?? (await startUserSystemd());
      await use(systemd);
      if (typeof systemd !== "string") await systemd.stop();
    },
    { scope: "worker" },
  ],
  systemd: async ({ systemdOfWorker }, use, testInfo) => {
    if (typeof systemdOfWorker === "string") testInfo.skip(true, systemdOfWorker);
    else await use(systemdOfWorker);
  },
});

/** One line for `test.skip`, or undefined when a manager can be started here. */
export function userSystemdReason(): string | undefined {
  const missing = missingReason("service");
  if (missing !== undefined) return missing;
  for (const group of controlGroups()) {
    const attempt = join(group, `clawdbot-try-${process.pid}`);
    try {
      mkdirSync(attempt);
      rmdirSync(attempt);
    } catch (error) {
      return `no control group can be made: ${errorText(error)}`;
    }
  }
  return undefined;
}

const MANAGER = "/lib/systemd/systemd";
const START_LIMIT_MS = 10_000;

/**
 * Makes the machine look as if systemd had booted it, for the manager alone, and gives it control groups of its own: two
 * managers in one group would end each other's services. The desktop's generators, a dozen programs at every reload, have nothing
 * to do here. It ends with the process that started it.
 */
const LAUNCH = `
mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system || exit 1
mkdir -p /run/user && mount -t tmpfs tmpfs /run/user && mkdir "/run/user/$(id -u)" || exit 1
mount --bind "$XDG_RUNTIME_DIR" "/run/user/$(id -u)" || exit 1
for folder in /usr/lib/systemd/user-generators /usr/lib/systemd/user-environment-generators; do
  [ ! -d "$folder" ] || mount -t tmpfs tmpfs "$folder" || exit 1
done
for group in "$@"; do echo $$ > "$group/cgroup.procs" || exit 1; done
exec setpriv --pdeathsig TERM ${MANAGER} --user
`;

let count = 0;

/** Starts a manager; `home` may hold blanks and umlauts to test paths with them. */
export async function startUserSystemd(homeName = "home"): Promise<UserSystemd> {
  count += 1;
  const root = mkdtempSync(join(tmpdir(), "clawdbot-systemd-"));
  const home = join(root, homeName);
  const runtimeDir = join(root, "run");
  mkdirSync(home);
  mkdirSync(runtimeDir, { mode: 0o700 });
  const groups = controlGroups().map((group) => join(group, `clawdbot-test-${process.pid}-${count}`));
  for (const group of groups) mkdirSync(group);
  const environment: Record<string, string> = {
    HOME: home,
    PATH: process.env.PATH ?? "",
    LANG: "C.UTF-8",
    TMPDIR: tmpdir(),
    XDG_RUNTIME_DIR: runtimeDir,
  };
  const manager = spawn("unshare", ["--mount", "sh", "-c", LAUNCH, "systemd", ...groups], {
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  manager.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const ended = once(manager, "exit");
  const systemctl = (...args: string[]) => {
    const options = { env: environment, encoding: "utf8", timeout: 30_000 } as const;
    const { status, stdout, stderr } = spawnSync("systemctl", ["--user", ...args], options);
    if (status !== 0) throw new Error(`systemctl ${args.join(" ")} ended with ${status}: ${stderr}`);
    return stdout;
  };
  const clean = () => {
    for (const group of groups) removeGroup(group);
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await answering(systemctl, manager);
  } catch (error) {
    manager.kill("SIGKILL");
    await ended;
    clean();
    throw new Error(`systemd --user did not start: ${complaints.trim()}`, { cause: error });
  }
  const pid = manager.pid ?? 0;
  return {
    home,
    runtimeDir,
    pid,
    env: (extra = {}) => ({ ...environment, ...extra }),
    systemctl,
    processesOf: (unit) => groups.flatMap((group) => processesIn(group, unit)).filter(isFirst),
    booted: ["nsenter", "--mount", "--target", String(pid), "--"],
    stop: async () => {
      spawnSync("systemctl", ["--user", "exit"], { env: environment, timeout: 30_000 });
      const late = delay(30_000).then(() => manager.kill("SIGKILL"));
      await Promise.race([ended, late]);
      await ended;
      clean();
    },
  };
}

async function answering(systemctl: UserSystemd["systemctl"], manager: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    try {
      systemctl("show", "--property=Version");
      return;
    } catch (error) {
      if (manager.exitCode !== null || performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** This process's groups in the hierarchies that systemd uses, as directories. */
function controlGroups(): string[] {
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const own = readFileSync("/proc/self/cgroup", "utf8").trim().split("\n");
  return own.flatMap((line) => {
    const [, hierarchy = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (hierarchy !== "" && hierarchy !== "name=systemd") return [];
    const mount = mounts.find(([, , type, options = ""]) =>
      hierarchy === "" ? type === "cgroup2" : type === "cgroup" && options.split(",").includes(hierarchy),
    );
    return mount?.[1] === undefined ? [] : [join(mount[1], path)];
  });
}

function processesIn(group: string, unit: string): number[] {
  return readdirSync(group, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "cgroup.procs")
    .filter(({ parentPath }) => parentPath.split("/").includes(unit))
    .flatMap(({ parentPath }) => readFileSync(join(parentPath, "cgroup.procs"), "utf8").trim().split("\n"))
    .filter((line) => line !== "")
    .map(Number);
}

function isFirst(pid: number, index: number, all: readonly number[]): boolean {
  return all.indexOf(pid) === index;
}

function removeGroup(group: string): void {
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(group, entry.name));
  }
  rmdirSync(group);
}
