import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect } from "@playwright/test";
import type { ProbeResult } from "../../../../../../../shared/client/probe.ts";
import { startIdOf } from "../../../../../../../shared/node/process-identity.ts";
import type { HelloOk } from "../../../../../../../shared/protocol/handshake.ts";
import type { HealthSummary } from "../../../../../../../shared/protocol/methods/health.ts";
import { english } from "../../../../../../../shared/remedy.ts";
import { APP_VERSION } from "../../../../../../../shared/version.ts";
import { gatewayHealth } from "../../../../../../../sidecar/setup/doctor/checks/gateway/gateway-health.ts";
import {
  type CheckContextOptions,
  codesOf,
  createCheckContext,
  findingsOf,
  SOUND,
  serviceSaying,
} from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../../../helpers/network/ports.ts";

/** The check of a gateway that gives this answer. */
function answering(result: ProbeResult, more: { port?: number; isLocal?: boolean } = {}) {
  const { port = 9, isLocal = true } = more;
  return gatewayHealth(async () => ({
    url: `ws://127.0.0.1:${port}`,
    port,
    isLocal,
    ask: async () => result,
  }));
}

function healthy(stateDir: string, version = APP_VERSION): ProbeResult {
  const hello = { server: { version, connId: "c" }, snapshot: { stateDir } } as unknown as HelloOk;
  return { kind: "healthy", hello, health: {} as HealthSummary, connectMs: 1, latencyMs: 1 };
}

const refused = (kind: "auth" | "pairing" | "protocol") => ({ kind, error: "token_mismatch" });
const NOBODY: ProbeResult = { kind: "nobody", error: "ECONNREFUSED" };

function writeFacts(home: TempHome, facts: object): void {
  const { factsFile, runDir } = createCheckContext(home).profile.paths;
  mkdirSync(runDir, { recursive: true });
  const startId = startIdOf(process.pid);
  writeFileSync(
    factsFile,
    JSON.stringify({ pid: process.pid, startId, instanceId: "i", hosts: [], port: 9, ...facts }),
  );
}

test.describe("the check of the gateway's health", () => {
  test("finds nothing in a healthy one, and asks none where nothing was ever configured", async ({
    home,
  }) => {
    expect(await findingsOf(answering(healthy(home.stateDir)), home, { config: SOUND })).toEqual([]);
    expect(await findingsOf(answering(healthy(home.stateDir)), createBare(home))).toEqual([]);
  });

  for (const kind of ["auth", "pairing", "protocol"] as const) {
    test(`tells a gateway that refuses (${kind}) from one that is down, and offers no restart`, async ({
      home,
    }) => {
      writeFacts(home, { phase: "ready", startedAtMs: 1, service: "clawdbot-gateway.service" });
      const service = serviceSaying({});

      const findings = await findingsOf(answering(refused(kind)), home, { config: SOUND, service });

      expect(findings).toMatchObject([{ code: "gateway-unauthorized", level: "error" }]);
      expect(findings[0]?.repair).toBeUndefined();
    });
  }

  test("names the variable whose secret was refused", async ({ home }) => {
    const options: CheckContextOptions = { config: SOUND, env: { CLAWDBOT_GATEWAY_TOKEN: "s3cr3t" } };

    const [finding] = await findingsOf(answering(refused("auth")), home, options);

    expect(finding?.remedy).toContain("unset CLAWDBOT_GATEWAY_TOKEN");
    expect(JSON.stringify(finding)).not.toContain("s3cr3t");
  });

  test("says that none runs, why the last start was refused, and that a service takes care otherwise", async ({
    home,
  }) => {
    const { startBlockedFile, runDir } = createCheckContext(home, { config: SOUND }).profile.paths;
    const plain = await findingsOf(answering(NOBODY), home);
    mkdirSync(runDir, { recursive: true });
    writeFileSync(startBlockedFile, JSON.stringify({ code: "X", message: "no\nroom", atMs: 1 }));
    const blocked = await findingsOf(answering(NOBODY), home);
    const withService = await findingsOf(answering(NOBODY), home, { service: serviceSaying({}) });

    expect(plain).toMatchObject([
      { code: "gateway-not-running", level: "hint", remedy: "start it: clawdbot gateway" },
    ]);
    expect(blocked[0]?.message).toContain("its last start was refused: no room");
    expect(withService).toEqual([]);
  });

  test("finds a process that runs and does not listen, unless it has just begun", async ({ home }) => {
    home.writeConfig(SOUND);
    writeFacts(home, { phase: "ready", startedAtMs: 1 });
    const deaf = await findingsOf(answering(NOBODY), home);
    writeFacts(home, { phase: "starting", startedAtMs: Date.now() });
    const starting = await findingsOf(answering(NOBODY), home);

    expect(deaf).toMatchObject([{ code: "gateway-unreachable", level: "error" }]);
    expect(deaf[0]?.message).toContain(`PID ${process.pid}`);
    expect(starting).toMatchObject([{ code: "gateway-starting", level: "hint" }]);
  });

  test("offers the restart of a service whose gateway hangs, and of no other", async ({ home }) => {
    const timeout: ProbeResult = { kind: "timeout", error: "no answer" };
    const service = serviceSaying({});
    writeFacts(home, { phase: "ready", startedAtMs: 1, service: "clawdbot-gateway.service" });
    const owned = await findingsOf(answering(timeout), home, { config: SOUND, service });
    writeFacts(home, { phase: "ready", startedAtMs: 1 });
    const foreground = await findingsOf(answering(timeout), home, { service });

    expect(owned).toMatchObject([
      { code: "gateway-hangs", repair: { kind: "change", describe: "restart the service" } },
    ]);
    expect(foreground).toMatchObject([{ code: "gateway-hangs", level: "error" }]);
    expect(foreground[0]?.repair).toBeUndefined();
  });

  test("asks a gateway once more before its service is restarted: it may only have been busy", async ({
    home,
  }) => {
    const answers: ProbeResult[] = [{ kind: "timeout", error: "no answer" }, healthy(home.stateDir)];
    const asked: number[] = [];
    const check = gatewayHealth(async () => ({
      url: "ws://127.0.0.1:9",
      port: 9,
      isLocal: true,
      ask: async (timeoutMs) => {
        asked.push(timeoutMs);
        return answers[asked.length - 1] ?? NOBODY;
      },
    }));
    writeFacts(home, { phase: "ready", startedAtMs: 1, service: "clawdbot-gateway.service" });

    const [finding] = await findingsOf(check, home, { config: SOUND, service: serviceSaying({}) });
    const done = await finding?.repair?.apply();

    expect(english(done ?? "")).toBe("it answers by now, and was not restarted");
    expect(asked).toEqual([3_000, 20_000]);
  });

  test("says that commands look at another port, which is nothing that a restart could help", async ({
    home,
  }) => {
    writeFacts(home, { phase: "ready", startedAtMs: 1, port: 18, service: "clawdbot-gateway.service" });
    const options: CheckContextOptions = { config: SOUND, service: serviceSaying({}) };
    const env = { CLAWDBOT_GATEWAY_PORT: "9" };

    for (const answer of [NOBODY, { kind: "foreign", error: "HTTP" }, refused("auth")] as ProbeResult[]) {
      const [finding, ...more] = await findingsOf(answering(answer), home, { ...options, env });

      expect(finding).toEqual({
        code: "gateway-on-other-port",
        level: "error",
        message: `the gateway runs on port 18 (PID ${process.pid}), but commands look for it on port 9, because CLAWDBOT_GATEWAY_PORT is 9 here`,
        remedy: "unset CLAWDBOT_GATEWAY_PORT; clawdbot config set gateway.port 9 moves the gateway itself",
      });
      expect(more).toEqual([]);
    }
    expect(await findingsOf(answering(NOBODY), home, options)).toMatchObject([
      { remedy: "restart it on port 9, or: clawdbot config set gateway.port 18" },
    ]);
  });

  test("names the program that has the port", async ({ home }) => {
    const port = await freePort();
    const server = createServer().listen(port, "127.0.0.1");
    try {
      const findings = await findingsOf(answering({ kind: "foreign", error: "404" }, { port }), home, {
        config: SOUND,
        platform: process.platform,
      });

      expect(findings).toMatchObject([
        { code: "port-held", level: "error", message: expect.stringContaining(`pid ${process.pid}`) },
      ]);
    } finally {
      server.close();
    }
  });

  test("finds a gateway of another state directory and one of another version", async ({ home }) => {
    const other = await findingsOf(answering(healthy("/elsewhere")), home, { config: SOUND });
    const old = await findingsOf(answering(healthy(home.stateDir, "0.0.1")), home);

    expect(other).toMatchObject([{ code: "gateway-of-other-state", level: "warning" }]);
    expect(old).toMatchObject([
      { code: "gateway-other-version", message: expect.stringContaining("version 0.0.1") },
    ]);
  });

  test("speaks of a remote gateway as one", async ({ home }) => {
    const config = { gateway: { mode: "remote", remote: { url: "wss://gate.example" } } };
    const ask = (result: ProbeResult) => findingsOf(answering(result, { isLocal: false }), home, { config });

    expect(await ask(healthy("/elsewhere"))).toEqual([]);
    expect(codesOf(await ask(NOBODY))).toEqual(["remote-unreachable"]);
    expect(await ask(refused("auth"))).toMatchObject([
      { code: "gateway-unauthorized", remedy: expect.stringContaining("gateway.remote.token") },
    ]);
  });

  test("leaves an address that is none to others", async ({ home }) => {
    const check = gatewayHealth(async () => {
      throw new Error("no port");
    });

    expect(await findingsOf(check, home, { config: SOUND })).toEqual([]);
  });
});

/** The same home without a configuration. */
function createBare(home: TempHome): TempHome {
  return {
    ...home,
    env: (extra) => ({ ...home.env(extra), CLAWDBOT_CONFIG_PATH: `${home.path}/none.json` }),
  };
}
