import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isListening } from "../../../../shared/node/is-listening.ts";
import { readFacts } from "../../../../shared/node/run-state.ts";
import { createDevice, signedBy } from "../../../helpers/gateway/device.ts";
import { connectParams, openWire } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, runCli, startCli } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { startProgram } from "../../../helpers/process/program.ts";

const READY = /✓ log file: (.+)\n/;
const local = (port: number, auth: object = { token: "secret-token-of-tests" }) => ({
  gateway: { mode: "local", port, auth },
});

async function ready(
  home: TempHome,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<CliProcess> {
  const gateway = startCli(["gateway", ...args], { env: home.env(env) });
  await gateway.waitFor(READY);
  return gateway;
}

function leaveFacts(home: TempHome, facts: object): void {
  const folder = join(home.stateDir, "run");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "gateway.json"), JSON.stringify(facts));
}

test.describe("a port that OpenClaw holds", () => {
  test("U3: is refused with the name of the product", async ({ home }) => {
    const port = await freePort();
    home.writeConfig(local(port));
    const script = `process.title = "openclaw-gateway";
      require("node:net").createServer().listen(${port}, "127.0.0.1", () => console.log("ready"));`;
    const holder = startProgram([process.execPath, "-e", script], home.env());
    await holder.waitFor(/ready/);

    const { code, stderr } = await runCli(["gateway"], { env: home.env() });
    await holder.stop("SIGKILL");

    expect(code).not.toBe(0);
    expect(stderr).toMatch(new RegExp(`Port ${port} is held by pid ${holder.pid} \\(OpenClaw, `));
  });
});

test.describe("one gateway per state directory", () => {
  test("row 13: facts left by a gateway whose pid somebody else has now do not delay the start", async ({
    home,
  }) => {
    const port = await freePort();
    home.writeConfig(local(port));
    leaveFacts(home, {
      pid: process.pid,
      startId: "another boot:1",
      instanceId: "00000000-0000-4000-8000-000000000000",
      port,
      hosts: ["127.0.0.1"],
      version: "0.0.1",
      phase: "ready",
      startedAtMs: Date.now(),
    });

    const startedAt = performance.now();
    const gateway = await ready(home);
    const tookMs = performance.now() - startedAt;
    const facts = readFacts(join(home.stateDir, "run", "gateway.json"));
    await gateway.stop();

    expect(facts).toMatchObject({ pid: gateway.pid, port });
    expect(tookMs).toBeLessThan(10_000);
  });

  test("row 14: of two starts at the same time exactly one wins, and the other explains", async ({
    home,
  }) => {
    home.writeConfig(local(await freePort()));
    const starts = [0, 1].map(() => startCli(["gateway"], { env: home.env() }));

    const outcomes = await Promise.all(
      starts.map((start) =>
        start.waitFor(READY).then(
          () => "won",
          () => start.ended,
        ),
      ),
    );
    const loser = outcomes.find((outcome) => typeof outcome === "object");
    await Promise.all(starts.map((start) => start.stop()));

    expect(outcomes.filter((outcome) => outcome === "won")).toHaveLength(1);
    expect(loser).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Gateway already running locally/),
    });
  });

  test("row 15: another TMPDIR does not make it another gateway", async ({ home }) => {
    home.writeConfig(local(await freePort()));
    const folders = ["service", "shell"].map((name) => join(home.path, name));
    for (const folder of folders) mkdirSync(folder);
    const [first = "", second = ""] = folders;
    const gateway = await ready(home, [], { TMPDIR: first });

    const other = await runCli(["gateway", "--port", String(await freePort())], {
      env: home.env({ TMPDIR: second }),
    });
    await gateway.stop();

    expect(other.code).toBe(1);
    expect(other.stderr).toContain(`Gateway already running locally (PID ${gateway.pid}`);
  });
});

test.describe("where it listens", () => {
  for (const [args, code] of [
    [[], 1],
    [["--supervised"], 78],
  ] as const) {
    test(`row 18: a custom address that is not on this machine is refused with ${code}`, async ({ home }) => {
      const port = await freePort();
      const { gateway } = local(port);
      home.writeConfig({ gateway: { ...gateway, bind: "custom", customBindHost: "192.0.2.7" } });

      const refused = await runCli(["gateway", ...args], { env: home.env() });

      expect(refused).toMatchObject({
        code,
        stdout: "",
        stderr: "Cannot bind gateway to 192.0.2.7: address not available on this machine.\n",
      });
      expect(await isListening("127.0.0.1", port)).toBe(false);
    });
  }

  for (const [mode, code] of [
    ["", 1],
    ["--supervised", 78],
  ] as const) {
    test(`row 20: --bind lan without a secret ${mode} is refused with ${code}`, async ({ home }) => {
      home.writeConfig({ gateway: { mode: "local" } });

      const refused = await runCli(["gateway", "--bind", "lan", ...(mode ? [mode] : [])], {
        env: home.env(),
      });

      expect(refused).toMatchObject({
        code,
        stdout: "",
        stderr:
          "Refusing to bind gateway to lan without auth.\nSet gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.\n",
      });
    });
  }
});

test.describe("which secret counts", () => {
  test("row 21: --auth password takes the password of the configuration", async ({ home }) => {
    home.writeConfig(local(await freePort(), { password: "pass-word" }));
    const gateway = await ready(home, ["--auth", "password"]);

    const right = await runInProcess(["gateway", "health"], { env: home.env() });
    const wrong = await runInProcess(["gateway", "health", "--password", "word-pass"], { env: home.env() });
    await gateway.stop();

    expect(right).toMatchObject({ code: 0 });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain("password mismatch");
  });

  test("row 22: a wrong password of equal length in other bytes is a mismatch, not an exception", async ({
    home,
  }) => {
    const port = await freePort();
    home.writeConfig(local(port, { password: "grün-grün" }));
    const gateway = await ready(home);
    const answers: unknown[] = [];
    for (const password of ["gruen-gr!", "grÜn-grÜn", "grün-grün"]) {
      const client = await openWire(port);
      const params = { ...connectParams(), auth: { password } };
      const signed = signedBy(createDevice(), params as never, { signedAtMs: Date.now() });
      const answer = await client.request("connect", signed, "connect");
      answers.push(answer.ok === true || (answer.error as { message?: unknown }).message);
      client.socket.close();
    }
    const { stderr } = await gateway.stop();

    expect(answers).toEqual([
      expect.stringContaining("password mismatch"),
      expect.stringContaining("password mismatch"),
      true,
    ]);
    expect(stderr).not.toMatch(/Error|exception/);
  });

  for (const [kind, name] of [
    ["token", "CLAWDBOT_GATEWAY_TOKEN"],
    ["password", "CLAWDBOT_GATEWAY_PASSWORD"],
  ] as const) {
    test(`row 58: with one ${kind} in the environment and another in the file, gateway and client of one shell agree`, async ({
      home,
    }) => {
      home.writeConfig(local(await freePort(), { mode: kind, [kind]: "of-the-file" }));
      const shell = home.env({ [name]: "of-the-shell" });
      const gateway = startCli(["gateway"], { env: shell });
      await gateway.waitFor(READY);

      const same = await runInProcess(["gateway", "health"], { env: shell });
      const other = await runInProcess(["gateway", "health"], { env: home.env() });
      await gateway.stop();

      expect(same).toMatchObject({ code: 0 });
      expect(other.stderr).toContain(`${kind} mismatch`);
    });
  }
});
