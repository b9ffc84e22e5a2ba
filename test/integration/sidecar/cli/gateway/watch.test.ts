import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { APP_VERSION } from "../../../../../shared/version.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { type CliProcess, startNode } from "../../../../helpers/process/cli.ts";

const REPOSITORY = fileURLToPath(new URL("../../../../../", import.meta.url));
const LISTENING = /listening on ws:\/\/127\.0\.0\.1:\d+ \(PID (\d+)\)/g;
/** As on a system where one program cannot take the place of another. */
const NO_EXEC = { NODE_OPTIONS: "--import=data:text/javascript,process.execve=undefined" };

interface DevGateway {
  process: CliProcess;
  port: number;
  /** Path of a file in the copy of the source. */
  source: (name: string) => string;
  health(): Promise<{ pid: number; instanceId: string; version: string }>;
  /** Resolves when the line of the start number `count` was printed, with the pid in it. */
  started(count: number): Promise<number>;
}

/** `gateway --dev` from a copy of the source tree. */
async function startDev(
  home: TempHome,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<DevGateway> {
  const root = join(home.path, "source");
  mkdirSync(root);
  for (const name of ["shared", "sidecar", "package.json"]) {
    cpSync(join(REPOSITORY, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
  const port = await freePort();
  const words = ["gateway", "--dev", "--port", String(port), ...args];
  const process = startNode([join(root, "sidecar", "main.ts"), ...words], {
    env: home.env(env),
    timeoutMs: 60_000,
  });
  const gateway: DevGateway = {
    process,
    port,
    source: (name) => join(root, name),
    health: async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).json(),
    started: async (count) => {
      const line = new RegExp(`(?:${LISTENING.source}[\\s\\S]*?){${count}}✓ log file`);
      return Number((await process.waitFor(line))[1]);
    },
  };
  await gateway.started(1);
  return gateway;
}

function setVersion(gateway: DevGateway, version: string): void {
  const file = gateway.source("shared/version.ts");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/APP_VERSION = "[^"]+"/, `APP_VERSION = "${version}"`));
}

async function isServed({ port }: DevGateway): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );
}

test.describe("gateway --dev from source", () => {
  test("runs changed source in the same process, and stops cleanly", async ({ home }) => {
    const gateway = await startDev(home);
    const before = await gateway.health();

    setVersion(gateway, "9.9.9-dev");
    const printed = await gateway.started(2);
    const after = await gateway.health();
    const { code, stderr } = await gateway.process.stop();

    expect(before).toMatchObject({ pid: gateway.process.pid, version: APP_VERSION });
    expect(after).toMatchObject({ pid: gateway.process.pid, version: "9.9.9-dev" });
    expect(after.instanceId).not.toBe(before.instanceId);
    expect(printed).toBe(gateway.process.pid);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining("Error") });
    expect(await isServed(gateway)).toBe(false);
  });

  for (const [what, breakSource] of [
    ["does not parse", (file: string) => appendFileSync(file, "\nconst broken: = ;\n")],
    ["lacks what others import", (file: string) => writeFileSync(file, "export const other = 1;\n")],
  ] as const) {
    test(`keeps the gateway that works while the new source ${what}`, async ({ home }) => {
      const gateway = await startDev(home);
      const before = await gateway.health();
      const file = gateway.source("sidecar/gateway/broadcaster.ts");
      const good = readFileSync(file, "utf8");

      breakSource(file);
      await gateway.process.waitFor(
        /The changed source does not load; the gateway goes on as it was\.\n[\s\S]*broadcaster/,
      );
      const meanwhile = await gateway.health();
      writeFileSync(file, good);
      await gateway.started(2);

      expect(meanwhile).toEqual(before);
      expect(await gateway.process.stop()).toMatchObject({ code: 0 });
    });
  }

  test("finds a mistake in a file that is loaded later", async ({ home }) => {
    const gateway = await startDev(home);

    appendFileSync(gateway.source("sidecar/host/net/force.ts"), "\nconst broken: = ;\n");

    await gateway.process.waitFor(/does not load[^\n]*\n[^\n]*force\.ts/);
    expect(await gateway.process.stop()).toMatchObject({ code: 0 });
  });

  test("resets once, not with every change", async ({ home }) => {
    const gateway = await startDev(home, ["--reset"]);
    const diary = join(home.path, "clawd-dev", "diary.md");
    writeFileSync(diary, "dear diary");

    setVersion(gateway, "9.9.9-dev");
    await gateway.started(2);

    expect(readFileSync(diary, "utf8")).toBe("dear diary");
    await gateway.process.stop();
  });

  test("leaves nothing behind when it is killed after a change", async ({ home }) => {
    const gateway = await startDev(home);
    setVersion(gateway, "9.9.9-dev");
    await gateway.started(2);

    expect(await gateway.process.stop("SIGKILL")).toMatchObject({ signal: "SIGKILL" });

    expect(await isServed(gateway)).toBe(false);
  });

  test("does not watch with CLAWDBOT_NO_RESPAWN=1", async ({ home }) => {
    const gateway = await startDev(home, [], { CLAWDBOT_NO_RESPAWN: "1" });
    appendFileSync(gateway.source("sidecar/app.ts"), "\nconst broken: = ;\n");
    // Twice the time that a watching gateway takes to see it.
    await new Promise((resolve) => setTimeout(resolve, 600));

    const { stdout, stderr } = await gateway.process.stop();

    expect(stdout + stderr).not.toContain("source");
  });
});

test.describe("gateway --dev where a process cannot be replaced", () => {
  test("hands over to a child, and to the next, passes the signal on and the exit code back", async ({
    home,
  }) => {
    const gateway = await startDev(home, [], NO_EXEC);

    setVersion(gateway, "1.1.1-dev");
    const second = await gateway.started(2);
    expect(await gateway.health()).toMatchObject({ pid: second, version: "1.1.1-dev" });
    setVersion(gateway, "2.2.2-dev");
    const third = await gateway.started(3);
    expect(await gateway.health()).toMatchObject({ pid: third, version: "2.2.2-dev" });

    expect(new Set([gateway.process.pid, second, third]).size).toBe(3);
    expect(await gateway.process.stop()).toMatchObject({ code: 0 });
    expect(await isServed(gateway)).toBe(false);
  });

  test("leaves no orphan on the port when the parent is killed", async ({ home }) => {
    const gateway = await startDev(home, [], NO_EXEC);
    setVersion(gateway, "9.9.9-dev");
    await gateway.started(2);

    // Resolves when the last process that holds the output has ended: the child as well.
    expect(await gateway.process.stop("SIGKILL")).toMatchObject({ signal: "SIGKILL" });

    expect(await isServed(gateway)).toBe(false);
  });

  test("asks its supervisor for the new process", async ({ home }) => {
    const gateway = await startDev(home, ["--supervised"], NO_EXEC);

    setVersion(gateway, "9.9.9-dev");

    expect(await gateway.process.ended).toMatchObject({ code: 75, signal: null });
  });
});
