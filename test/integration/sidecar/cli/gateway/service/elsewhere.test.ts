/** The verbs where systemd is not: what differs there, and what must not. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { readFacts, readStartBlocked } from "../../../../../../shared/node/run-state.ts";
import { freePort } from "../../../../../helpers/network/ports.ts";
import { startNode } from "../../../../../helpers/process/cli.ts";
import { localConfig } from "../../../../../helpers/service/gateway-service.ts";
import { MACOS, type ServiceMachine, WINDOWS } from "../../../../../helpers/service/service-machines.ts";

for (const system of [MACOS, WINDOWS]) {
  test.describe(system.name, () => {
    const reason = system.reason();
    test.skip(reason !== undefined, reason);
    let machine: ServiceMachine;
    test.beforeEach(async () => {
      machine = await system.start();
    });
    test.afterEach(async () => {
      await run("gateway uninstall");
      await machine.end();
    });
    const start = (line: string) =>
      startNode([machine.launcher, ...line.split(" ")], { env: machine.env, timeoutMs: 100_000 });
    const run = (line: string) => start(line).ended;
    const json = async (line: string) => JSON.parse((await run(`${line} --json`)).stdout);
    const state = () => join(machine.home, ".clawdbot");
    const facts = () => readFacts(join(state(), "run", "gateway.json"));

    test("rows 1 and 30: say why the service does not start, which is not tried again", async () => {
      const port = await freePort();
      configure(machine, localConfig(port));
      expect((await run("gateway install")).code).toBe(0);
      expect((await run("gateway stop")).code).toBe(0);
      configure(machine, { gateway: { mode: "remote" } });

      const refused = await run("gateway start");

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("Gateway start blocked: set gateway.mode=local (current: remote)");
      expect(readStartBlocked(join(state(), "run", "start-blocked.json"))).toMatchObject({
        code: "MODE_NOT_LOCAL",
      });
      configure(machine, localConfig(port));
      expect(await run("gateway start")).toMatchObject({ code: 0, stdout: `${system.lines[1]}\n` });
    });

    test("row 2: takes --port to effect, keeps it, and writes no secret into the definition", async () => {
      const [port, other] = [await freePort(), await freePort()];
      configure(machine, localConfig(port));
      await run("gateway install");

      const changed = await json(`gateway install --port ${other} --token very-secret`);
      const again = await json("gateway install");

      expect(changed).toMatchObject({ ok: true, result: "updated", gateway: { port: other } });
      expect(again).toMatchObject({ ok: true, result: "already-installed", gateway: { port: other } });
      const definition = readFileSync(join(machine.home, system.file), "latin1");
      expect(definition).toContain(String(other));
      expect(definition).not.toContain("very-secret");
    });

    test("takes a foreground gateway over when forced, asking it to stop first", async () => {
      configure(machine, localConfig(await freePort()));
      const foreground = start("gateway run");
      await foreground.waitFor(/log file: /);
      const { pid } = facts() ?? {};

      const refused = await json("gateway install");
      const forced = await json("gateway install --force");

      expect(refused).toMatchObject({ ok: false, error: { code: "ALREADY_RUNNING", pid } });
      expect(forced).toMatchObject({ ok: true, result: "installed" });
      expect((await foreground.ended).code).toBe(0);
      expect(facts()?.service).toBe(forced.service.name);
      expect(existsSync(join(machine.home, system.file))).toBe(true);
    });
  });
}

function configure({ home }: ServiceMachine, content: object): void {
  const file = join(home, ".clawdbot", "clawdbot.json");
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
}
