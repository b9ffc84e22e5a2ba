/** A container in essence: a process namespace whose first process is the gateway, without any service manager. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { readFacts } from "../../shared/node/run-state.ts";
import { TEST_TOKEN } from "../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../helpers/home/temp-home.ts";
import { freePort } from "../helpers/network/ports.ts";
import { LAUNCHER } from "../helpers/process/clawdbot.ts";
import { type CliProcess, startNode } from "../helpers/process/cli.ts";

/** `/run` is empty there, as in an image without systemd; the proc file system shows the container's processes alone. */
const CONTAINER = ["--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"];
const ENTER = 'mount -t tmpfs tmpfs /run && touch /run/.containerenv && exec "$@"';

test.describe("a gateway as the first process of a container", () => {
  test.skip(
    spawnSync("unshare", [...CONTAINER, ENTER, "sh", "true"]).status !== 0,
    "process and mount namespaces need root and unshare",
  );

  test("is PID 1, answers, is found by commands beside it, and ends on SIGTERM with 0", async ({ home }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
    const container = startContainer(home, "gateway");
    await container.waitFor(/listening on ws:\/\/127\.0\.0\.1:\d+ \(PID 1\)/);
    const first = firstProcessOf(container);

    const beside = (...words: string[]) => runBeside(first, home, words);
    const health = beside("gateway", "health");
    const second = beside("gateway");
    process.kill(first, "SIGTERM");
    const end = await container.ended;

    expect(health).toMatchObject({ status: 0, stdout: expect.stringContaining("✓ Gateway is healthy") });
    expect(second).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Gateway already running locally (PID 1"),
    });
    expect(end.code, end.stderr).toBe(0);
    expect(readFacts(`${home.stateDir}/run/gateway.json`)).toBeUndefined();
  });

  test("row 37: install says that a container has no service manager, and what to run instead", async ({
    home,
  }) => {
    home.writeConfig({ gateway: { mode: "local", auth: { mode: "token", token: TEST_TOKEN } } });

    const { code, stdout, stderr } = await startContainer(home, "gateway", "install").ended;

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/container/);
    expect(stderr).toMatch(/Fix: .*clawdbot gateway/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

function startContainer(home: TempHome, ...words: string[]): CliProcess {
  const command = [...CONTAINER, ENTER, "sh", process.execPath, LAUNCHER, ...words];
  return startNode(command, { env: home.env(), timeoutMs: 60_000 }, "unshare");
}

/** The process that is number 1 inside, by its number outside. */
function firstProcessOf({ pid }: CliProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}

/** Runs `clawdbot <words>` in the same container. */
function runBeside(first: number, home: TempHome, words: readonly string[]) {
  const enter = ["--target", String(first), "--pid", "--mount", process.execPath, LAUNCHER, ...words];
  const { status, stdout, stderr } = spawnSync("nsenter", enter, { env: home.env(), encoding: "utf8" });
  return { status, stdout, stderr };
}
