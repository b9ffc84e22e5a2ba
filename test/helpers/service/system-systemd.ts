/**
 * A real systemd as the first process of a process namespace: the manager of a system, for units with `User=`. It has no unit but
 * those of the test, its own `/etc`, `/run`, `/var/lib` and `/opt`, and control groups of its own; the network is that of the machine.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { missingReason } from "../run/desktop-needs.ts";

export interface SystemSystemd {
  /** Runs a shell script on that machine, where `clawdbot` and `node` are installed; fails when it fails. */
  run(script: string, input?: string): string;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MANAGER = "/lib/systemd/systemd";
const START_LIMIT_MS = 20_000;
/** What units depend on by default; here each is there at once. */
const TARGETS = ["basic", "sysinit", "shutdown", "multi-user", "network-online", "network"];

/** `$1` is the checkout, `$2` the Node that runs the tests; the groups follow. */
const LAUNCH = `
root=$1 node=$2; shift 2
for group in "$@"; do echo $$ > "$group/cgroup.procs" || exit 1; done
exec unshare --pid --mount --fork --mount-proc --ipc --uts --kill-child sh -e -c '
  mount --make-rprivate /
  mount -t tmpfs tmpfs /mnt
  cp -a /etc /mnt/etc
  rm -rf /mnt/etc/systemd/system
  mkdir -p /mnt/etc/systemd/system /mnt/bin /mnt/units /mnt/opt/clawdbot /mnt/run /mnt/lib
  ln -s /opt/clawdbot/dist/launch.cjs /mnt/bin/clawdbot
  touch /mnt/bin/node
  for target in ${TARGETS.join(" ")}; do
    printf "[Unit]\\nDefaultDependencies=no\\n" > /mnt/units/$target.target
  done
  mount --bind "$1" /mnt/opt/clawdbot
  mount --bind "$2" /mnt/bin/node
  mount --bind /mnt/units /usr/lib/systemd/system
  for folder in /usr/lib/systemd/system-generators /usr/lib/systemd/system-environment-generators; do
    [ ! -d $folder ] || mount -t tmpfs tmpfs $folder
  done
  mount --rbind /mnt/opt /opt
  mount --rbind /mnt/bin /usr/local/bin
  mount --bind /mnt/lib /var/lib
  mount --bind /mnt/etc /etc
  mount -t tmpfs tmpfs /run
  mkdir -p /run/systemd/system
  exec env -i container=test PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin ${MANAGER} --system --unit=basic.target --show-status=0 --log-target=console
' sh "$root" "$node"
`;

/** One line for `test.skip`, or undefined when such a manager can be started here. */
export function systemSystemdReason(): string | undefined {
  const missing = missingReason("service");
  if (missing !== undefined) return missing;
  return systemHierarchies().length === 0 ? "no control groups for a systemd here" : undefined;
}

/** Starts one, on a machine without any service. */
export async function startSystemSystemd(): Promise<SystemSystemd> {
  const name = `clawdbot-system-${process.pid}`;
  const groups = systemHierarchies().map((mount) => join(mount, name));
  for (const group of groups) mkdirSync(group, { recursive: true });
  const launch = ["-c", LAUNCH, "systemd", ROOT, process.execPath, ...groups];
  const launcher = spawn("sh", launch, { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  launcher.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const ended = once(launcher, "exit");
  const kill = () => launcher.kill("SIGKILL");
  process.once("exit", kill);
  const first = () => Number(readChildren(launcher.pid ?? 0)[0] ?? 0);
  const enter = (script: string, input = "") => {
    const words = [
      "--mount",
      "--pid",
      "--uts",
      "--ipc",
      "--target",
      String(first()),
      "--",
      "sh",
      "-e",
      "-c",
      script,
    ];
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LANG: "C.UTF-8" };
    return spawnSync("nsenter", words, { encoding: "utf8", input, env, timeout: 60_000 });
  };
  const stop = async () => {
    const pid = first();
    // A first process takes no other signal from outside; everything in the namespace ends with it.
    if (pid > 0) process.kill(pid, "SIGKILL");
    await ended;
    process.removeListener("exit", kill);
    for (const mount of hierarchies()) await removeGroup(join(mount, name));
  };
  const deadline = performance.now() + START_LIMIT_MS;
  while (first() === 0 || enter("systemctl show --property=Version").status !== 0) {
    if (launcher.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`systemd did not start: ${complaints.trim()}`);
    }
    await delay(50);
  }
  return {
    run: (script, input) => {
      const { status, stdout, stderr } = enter(script, input);
      if (status !== 0) throw new Error(`ended with ${status}: ${script}\n${stdout}${stderr}`);
      return stdout;
    },
    stop,
  };
}

function readChildren(pid: number): string[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").filter(Boolean) : [];
}

/** The mounts by which systemd keeps track of its services. */
function systemHierarchies(): string[] {
  return hierarchies().filter((mount) => /\/(unified|systemd)$|^\/sys\/fs\/cgroup$/.test(mount));
}

function hierarchies(): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup" || type === "cgroup2")
    .map(([, mount = ""]) => mount);
}

/** The system empties a group a moment after its last process has ended. */
async function removeGroup(group: string): Promise<void> {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeGroup(join(group, entry.name));
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      rmdirSync(group);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(20);
    }
  }
}
