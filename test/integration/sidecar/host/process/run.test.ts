import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../../shared/node/process-identity.ts";
import { run } from "../../../../../sidecar/host/process/run.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

const ENV = { PATH: process.env.PATH };

/** A program that writes the pid of a child to a file and then waits with it for ever, deaf to SIGTERM if asked. */
function family(file: string, { deaf = false } = {}): string[] {
  const listen = deaf ? "process.on('SIGTERM', () => {});" : "";
  const child = `${listen} setInterval(() => {}, 1000); require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid))`;
  return [
    "-e",
    `${listen} require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); console.log('begun')`,
  ];
}

async function childPid(file: string): Promise<number> {
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8") !== "").toBe(true);
  return Number(readFileSync(file, "utf8"));
}

test.describe("run", () => {
  test("tells code and output of a program that ends", async () => {
    const result = await run(
      process.execPath,
      ["-e", "console.log('out'); console.error('err'); process.exit(3)"],
      {
        timeoutMs: 10_000,
        env: ENV,
      },
    );

    expect(result).toEqual({ end: { kind: "exited", code: 3 }, stdout: "out\n", stderr: "err\n" });
  });

  test("hands arguments over as they are, with no shell between", async () => {
    const odd = ["a b", "$HOME", "`id`", '"', "'", "; exit 9", "*", "ü\nü"];

    const { stdout } = await run(
      process.execPath,
      ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", ...odd],
      {
        timeoutMs: 10_000,
        env: ENV,
      },
    );

    expect(JSON.parse(stdout)).toEqual(odd);
  });

  test("gives the program the environment it is told and no other", async () => {
    const { stdout } = await run(process.execPath, ["-p", "JSON.stringify(process.env)"], {
      timeoutMs: 10_000,
      env: { ONE: "1", GAP: undefined },
    });

    expect(JSON.parse(stdout)).toEqual({ ONE: "1" });
  });

  test("says that a program does not exist", async () => {
    const result = await run("/nowhere/tailscale", [], { timeoutMs: 10_000, env: ENV });

    expect(result).toEqual({ end: { kind: "not-started", code: "ENOENT" }, stdout: "", stderr: "" });
  });

  for (const deaf of [false, true]) {
    test(`ends a program ${deaf ? "that ignores SIGTERM " : ""}and its child at the time limit, keeping what it printed`, async ({
      home,
    }) => {
      test.skip(process.platform === "win32", "a child that ignores SIGTERM is a matter of Unix");
      const file = join(home.path, "pid");

      const running = run(process.execPath, family(file, { deaf }), { timeoutMs: 1_500, env: ENV });
      const pid = await childPid(file);
      const { end, stdout } = await running;

      expect(end).toEqual({ kind: "timed-out" });
      expect(stdout).toBe("begun\n");
      await expect.poll(() => isAlive(pid)).toBe(false);
    });
  }

  test("ends program and child as soon as it is told to", async ({ home }) => {
    test.skip(process.platform === "win32", "sessions are a matter of Unix");
    const file = join(home.path, "pid");
    const abort = new AbortController();

    const running = run(process.execPath, family(file), {
      timeoutMs: 60_000,
      env: ENV,
      signal: abort.signal,
    });
    const pid = await childPid(file);
    abort.abort();

    expect((await running).end).toEqual({ kind: "aborted" });
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test("starts nothing when it was told to stop before", async () => {
    const result = await run("/nowhere/tailscale", [], {
      timeoutMs: 1,
      env: ENV,
      signal: AbortSignal.abort(),
    });

    expect(result.end).toEqual({ kind: "aborted" });
  });

  test("ends a program that prints without end", async () => {
    const { end, stdout } = await run(process.execPath, ["-e", "for (;;) console.log('x'.repeat(1000))"], {
      timeoutMs: 20_000,
      env: ENV,
      maxOutputBytes: 50_000,
    });

    expect(end).toEqual({ kind: "too-much-output" });
    expect(stdout.length).toBeLessThanOrEqual(50_000);
  });

  test("leaves no listener behind on the process", async () => {
    const before = process.listenerCount("exit");

    await Promise.all(
      Array.from({ length: 3 }, () => run(process.execPath, ["-e", ""], { timeoutMs: 10_000, env: ENV })),
    );

    expect(process.listenerCount("exit")).toBe(before);
  });
});
