import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { systemNotify } from "../../../../sidecar/nodes/host/system-notify.ts";
import { systemRun } from "../../../../sidecar/nodes/host/system-run.ts";
import { systemWhich } from "../../../../sidecar/nodes/host/system-which.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { pauseAfterLook } from "../../../helpers/time/pause.ts";

test.skip(process.platform === "win32", "starts programs of Unix");

const PATH = "/usr/bin:/bin";

function stage(home: TempHome, allow: readonly string[] = ["sh", "sleep", "env"]) {
  const reports: Record<string, unknown>[] = [];
  const place = {
    env: { PATH, HOME: home.path, ANTHROPIC_API_KEY: "secret", CLAWDBOT_GATEWAY_TOKEN: "secret", LANG: "C" },
    platform: process.platform,
    home: home.path,
    allowed: async () => allow,
  };
  const command = systemRun(place);
  const run = (params: Record<string, unknown>, signal: AbortSignal = new AbortController().signal) =>
    command
      .run(params, { signal, report: (event, payload) => void reports.push({ event, ...payload }) })
      .catch((error: { code: string; message: string }) => ({ code: error.code, message: error.message }));
  return { place, run, reports };
}

const sh = (script: string) => ["sh", "-c", script];

test.describe("system.run", () => {
  test("tells what a program printed and how it ended, and reports it first", async ({ home }) => {
    const { run, reports } = stage(home);

    const answer = await run({
      command: sh("echo out; echo err >&2; exit 3"),
      runId: "r1",
      sessionKey: "main",
    });

    expect(answer).toEqual({
      exitCode: 3,
      timedOut: false,
      success: false,
      stdout: "out\n",
      stderr: "err\n",
      error: null,
    });
    expect(reports).toEqual([
      expect.objectContaining({
        event: "exec.finished",
        runId: "r1",
        sessionKey: "main",
        exitCode: 3,
        success: false,
        output: "out\n\nerr\n",
      }),
    ]);
  });

  test("takes the words as they stand, in the folder that is named", async ({ home }) => {
    const { run } = stage(home);

    const answer = await run({
      command: ["sh", "-c", 'printf "%s|" "$@"; pwd', "x", "a b", "$(id)", ";"],
      cwd: "/",
    });

    expect(answer).toMatchObject({ stdout: "a b|$(id)|;|/\n" });
  });

  test("gives a program nothing that is secret, and takes no variable that makes it another one", async ({
    home,
  }) => {
    const { run } = stage(home);

    const answer = await run({ command: ["env"], env: { LC_ALL: "C", NO_COLOR: "1" } });
    const refused = await Promise.all(
      ["PATH", "LD_PRELOAD", "NODE_OPTIONS", "HOME", "BASH_ENV"].map((name) =>
        run({ command: ["env"], env: { [name]: "x" } }),
      ),
    );

    const { stdout } = answer as { stdout: string };
    expect(stdout).not.toContain("secret");
    expect(stdout).toContain("NO_COLOR=1");
    expect(refused.map((each) => (each as { code: string }).code)).toEqual(Array(5).fill("INVALID_REQUEST"));
  });

  test("starts nothing that the rules do not name, and says how to allow it", async ({ home }) => {
    const { run, reports } = stage(home, []);
    const mark = join(home.path, "mark");

    const refused = await run({
      command: sh(`touch ${mark}`),
      approved: true,
      approvalDecision: "allow-always",
    });

    expect(refused).toMatchObject({
      code: "SYSTEM_RUN_DENIED",
      message: expect.stringContaining("nodeHost.allow"),
    });
    expect(reports).toEqual([expect.objectContaining({ event: "exec.denied", reason: "allowlist-miss" })]);
    expect(existsSync(mark)).toBe(false);
  });

  test("ends a program with all that it started, when its time is over or nobody waits", async ({ home }) => {
    const { run } = stage(home);
    const gone = new AbortController();
    const script = (name: string) => sh(`sleep 300 & echo $! > ${join(home.path, name)}; wait`);

    const late = await run({ command: script("late"), timeoutMs: 300 });
    const lost = run({ command: script("lost") }, gone.signal);
    while (!existsSync(join(home.path, "lost")) || readFileSync(join(home.path, "lost"), "utf8") === "")
      await pauseAfterLook(performance.now(), 20);
    gone.abort();

    expect(late).toMatchObject({ exitCode: null, timedOut: true, success: false });
    expect(await lost).toMatchObject({ exitCode: null, timedOut: false, success: false });
    for (const name of ["late", "lost"]) {
      const pid = Number(readFileSync(join(home.path, name), "utf8"));
      while (isAlive(pid)) await pauseAfterLook(performance.now(), 20);
    }
  });

  test("ends one that prints without end, and cuts what no message holds", async ({ home }) => {
    const { run } = stage(home);

    const endless = await run({ command: sh("yes") });
    const heavy = await run({
      command: sh("head -c 190000 /dev/zero; head -c 190000 /dev/zero >&2; echo end"),
    });

    expect(endless).toMatchObject({ success: false, error: expect.stringContaining("printed more than") });
    expect(Buffer.byteLength(JSON.stringify(heavy))).toBeLessThan(500_000);
    expect((heavy as { stdout: string }).stdout).toMatch(/^….*end\n$/s);
  });

  test("refuses what is no order", async ({ home }) => {
    const { run } = stage(home);

    const answers = await Promise.all(
      [
        {},
        { command: "ls" },
        { command: [] },
        { command: [" "] },
        { command: ["sh", 1] },
        { command: ["sh\0"] },
        { command: ["sh"], cwd: "/not/there" },
        { command: ["sh"], env: [] },
        { command: ["sh"], timeoutMs: 0 },
      ].map((params) => run(params)),
    );

    expect(answers.map((each) => (each as { code: string }).code)).toEqual(Array(9).fill("INVALID_REQUEST"));
    expect(await run({ command: ["no-such-program"] })).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("runs so many at once, and says so of the next", async ({ home }) => {
    const { run } = stage(home);
    const over = new AbortController();

    const running = Array.from({ length: 8 }, () => run({ command: ["sleep", "300"] }, over.signal));
    const next = await run({ command: ["sleep", "1"] });
    over.abort();
    await Promise.all(running);

    expect(next).toMatchObject({ code: "BUSY" });
  });
});

test("system.which tells where programs are, and nothing of other files", async ({ home }) => {
  const { place } = stage(home);

  const answer = await systemWhich(place).run(
    { bins: ["sh", "no-such-program", "/etc/passwd", "../sh", " env "] },
    { signal: new AbortController().signal, report: () => {} },
  );

  expect(answer).toEqual({
    bins: { sh: expect.stringMatching(/\/sh$/), env: expect.stringMatching(/\/env$/) },
  });
});

test.describe("system.notify", () => {
  test("hands the words to the desktop's program as they stand, and tells when that fails", async ({
    home,
  }) => {
    test.skip(process.platform !== "linux", "notify-send belongs to Linux");
    mkdirSync(join(home.path, "bin"));
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > ${home.path}/shown\n[ "$3" != fail ]\n`;
    writeFileSync(join(home.path, "bin", "notify-send"), script, { mode: 0o755 });
    const { place } = stage(home);
    const command = systemNotify({ ...place, env: { ...place.env, PATH: `${home.path}/bin:${PATH}` } });
    const call = { signal: new AbortController().signal, report: () => {} };

    const answer = await command?.run({ title: "--evil", body: "a\u0007\nb" }, call);
    const shown = readFileSync(`${home.path}/shown`, "utf8");
    const failed = await command?.run({ title: "fail" }, call).catch((error) => error.message);

    expect(answer).toEqual({ ok: true });
    expect(shown).toBe("--app-name=Clawdbot\n--\n--evil\na b\n");
    expect(failed).toContain("notify-send did not show it");
  });

  test("is not offered where the desktop has no such program", ({ home }) => {
    const { place } = stage(home);

    expect(systemNotify({ ...place, env: { PATH: home.path } })).toBeUndefined();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // Nobody has the number any more.
  }
}
