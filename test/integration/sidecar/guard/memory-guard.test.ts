/** A real gateway that leaks, and one whose event loop is blocked, with limits that are soon reached. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "@playwright/test";
import { readFacts } from "../../../../shared/node/run-state.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import {
  connectWire,
  type Frame,
  TEST_TOKEN,
  type WireClient,
} from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, startCli } from "../../../helpers/process/cli.ts";

const MAIN = "agent:main:main";
/** A gateway at rest needs some 75 MB; what leaks between two looks is 50 MB. */
const GUARD = { warnMb: 120, refuseMb: 200, restartMb: 270, delayMs: 500 };

interface Stage {
  process: CliProcess;
  port: number;
  /** A file of this name is the sign for the fixture to begin. */
  sign: string;
}

async function startWith(home: TempHome, fixture: "leak" | "block"): Promise<Stage> {
  const port = await freePort();
  const sign = join(home.path, fixture);
  const module = new URL(`../../../fixtures/guard/${fixture}.mjs`, import.meta.url);
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN }, guard: GUARD },
  });
  const env = home.env({
    NODE_OPTIONS: `--import=${pathToFileURL(module.pathname).href}`,
    [`CLAWDBOT_TEST_${fixture.toUpperCase()}`]: sign,
  });
  const process = startCli(["gateway"], { env, timeoutMs: 120_000 });
  await process.waitFor(/log file: /);
  return { process, port, sign };
}

function evidence(home: TempHome): Frame[] {
  const folder = join(home.stateDir, "logs");
  return readdirSync(folder)
    .filter((name) => name.startsWith("memory-"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

/** The roles and texts of the conversation. */
async function conversation(client: WireClient): Promise<string[]> {
  const { payload } = await client.request("chat.history", { sessionKey: MAIN, limit: 1_000 });
  const messages =
    isRecord(payload) && Array.isArray(payload.messages) ? payload.messages.filter(isRecord) : [];
  return messages.map(({ role, content }) => {
    const text = Array.isArray(content) && isRecord(content[0]) ? String(content[0].text) : "";
    return `${role}: ${text.split("\n\n").at(-1)}`;
  });
}

test("a gateway that leaks warns, refuses with a time to try again, is replaced between two runs and loses nothing", async ({
  home,
}) => {
  const { process, port, sign } = await startWith(home, "leak");
  const factsFile = join(home.stateDir, "run", "gateway.json");
  const before = readFacts(factsFile);
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const levels: unknown[] = [];
  client.socket.on("message", (data) => {
    const { event, payload } = JSON.parse(String(data));
    if (event === "health" && levels.at(-1) !== payload.memory.level) levels.push(payload.memory.level);
  });

  writeFileSync(sign, "");
  const accepted: string[] = [];
  let refusal: unknown;
  while (refusal === undefined) {
    const runId = `run-${accepted.length}`;
    const sent = await client.request("chat.send", {
      sessionKey: MAIN,
      message: runId,
      idempotencyKey: runId,
    });
    if (sent.ok !== true) refusal = sent.error;
    else accepted.push(runId);
    if (sent.ok === true) await client.request("agent.wait", { runId, timeoutMs: 20_000 });
  }
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { components } = (await ready.json()) as { components: Record<string, unknown> };
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const shutdown = await client.event("shutdown");
  await client.end();
  await process.waitFor(/restarted as planned: /);
  const after = readFacts(factsFile);
  const again = await connectWire(port, { scopes: ["operator.admin"] });

  expect(refusal).toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(
      /^the gateway uses \d+ MB of memory and takes new messages below 200 MB only/,
    ),
    details: { code: "MEMORY_SHORT" },
    retryable: true,
    retryAfterMs: expect.any(Number),
  });
  expect({ status: ready.status, memory: components.memory }).toEqual({
    status: 503,
    memory: { ok: false, detail: expect.stringMatching(/ MB of memory, no new messages from 200 MB on$/) },
  });
  expect(metrics).toMatch(/^clawdbot_memory_level [23]$/m);
  expect(metrics).toContain(`clawdbot_memory_limit_bytes{level="warn"} ${120 * 1_048_576}`);
  expect(levels).toEqual(["ok", "warn", "refuse", "restart"]);
  expect(process.output().stderr).toMatch(
    /Warning: the gateway uses \d+ MB of memory; from 200 MB on it takes no new messages\n/,
  );
  expect(shutdown.payload).toMatchObject({
    reason: expect.stringMatching(/^gateway restarting \(\d+ MB of memory, 270 MB at the most\)$/),
    restartExpectedMs: expect.any(Number),
  });
  expect(after?.pid).toBe(before?.pid);
  expect(after?.instanceId).not.toBe(before?.instanceId);
  expect(await again.client.request("health")).toMatchObject({ payload: { memory: { level: "ok" } } });
  expect(await conversation(again.client)).toEqual(
    accepted.flatMap((runId) => [`user: ${runId}`, `assistant: ${runId}`]),
  );
  const kept = evidence(home);
  expect(kept.map(({ what }) => what)).toEqual(["refusing", "restarting"]);
  expect(kept[1]).toMatchObject({
    counts: { connections: 1, clients: 1, sessions: 1, runs: 0 },
    limits: { restartBytes: 270 * 1_048_576 },
  });
  expect(JSON.stringify(kept)).not.toContain("run-0");
  await again.client.close();
  expect((await process.stop()).code).toBe(0);
});

test("a blocked event loop is seen in health, readiness, figures and log", async ({ home }) => {
  const { process, port, sign } = await startWith(home, "block");
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  writeFileSync(sign, "");
  const heldUp = await client.next("health with the delay", ({ event, payload }) => {
    const { eventLoop } = isRecord(payload) && event === "health" ? payload : {};
    return isRecord(eventLoop) && Number(eventLoop.delayMs) > 1_000;
  });
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { components } = (await ready.json()) as { components: Record<string, unknown> };
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const log = readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8");

  expect(heldUp.payload).toMatchObject({ memory: { level: "ok" } });
  expect({ status: ready.status, eventLoop: components.eventLoop }).toEqual({
    status: 200,
    eventLoop: { ok: true, detail: expect.stringMatching(/^was held up for \d{4} ms$/) },
  });
  expect(metrics).toMatch(/^clawdbot_held_up_seconds [12](\.\d+)?$/m);
  expect(log).toContain("the event loop was held up: nobody was served meanwhile");
  await client.close();
  await process.stop();
});
