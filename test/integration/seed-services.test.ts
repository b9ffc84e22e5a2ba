/** The tutorial's third step, "install as a daemon", typed as it stands there: every command and every promised line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { readFacts } from "../../shared/node/run-state.ts";
import { freePort } from "../helpers/network/ports.ts";
import { startNode } from "../helpers/process/cli.ts";
import { localConfig } from "../helpers/service/gateway-service.ts";
import {
  LINUX,
  MACOS,
  type ServiceMachine,
  type ServiceSystem,
  WINDOWS,
} from "../helpers/service/service-machines.ts";

for (const system of [LINUX, MACOS, WINDOWS]) {
  test(`step 3 of the tutorial holds on ${system.name}`, async () => {
    const reason = system.reason();
    test.skip(reason !== undefined, reason);
    const machine = await system.start();
    try {
      await followStep(system, machine);
    } finally {
      await machine.end();
    }
  });
}

async function followStep(system: ServiceSystem, { home, env, launcher }: ServiceMachine): Promise<void> {
  const port = await freePort();
  const state = join(home, ".clawdbot");
  const factsFile = join(state, "run", "gateway.json");
  const clawdbot = async (command: string) => {
    const words = [launcher, ...command.split(" ").slice(1)];
    const { code, stdout, stderr } = await startNode(words, { env }).ended;
    return { code, stdout, stderr };
  };
  write(home, port);

  // Als Systemdienst installieren
  expect(await clawdbot("clawdbot gateway install")).toMatchObject({
    code: 0,
    stdout: `${system.lines.join("\n")}\n`,
  });
  expect(existsSync(join(home, system.file))).toBe(true);

  // Dienst starten: it runs already, which is said and changes nothing
  const first = readFacts(factsFile);
  const start = await clawdbot("clawdbot gateway start");
  expect(start).toMatchObject({ code: 0 });
  expect(start.stdout).toMatch(new RegExp(`${system.lines[1]}\n$`));
  expect(readFacts(factsFile)).toEqual(first);

  // Dienststatus anzeigen
  const status = await clawdbot("clawdbot gateway status");
  expect(status.code).toBe(0);
  expect(status.stdout).toContain(system.label);
  expect(status.stdout).toContain(`Runtime: running (PID ${first?.pid})`);
  expect(status.stdout).toContain(`Port: ${port}`);
  expect(status.stdout).toContain("Last gateway error: none");
  expect(status.stdout).toContain("Status: ✓ connected");

  // Dienst neu starten
  const restart = await clawdbot("clawdbot gateway restart");
  const second = readFacts(factsFile);
  expect(restart).toMatchObject({ code: 0 });
  expect(restart.stdout).toMatch(new RegExp(`${system.lines[1]}\n$`));
  expect(second?.instanceId).not.toBe(first?.instanceId);

  // Dienst stoppen
  expect(await clawdbot("clawdbot gateway stop")).toMatchObject({ code: 0, stdout: "✓ service stopped\n" });
  expect((await clawdbot("clawdbot gateway health")).code).toBe(1);
  expect((await clawdbot("clawdbot gateway status")).stdout).toContain("Runtime: stopped");

  // Prüfpunkt: a service that is loaded and inactive starts by `gateway start`
  expect(await clawdbot("clawdbot gateway start")).toMatchObject({ code: 0, stdout: `${system.lines[1]}\n` });
  expect((await clawdbot("clawdbot gateway health")).stdout).toContain("✓ Gateway is healthy");
  expect(readFileSync(join(state, "logs", "gateway.log"), "utf8")).toContain("listening");

  expect(await clawdbot("clawdbot gateway uninstall")).toMatchObject({ code: 0 });
  expect(existsSync(join(home, system.file))).toBe(false);
}

function write(home: string, port: number): void {
  const file = join(home, ".clawdbot", "clawdbot.json");
  mkdirSync(join(home, ".clawdbot"), { mode: 0o700 });
  writeFileSync(file, JSON.stringify(localConfig(port)), { mode: 0o600 });
}
