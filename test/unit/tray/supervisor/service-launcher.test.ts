import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "@playwright/test";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../shared/node/run-state.ts";
import { serviceIdentity } from "../../../../shared/node/service-identity.ts";
import { type GatewayProfile, resolveTrayPlaces } from "../../../../tray/gateway-profiles.ts";
import type { TrayEvent } from "../../../../tray/model/events.ts";
import type { CommandAnswer } from "../../../../tray/supervisor/gateway-command.ts";
import { runtimeIn, ServiceLauncher } from "../../../../tray/supervisor/service-launcher.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

const OK: CommandAnswer = { ok: true, document: { ok: true } };
const FAILURE = { code: "SERVICE_FAILED", message: "no bus" };
const NO: CommandAnswer = { ok: false, failure: FAILURE };

/** A launcher whose commands wait until they are answered. */
function arrange(home: TempHome, env: Record<string, string> = {}) {
  const places = resolveTrayPlaces({ profile: undefined, dev: false }, home.env(env), "linux");
  const events: TrayEvent[] = [];
  const calls: { words: string; signal?: AbortSignal; answer: (answer: CommandAnswer) => void }[] = [];
  let looks = 0;
  const launcher = new ServiceLauncher(
    places,
    (event) => events.push(event),
    () => {
      looks += 1;
    },
    (_place, words, { signal }) =>
      new Promise((answer) => {
        calls.push({ words: words.join(" "), answer, ...(signal === undefined ? {} : { signal }) });
      }),
  );
  const answer = async (given: CommandAnswer) => {
    await turn();
    calls.at(-1)?.answer(given);
    await turn();
  };
  return { places, launcher, events, calls, answer, looks: () => looks };
}

function define(place: GatewayProfile): void {
  const { file } = serviceIdentity(place);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "[Service]\n");
}

test.describe("ServiceLauncher.command", () => {
  test("answers with what became of the verb, after a look at what is installed", async ({ home }) => {
    const { launcher, calls, events, answer, looks } = arrange(home);

    launcher.command(3, "normal", "stop");
    await answer(OK);
    launcher.command(4, "dev", "start");
    await answer(NO);

    expect(calls.map(({ words }) => words)).toEqual(["gateway stop", "gateway start"]);
    expect(events).toEqual([
      { type: "service-done", generation: 3, mode: "normal", verb: "stop" },
      { type: "service-failed", generation: 4, mode: "dev", verb: "start", refusal: FAILURE },
    ]);
    expect(looks()).toBe(2);
  });

  test("carries out one verb after another", async ({ home }) => {
    const { launcher, calls, answer } = arrange(home);

    launcher.command(1, "normal", "uninstall");
    launcher.command(1, "normal", "stop");
    await turn();
    expect(calls).toHaveLength(1);
    await answer(OK);

    expect(calls.map(({ words }) => words)).toEqual(["gateway uninstall", "gateway stop"]);
  });

  test("gives a start up that a stop overtakes, and answers for the stop alone", async ({ home }) => {
    const { launcher, calls, events, answer } = arrange(home);

    launcher.command(1, "normal", "restart");
    await turn();
    launcher.command(1, "normal", "start");
    launcher.command(1, "normal", "stop");
    expect(calls[0]?.signal?.aborted).toBe(true);
    await answer(NO);
    await answer(OK);

    expect(calls.map(({ words }) => words)).toEqual(["gateway restart", "gateway stop"]);
    expect(events).toEqual([{ type: "service-done", generation: 1, mode: "normal", verb: "stop" }]);
  });

  test("takes a gateway that runs without the service over, and the port of the environment along", async ({
    home,
  }) => {
    const { launcher, places, calls, answer } = arrange(home, { CLAWDBOT_GATEWAY_PORT: " 20001 " });
    launcher.command(1, "normal", "install");
    await answer(OK);
    const facts = { pid: process.pid, startId: startIdOf(process.pid), instanceId: "i", port: 1 };
    writeJsonFile(places.gateway.normal.paths.factsFile, facts);
    launcher.command(1, "normal", "install");
    await answer(OK);
    writeJsonFile(places.gateway.normal.paths.factsFile, { ...facts, service: "clawdbot-gateway.service" });
    launcher.command(1, "normal", "install");
    await answer(OK);

    expect(calls.map(({ words }) => words)).toEqual([
      "gateway install --port 20001",
      "gateway install --port 20001 --force",
      "gateway install --port 20001",
    ]);
  });

  test("takes a new definition away whose service does not run", async ({ home }) => {
    const { launcher, places, calls, events, answer } = arrange(home);
    launcher.command(1, "normal", "install");
    await turn();
    define(places.gateway.normal);
    await answer(NO);
    await answer(OK);

    expect(calls.map(({ words }) => words)).toEqual(["gateway install", "gateway uninstall"]);
    expect(events).toMatchObject([{ type: "service-failed", verb: "install" }]);

    launcher.command(2, "normal", "install");
    await answer(NO);
    expect(calls).toHaveLength(3);
  });
});

test.describe("ServiceLauncher.ask", () => {
  test("needs no command to know that nothing is installed", async ({ home }) => {
    const { launcher, calls, events } = arrange(home);

    await launcher.ask(1, "normal", 0);

    expect(calls).toEqual([]);
    expect(events).toEqual([
      { type: "service-status", generation: 1, runtime: "not-installed", refusal: null },
    ]);
  });

  test("answers with the word of the manager and the reason that was left since then", async ({ home }) => {
    const { launcher, places, calls, events, answer } = arrange(home);
    const place = places.gateway.normal;
    define(place);
    const reason = { code: "CONFIG_INVALID", message: "line 3", atMs: 1_000 };
    writeJsonFile(place.paths.startBlockedFile, reason);
    const blocked: CommandAnswer = { ok: true, document: { service: { runtime: { status: "blocked" } } } };
    for (const sinceMs of [1_000, 1_001]) {
      const asked = launcher.ask(1, "normal", sinceMs);
      await answer(blocked);
      await asked;
    }

    expect(calls[0]?.words).toBe("gateway status --no-probe");
    expect(events).toEqual([
      { type: "service-status", generation: 1, runtime: "blocked", refusal: reason },
      { type: "service-status", generation: 1, runtime: "blocked", refusal: null },
    ]);
    rmSync(serviceIdentity(place).file);
  });
});

test.describe("runtimeIn", () => {
  for (const document of [
    undefined,
    {},
    { service: 7 },
    { service: { runtime: "running" } },
    { service: { runtime: { status: "dancing" } } },
  ]) {
    test(`calls ${JSON.stringify(document)} unknown`, () => {
      expect(runtimeIn(document)).toBe("unknown");
    });
  }
});
