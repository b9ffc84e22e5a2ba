import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { exclusively, removeOperationLock } from "../../../../../sidecar/setup/service/operation-lock.ts";
import { recorded } from "../../../../../sidecar/setup/service/operation-log.ts";
import type { ServiceReport } from "../../../../../sidecar/setup/service/report.ts";
import { leaveSentinel, takeSentinel } from "../../../../../sidecar/setup/service/restart-sentinel.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

function pathsOf(home: TempHome) {
  return resolveProfileContext({ profile: undefined, dev: false }, { HOME: home.path }, "linux").paths;
}

test.describe("operations on the service", () => {
  test("wait for each other, also when one fails", async ({ home }) => {
    const paths = pathsOf(home);
    const events: string[] = [];
    const first = Promise.withResolvers<void>();
    const one = exclusively(paths, async () => {
      events.push("one begins");
      await first.promise;
      events.push("one ends");
      throw new Error("failed");
    });
    await expect.poll(() => events).toEqual(["one begins"]);
    const two = exclusively(paths, async () => {
      events.push("two");
    });
    first.resolve();

    await expect(one).rejects.toThrow("failed");
    await two;

    expect(events).toEqual(["one begins", "one ends", "two"]);
    removeOperationLock(paths);
    expect(existsSync(join(paths.runDir, "service.lock"))).toBe(false);
  });

  test("wait no longer than they may", async ({ home }) => {
    const paths = pathsOf(home);
    const end = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = exclusively(paths, () => {
      begun.resolve();
      return end.promise;
    });
    await begun.promise;

    await expect(exclusively(paths, async () => {}, { waitMs: 100 })).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message: "Another command has been changing the service for 0.1 s.",
    });
    end.resolve();
    await first;
  });

  test("say which place cannot be written", async ({ home }) => {
    home.writeConfig({});
    const paths = { ...pathsOf(home), runDir: join(home.configFile, "run") };

    await expect(exclusively(paths, async () => {})).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
  });

  test("that end a service are done all the same where nothing can be written", async ({ home }) => {
    home.writeConfig({});
    const paths = { ...pathsOf(home), runDir: join(home.configFile, "run") };

    expect(await exclusively(paths, async () => "done", { evenUnlocked: true })).toBe("done");
    expect(() => removeOperationLock(paths)).not.toThrow();
  });

  test("are written down for their user alone", async ({ home }) => {
    const paths = pathsOf(home);
    const report = { result: "started", gateway: { pid: 7, port: 1, instanceId: "x" } } as ServiceReport;

    await recorded(paths, "start", async () => report);
    const failing = recorded(paths, "stop", () => Promise.reject(new Error("two\nlines")));

    await expect(failing).rejects.toThrow("two");
    const file = join(paths.logDir, "gateway-restart.log");
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ action: "start", result: "started", pid: 7, port: 1 }),
      expect.objectContaining({ action: "stop", error: "two lines" }),
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

test.describe("the reason of a planned restart", () => {
  test("is taken once, and damage is nothing", ({ home }) => {
    const paths = pathsOf(home);
    expect(takeSentinel(paths)).toBeUndefined();

    leaveSentinel(paths, { reason: "update", atMs: 5, pid: 6 });

    expect(takeSentinel(paths)).toEqual({ reason: "update", atMs: 5, pid: 6 });
    expect(takeSentinel(paths)).toBeUndefined();
  });
});
