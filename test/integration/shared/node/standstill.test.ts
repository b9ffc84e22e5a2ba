import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { test as base, expect } from "@playwright/test";
import { signalProcess } from "../../../../shared/node/end-process.ts";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import { howToEnd, standstillOf } from "../../../../shared/node/standstill.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";
import { printed, reads } from "../../../helpers/run/reads.ts";
import { until } from "../../../helpers/service/gateway-service.ts";

const isRoot = process.getuid?.() === 0;
const ANSWERING =
  "process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1e6); console.log('up')";

const test = base.extend<{ sleeper: ChildProcess & { pid: number } }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  sleeper: async ({}, use) => {
    const child = spawn(process.execPath, ["-e", ANSWERING], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    await use(Object.assign(child, { pid: child.pid ?? 0 }));
    child.kill("SIGCONT");
    child.kill("SIGKILL");
  },
});

test.skip(process.platform !== "linux", "what a process is doing is read from /proc");

const kindOf = (pid: number) => standstillOf(pid)?.kind;

test.describe("standstillOf", () => {
  test("knows nothing against a process that runs, nor against one that is gone", ({ sleeper }) => {
    expect(standstillOf(sleeper.pid)).toBeUndefined();
    expect(standstillOf(2 ** 22)).toBeUndefined();
    expect(howToEnd(sleeper.pid, "linux")).toBe(`kill ${sleeper.pid}`);
    expect(howToEnd(7, "win32")).toBe("taskkill /PID 7");
  });

  test("F15: names a suspended process and how it goes on", async ({ sleeper }) => {
    sleeper.kill("SIGSTOP");
    await until(() => kindOf(sleeper.pid));

    expect(standstillOf(sleeper.pid)).toEqual({
      kind: "suspended",
      what: reads("is suspended and answers nobody"),
      cure: reads(`let it go on: kill -CONT ${sleeper.pid}`),
    });
    expect(howToEnd(sleeper.pid, "linux")).toBe(`kill ${sleeper.pid} && kill -CONT ${sleeper.pid}`);
  });

  test("F15: a suspended process that is asked to end takes the signal", async ({ sleeper }) => {
    sleeper.kill("SIGSTOP");
    await until(() => kindOf(sleeper.pid));

    await signalProcess({ pid: sleeper.pid, startId: startIdOf(sleeper.pid) ?? "" }, "SIGTERM");
    const [code] = await once(sleeper, "exit");

    expect(code).toBe(3);
  });

  test("F15: names a traced process and who traces it", async ({ sleeper }) => {
    const python = findProgram("python3");
    test.skip(python === undefined || !isRoot, "needs root and python3");
    const script = `import ctypes, sys, time
libc = ctypes.CDLL(None)
pid = int(sys.argv[1])
libc.ptrace(16, pid, None, None)
libc.waitpid(pid, None, 0)
print("attached", flush=True)
time.sleep(60)`;
    const tracer = spawn(python ?? "", ["-c", script, String(sleeper.pid)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(tracer.stdout, "data");

    const found = standstillOf(sleeper.pid);
    tracer.kill("SIGKILL");

    expect(found).toMatchObject({ kind: "traced", what: reads(new RegExp(`PID ${tracer.pid}`)) });
  });

  test("F15: names a process that waits where no signal reaches it", async () => {
    const python = findProgram("python3");
    test.skip(python === undefined, "needs python3");
    // The parent of a vfork(2) waits like that until its child ends.
    const script = `import ctypes, os
libc = ctypes.CDLL(None)
if libc.vfork() == 0:
    libc.write(1, b"waits\\n", 6)
    libc.sleep(60)
    os._exit(0)`;
    const parent = spawn(python ?? "", ["-c", script], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    await once(parent.stdout, "data");

    const found = await until(() => standstillOf(parent.pid ?? 0));
    process.kill(-(parent.pid ?? 0), "SIGKILL");

    expect(found).toMatchObject({ kind: "blocked", cure: reads(/drive/) });
    expect(howToEnd(7, "linux")).toBe("kill 7");
  });

  for (const [version, root, procs, freeze, thaw] of [
    [1, "/sys/fs/cgroup/freezer", "freezer.state", "FROZEN", "THAWED"],
    [2, "/sys/fs/cgroup/unified", "cgroup.freeze", "1", "0"],
    [2, "/sys/fs/cgroup", "cgroup.freeze", "1", "0"],
  ] as const) {
    test(`F15: names a process that is frozen with its control group (version ${version} at ${root})`, async ({
      sleeper,
    }) => {
      test.skip(
        !isRoot || !isCgroup(root, version),
        `no cgroup of version ${version} at ${root} that root may change`,
      );
      const folder = `${root}/clawdbot-test-${process.pid}`;
      mkdirSync(folder);
      try {
        writeFileSync(`${folder}/cgroup.procs`, String(sleeper.pid));
        writeFileSync(`${folder}/${procs}`, freeze);
        await until(() => kindOf(sleeper.pid));

        expect(standstillOf(sleeper.pid)).toMatchObject({
          kind: "frozen",
          cure: reads(new RegExp(`${folder}/${procs}`)),
        });
        expect(printed(howToEnd(sleeper.pid, "linux"))).toContain("once it may go on: thaw it");
      } finally {
        writeFileSync(`${folder}/${procs}`, thaw);
        sleeper.kill("SIGKILL");
        await once(sleeper, "exit");
        rmdirSync(folder);
      }
    });
  }
});

function isCgroup(root: string, version: 1 | 2): boolean {
  if (!existsSync(root)) return false;
  const type = execFileSync("stat", ["-f", "-c", "%T", root], { encoding: "utf8" }).trim();
  if (type !== (version === 2 ? "cgroup2fs" : "cgroupfs")) return false;
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .some((line) => line.includes(` ${root} `) && / rw[, ]/.test(line));
}
