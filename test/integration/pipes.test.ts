/** Pipes that nobody writes into, in the places of files: whoever opened one would wait for ever. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { acquireLock } from "../../shared/node/lock.ts";
import { RotatingFile } from "../../shared/node/rotating-file.ts";
import { EventBus } from "../../sidecar/base/events/event-bus.ts";
import { RecordFile } from "../../sidecar/gateway/auth/record-file.ts";
import { HealthMonitor } from "../../sidecar/gateway/health-monitor.ts";
import { logsHandlers } from "../../sidecar/gateway/methods/logs.ts";
import type { Call } from "../../sidecar/gateway/rpc/implement.ts";
import { devices } from "../../sidecar/setup/doctor/checks/state/devices.ts";
import { findingsOf } from "../helpers/home/check-context.ts";
import { type TempHome, test } from "../helpers/home/temp-home.ts";
import { FakeClock } from "../helpers/time/fake-clock.ts";

function pipeAt(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  execFileSync("mkfifo", [path]);
  return path;
}

test.describe("a pipe in the place of a file", () => {
  test.skip(process.platform === "win32", "Windows has no pipes in directories");

  const logOf = (home: TempHome) => join(home.stateDir, "logs", "gateway.log");

  test("S10: is no lock", async ({ home }) => {
    const file = pipeAt(join(home.stateDir, "run", "gateway.lock"));

    await expect(acquireLock(file)).rejects.toThrow(/is not a regular file/);
  });

  test("S10: is no list of devices, and is moved aside", ({ home }) => {
    const path = pipeAt(join(home.stateDir, "devices", "list.json"));
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);

    const file = new RecordFile(path, text);
    const { problem } = file;
    file.replace(new Map([["a", "1"]]));

    expect(problem).toContain("cannot be used");
    expect([...new RecordFile(path, text).records]).toEqual([["a", "1"]]);
  });

  test("S10: is named by doctor as a list of devices that cannot be used", async ({ home }) => {
    const path = pipeAt(join(home.stateDir, "devices", "pending.json"));

    expect(await findingsOf(devices, home)).toMatchObject([
      {
        code: "devices-unusable",
        subject: path,
        message: expect.stringContaining("it is not a regular file"),
      },
    ]);
  });

  test("S10: is no store of sessions", async ({ home }) => {
    pipeAt(join(home.stateDir, "agents", "main", "sessions", "sessions.json"));
    const source = {
      stateDir: home.stateDir,
      storeFile: "",
      config: () => ({}),
      answerer: async () => ({ model: "local/echo", contextTokens: null }),
      sessions: async () => undefined,
    };
    const monitor = new HealthMonitor(source, new EventBus(), new FakeClock());

    await expect(monitor.get(true)).rejects.toThrow("it is not a regular file");
  });

  test("S10: is no log to read", async ({ home }) => {
    const [tail] = logsHandlers(pipeAt(logOf(home)));

    await expect(tail?.handle({}, {} as Call)).rejects.toMatchObject({ code: "LOG_UNREADABLE" });
  });

  test("F4: is no log to write, which goes on when the pipe is gone", ({ home }) => {
    const path = logOf(home);
    const clock = new FakeClock();
    const fallen: string[] = [];
    const file = new RotatingFile(path, clock, {
      maxBytes: 100,
      keep: 1,
      sameness: (line) => line,
      repeated: (line) => line,
      fallback: (line) => fallen.push(line),
    });
    file.write("a\n");
    rmSync(path);
    pipeAt(path);
    clock.advance(1_000);

    file.write("b\n");
    const { problem } = file;
    rmSync(path);
    clock.advance(10_000);
    file.write("c\n");

    expect([problem, fallen, file.problem]).toEqual([
      expect.stringContaining("is not a regular file"),
      ["a\n", "b\n"],
      undefined,
    ]);
  });
});
