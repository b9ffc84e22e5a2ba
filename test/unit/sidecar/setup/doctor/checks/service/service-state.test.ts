import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname } from "node:path";
import { expect } from "@playwright/test";
import { startIdOf } from "../../../../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../../../../shared/node/run-state.ts";
import { serviceIdentity } from "../../../../../../../shared/node/service-identity.ts";
import { serviceState } from "../../../../../../../sidecar/setup/doctor/checks/service/service-state.ts";
import {
  codesOf,
  createCheckContext,
  findingsOf,
  type ServiceWords,
  SOUND,
  serviceSaying,
} from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const look = (home: TempHome, words: ServiceWords, env: Record<string, string> = {}) =>
  findingsOf(serviceState, home, { service: serviceSaying(words), env });

test.describe("the check of the service", () => {
  test("finds nothing where it runs, and where the system has none", async ({ home }) => {
    home.writeConfig(SOUND);

    expect(await look(home, {})).toEqual([]);
    expect(await findingsOf(serviceState, home)).toEqual([]);
  });

  test("only hints at installing one, and only to somebody who could use it", async ({ home }) => {
    const missing = { status: { installed: false } };

    expect(await look(home, missing)).toEqual([]);
    home.writeConfig(SOUND);
    const findings = await look(home, missing);
    expect(findings).toMatchObject([
      { code: "service-not-installed", level: "hint", remedy: "clawdbot gateway install" },
    ]);
    expect(findings[0]?.repair).toBeUndefined();
    expect(await look(home, missing, { CLAWDBOT_NIX_MODE: "1" })).toEqual([]);
  });

  test("row 37: passes on why the manager cannot be reached; it matters where a service is installed", async ({
    home,
  }) => {
    home.writeConfig(SOUND);
    const unavailable = { unavailable: "Failed to connect to bus" };
    const without = await look(home, unavailable);
    const { file } = serviceIdentity(createCheckContext(home).profile);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    const installed = await look(home, unavailable);

    expect(without).toMatchObject([
      {
        code: "service-manager-unavailable",
        level: "hint",
        message: "Failed to connect to bus",
        remedy: "start the manager",
      },
    ]);
    expect(installed).toMatchObject([{ code: "service-manager-unavailable", level: "warning" }]);
  });

  test("offers to start one that is stopped and starts by itself", async ({ home }) => {
    expect(await look(home, { status: { runtime: "stopped" } })).toMatchObject([
      { code: "service-stopped", level: "warning", repair: { kind: "change", describe: "start it" } },
    ]);
    expect(await look(home, { status: { runtime: "stopped", loaded: false } })).toMatchObject([
      { code: "service-not-loaded", repair: { describe: "start it" } },
    ]);
  });

  test("leaves one alone that was taken out of the start of the system", async ({ home }) => {
    const findings = await look(home, { status: { runtime: "stopped", enabled: false } });

    expect(codesOf(findings)).toEqual(["service-stopped", "service-not-enabled"]);
    expect(findings.some(({ repair }) => repair !== undefined)).toBe(false);
  });

  test("starts none beside a gateway in the foreground", async ({ home }) => {
    const { factsFile } = createCheckContext(home).profile.paths;
    writeJsonFile(factsFile, {
      pid: process.pid,
      startId: startIdOf(process.pid),
      instanceId: "i",
      port: 9,
      hosts: [],
    });

    const findings = await look(home, { status: { runtime: "stopped" } });

    expect(findings).toMatchObject([
      { code: "service-stopped", level: "hint", message: expect.stringContaining(`PID ${process.pid}`) },
    ]);
    expect(findings[0]?.repair).toBeUndefined();
  });

  test("starts none that could not run: not for a remote gateway, nor on a port that somebody else has", async ({
    home,
  }) => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    try {
      home.writeConfig({ gateway: { ...SOUND.gateway, port } });
      const [finding] = await look(home, { status: { runtime: "stopped" } });
      await expect(finding?.repair?.apply()).rejects.toThrow(
        `The service could not start: port ${port} is held by pid ${process.pid}`,
      );
    } finally {
      holder.close();
    }
    home.writeConfig({ gateway: { mode: "remote", remote: { url: "ws://127.0.0.1:9" } } });
    for (const runtime of ["stopped", "blocked"] as const) {
      const [hint, ...more] = await look(home, { status: { runtime } });

      expect(hint).toMatchObject({ code: "service-not-needed", level: "hint" });
      expect(hint?.repair).toBeUndefined();
      expect(more).toEqual([]);
    }
  });

  test("counts crashes and names the reason of a refusal", async ({ home }) => {
    const { startBlockedFile } = createCheckContext(home).profile.paths;
    const looping = {
      runtime: "crash-looping",
      restarts: 4,
      lastExit: { how: "exited", status: 1 },
    } as const;

    expect(await look(home, { status: looping })).toMatchObject([
      {
        code: "service-crash-looping",
        level: "error",
        message: expect.stringContaining("4 restarts, it exited with code 1 last"),
      },
    ]);
    expect(await look(home, { status: { ...looping, restarts: 0 } })).toMatchObject([
      { message: expect.stringContaining("ended and is started again, it exited with code 1 last") },
    ]);
    writeJsonFile(startBlockedFile, { code: "MODE_NOT_LOCAL", message: "Gateway start blocked", atMs: 1 });
    expect(await look(home, { status: { runtime: "blocked" } })).toMatchObject([
      {
        code: "service-blocked",
        level: "error",
        message: expect.stringContaining("its start was refused: Gateway start blocked"),
        repair: { describe: "start it" },
      },
    ]);
  });
});
