/** Commands that meet a gateway whose process stands still. */
import { expect } from "@playwright/test";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { type GatewayProcess, startGatewayProcess } from "../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { test as base } from "../../helpers/home/temp-home.ts";
import { runCli } from "../../helpers/process/cli.ts";
import { runBuilt } from "../../helpers/process/run-built.ts";

const test = base.extend<{ gateway: GatewayProcess }>({
  gateway: async ({ home }, use) => {
    const gateway = await startGatewayProcess(home);
    gateway.process.child.kill("SIGSTOP");
    await use(gateway);
    gateway.process.child.kill("SIGCONT");
    await gateway.process.stop();
  },
});

test.skip(process.platform !== "linux", "what a process is doing is read from /proc");

test.describe("a suspended gateway", () => {
  test("F15: status names it and its cure, and waits for no answer", async ({ home, gateway: { pid } }) => {
    const text = await runBuilt(["gateway", "status"], { env: home.env() });
    const json = await runBuilt(["gateway", "status", "--json"], { env: home.env() });

    expect(text.stdout).toContain(`Runtime: suspended in foreground (PID ${pid})`);
    expect(text.stdout).toContain(
      `Error: the gateway (PID ${pid}) is suspended and answers nobody; let it go on: kill -CONT ${pid}`,
    );
    expect(text.stdout).not.toMatch(/kill \d|--force/);
    const document = JSON.parse(json.stdout);
    expect(document.gateway.standstill).toMatchObject({ kind: "suspended" });
    expect(document.rpc).toMatchObject({ ok: false, reason: "timeout" });
    // The time limit of a probe is 10 s.
    expect(Math.max(text.durationMs, json.durationMs)).toBeLessThan(9_000);
  });

  for (const args of [
    ["gateway", "health"],
    ["gateway", "health", "--token", TEST_TOKEN],
    ["gateway", "call", "status"],
  ]) {
    test(`F15: ${args.join(" ")} fails with the cure`, async ({ home, gateway: { pid } }) => {
      const { code, stderr, durationMs } = await runBuilt(args, { env: home.env() });

      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `The gateway (PID ${pid}) is suspended and answers nobody.\nFix: let it go on: kill -CONT ${pid}\n`,
      });
      expect(durationMs).toBeLessThan(9_000);
    });
  }

  test("F15: --url to it on this machine fails likewise", async ({ home, gateway: { pid, port } }) => {
    const { code, stderr } = await runBuilt(["gateway", "health", "--url", `ws://127.0.0.1:${port}`], {
      env: home.env(),
    });

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`kill -CONT ${pid}`) });
  });

  test("F15: probe, doctor and logs name it", async ({ home, gateway: { pid } }) => {
    const env = home.env({ CLAWDBOT_DISABLE_BONJOUR: "1" });
    const [probe, doctor, logs] = await Promise.all([
      runBuilt(["gateway", "probe", "--timeout", "1000"], { env }),
      runBuilt(["doctor", "--non-interactive"], { env }),
      runBuilt(["logs", "--limit", "1"], { env }),
    ]);

    const named = `The gateway (PID ${pid}) is suspended and answers nobody`;
    expect(probe.stdout).toContain(named);
    expect(doctor.stdout).toContain(`${named}\n    Fix: let it go on: kill -CONT ${pid}`);
    expect(logs).toMatchObject({ code: 0, stderr: expect.stringContaining(named) });
  });

  test("F15: stop and a second start say what ends it", async ({ home, gateway: { pid, port } }) => {
    const stop = await runCli(["gateway", "stop"], { env: home.env() });
    const second = await runCli(["gateway", "--port", String(port)], { env: home.env() });

    expect(`${stop.stdout}${stop.stderr}`).toContain(`kill ${pid} && kill -CONT ${pid}`);
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`let it go on: kill -CONT ${pid}`),
    });
    expect(second.stderr).toContain(`Fix: stop it with kill ${pid} && kill -CONT ${pid}`);
  });

  test("F15: --force takes its place, and it ends as politely as any", async ({ home, gateway }) => {
    const next = await startGatewayProcess(home, ["--force", "--port", String(gateway.port)]);
    const { code } = await gateway.process.ended;
    await next.process.stop();

    expect({ code, isAlive: isAlive(gateway.pid) }).toEqual({ code: 0, isAlive: false });
  });
});
