/** The gateway is killed again and again while jobs are due, questions wait, a device is asked and programs run in the background. */
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, mergeTests } from "@playwright/test";
import { isAlive } from "../../../../shared/node/process-identity.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { lookIntoDatabase, problemsIn } from "../../../../sidecar/base/store/database.ts";
import { resultsIn } from "../../../helpers/gateway/commands.ts";
import {
  connectWire,
  type Frame,
  TEST_TOKEN,
  type WireClient,
} from "../../../helpers/gateway/wire-client.ts";
import { rowsOf } from "../../../helpers/home/store-rows.ts";
import { type TempHome, test as withHome } from "../../../helpers/home/temp-home.ts";
import { fakeModel } from "../../../helpers/models/fake-model.ts";
import { type SeenRequest, test as withProvider } from "../../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../../helpers/run/soak.ts";
import { pauseAfterLook } from "../../../helpers/time/pause.ts";
import { clockBegunAt } from "../../../helpers/time/shifted-clock.ts";

const test = mergeTests(withHome, withProvider);
test.skip(() => missingReason("clock") !== undefined, missingReason("clock") ?? "");

/** From one start to the next: where a gateway begins again sooner than this, its jobs wait. In ms. */
const LIFE_MS = 480_000;
/** A question is there for two starts. */
const APPROVAL_SECONDS = 1_000;
/** When the job that comes in every life is due, in ms after its start. */
const STEADY_AFTER_MS = 2_500;
/** Questions that wait at a time. */
const MOST_OPEN = 3;
const NODE = {
  client: { id: "node-host", version: "1", platform: "linux", mode: "node" },
  role: "node",
  commands: ["system.run"],
};

/** What a message asks for, by its name, as a call of a tool; each may be done once. */
function callFor(name: string): { name: string; arguments: object } {
  const [kind] = name.split("-");
  switch (kind) {
    case "ask":
      return { name: "exec", arguments: { command: `echo ${name} | tee -a asked` } };
    case "program":
      return { name: "exec", arguments: { command: `stay ${name}`, background: true } };
    case "node":
      return { name: "nodes", arguments: { action: "run", node: "node-host", command: ["note", name] } };
    default:
      return { name: "exec", arguments: { command: `note ${name}` } };
  }
}

const NAMED = /\b(?:job|steady|ask|program|node)-\d+\b/;

/** Does what the message asks for, and is content with whatever comes of it. */
function mind(outcomes: Map<string, string>): (request: SeenRequest) => Reply {
  let calls = 0;
  return (request) => {
    const messages = Array.isArray(request.body.messages) ? request.body.messages.filter(isRecord) : [];
    const asked = messages.findLastIndex(({ role }) => role === "user");
    const [name] = NAMED.exec(String(messages[asked]?.content)) ?? [];
    if (name === undefined) return answered("I see.");
    if (messages.slice(asked).some(({ role }) => role === "tool")) {
      outcomes.set(name, resultsIn(request).at(-1) ?? "");
      return answered(`${name} is done.`);
    }
    calls += 1;
    return answered("", { calls: [{ id: `call-${calls}`, ...callFor(name) }] });
  };
}

/** What was accepted, and what was decided. */
class Ledger {
  readonly jobs = new Map<string, string>();
  readonly sent = new Set<string>();
  /** The commands that were asked about, by the id of the question. */
  readonly asked = new Map<string, string>();
  readonly decided = new Map<string, string>();
  readonly onNode: string[] = [];
}

interface Life {
  operator: WireClient;
  number: number;
  ledger: Ledger;
  random: () => number;
}

/** Everything that a gateway has to do at once, until it is gone. */
async function keepBusy({ operator, number, ledger, random }: Life, beganAtMs: number): Promise<void> {
  const send = async (name: string) => {
    const { ok } = await operator.request("chat.send", {
      sessionKey: name,
      message: name,
      idempotencyKey: name,
    });
    if (ok === true) ledger.sent.add(name);
  };
  const addJob = async () => {
    const name = `job-${number}`;
    const atMs = beganAtMs + 1_200 + random() * 1_500;
    const { payload } = await operator.request(
      "cron.add",
      jobOf(name, { kind: "at", atMs: Math.round(atMs) }),
    );
    if (isRecord(payload)) ledger.jobs.set(name, String(payload.id));
  };
  const decide = async () => {
    for (const id of await open(operator, ledger)) {
      const chance = random();
      const decision = chance < 0.3 ? "allow-once" : chance < 0.4 ? "deny" : undefined;
      if (decision === undefined) continue;
      // Whether it was heard is not known when the gateway is killed.
      ledger.decided.set(id, `${decision}?`);
      const { ok } = await operator.request("exec.approval.resolve", { id, decision });
      if (ok === true) ledger.decided.set(id, decision);
    }
  };
  await Promise.allSettled([
    addJob(),
    send(`program-${number}`),
    send(`node-${number}`),
    decide().then(async () => {
      if ((await open(operator, ledger)).length < MOST_OPEN) await send(`ask-${number}`);
    }),
  ]);
}

const jobOf = (name: string, schedule: object) => ({
  name,
  schedule,
  payload: { kind: "agentTurn", message: name },
  deleteAfterRun: false,
});

/** The questions that wait. */
async function open(operator: WireClient, { asked }: Ledger): Promise<string[]> {
  const { payload } = await operator.request("exec.approval.list", {});
  const approvals = isRecord(payload) && Array.isArray(payload.approvals) ? payload.approvals : [];
  for (const { id, request } of approvals) asked.set(id, NAMED.exec(request.command)?.[0] ?? "");
  return approvals.map(({ id }) => id);
}

/** A device that does at once what it is told, and remembers it. */
async function connectNode(port: number, { onNode }: Ledger): Promise<void> {
  const { client } = await connectWire(port, NODE);
  client.socket.on("message", (data) => {
    const { event, payload }: Frame = JSON.parse(String(data));
    if (event !== "node.invoke.request" || !isRecord(payload)) return;
    onNode.push(String(JSON.parse(String(payload.paramsJSON)).command.at(-1)));
    const result = { exitCode: 0, success: true, stdout: "noted" };
    client.send({
      type: "req",
      id: crypto.randomUUID(),
      method: "node.invoke.result",
      params: { id: payload.id, nodeId: "node-host", ok: true, payload: result },
    });
  });
}

function writeProgram(home: TempHome, name: string, script: string): void {
  mkdirSync(join(home.path, "bin"), { recursive: true });
  writeFileSync(join(home.path, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** The run's own limit ends what never comes. */
async function until(isReached: () => Promise<boolean>): Promise<void> {
  for (let lookedAt = performance.now(); !(await isReached()); lookedAt = performance.now())
    await pauseAfterLook(lookedAt, 250);
}

/** Programs that run in a folder of the home. */
function programsIn(home: TempHome): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(home.path);
    } catch {
      return false; // It has ended, or is somebody else's.
    }
  });
}

test(
  "killed while jobs are due, questions wait, a device is asked and programs run, it does nothing twice, loses nothing, and leaves no program behind",
  SOAK,
  async ({ home, provider }) => {
    test.slow();
    const kills = repetitions({ short: 4, full: 100 });
    const random = randomFrom(seedFor("killed at work"));
    const port = await freePort();
    const bin = join(home.path, "bin");
    writeProgram(home, "note", 'echo "$1" >> noted');
    writeProgram(home, "stay", 'echo "$1 $$" >> stayed\nexec sleep 3600');
    home.writeConfig({
      ...fakeModel(provider.url),
      gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
      session: { titles: "off" },
      tools: { exec: { approvalTimeoutSec: APPROVAL_SECONDS } },
    });
    const allowlist = ["note", "stay"].map((name) => ({ pattern: join(bin, name) }));
    writeFileSync(
      join(home.stateDir, "exec-approvals.json"),
      JSON.stringify({ version: 1, agents: { main: { allowlist } } }),
      { mode: 0o600 },
    );
    const workspace = join(home.path, "clawd");
    const pids = () => linesOf(join(workspace, "stayed")).map((line) => Number(line.split(" ")[1]));
    const outcomes = new Map<string, string>();
    provider.script(mind(outcomes));
    const ledger = new Ledger();
    const firstMs = Date.now();
    const start = async (number: number) => {
      const beganAtMs = firstMs + number * LIFE_MS;
      const env = { ...clockBegunAt(beganAtMs), PATH: `${bin}:${process.env.PATH}` };
      const before = pids();
      const program = startCli(["gateway"], { env: home.env(env), timeoutMs: 1_200_000 });
      await program.waitFor(/log file: /);
      const { client: operator } = await connectWire(port, {
        scopes: ["operator.admin", "operator.approvals"],
      });
      await connectNode(port, ledger);
      // What the killed one left is ended by the next.
      await until(async () => !before.some(isAlive));
      return { program, operator, beganAtMs };
    };
    let orphaned = 0;
    const unanswered: string[] = [];
    const lookAtQuestions = async (operator: WireClient) => {
      const waiting = await open(operator, ledger);
      const rows = await rowsOf(home, "SELECT id, state FROM approvals");
      for (const id of ledger.asked.keys()) {
        const state = rows.find((row) => row.id === id)?.state;
        const isSound =
          state === "expired" || (state === "pending" && waiting.includes(id)) || ledger.decided.has(id);
        if (!isSound) unanswered.push(`${id}: ${state}`);
      }
    };

    for (let number = 0; number < kills; number += 1) {
      const { program, operator, beganAtMs } = await start(number);
      if (number > 0) await lookAtQuestions(operator);
      else
        await operator.request(
          "cron.add",
          jobOf("steady-0", { kind: "every", everyMs: LIFE_MS, anchorMs: firstMs + STEADY_AFTER_MS }),
        );
      const working = keepBusy({ operator, number, ledger, random }, beganAtMs);
      await sleep(200 + random() * 2_300);
      await program.stop("SIGKILL");
      await working;
      orphaned += pids().filter(isAlive).length;
    }
    const last = await start(kills);
    await lookAtQuestions(last.operator);
    const left = async () => {
      for (const id of await open(last.operator, ledger)) {
        ledger.decided.set(id, "allow-once");
        await last.operator.request("exec.approval.resolve", { id, decision: "allow-once" });
      }
      const nowMs = last.beganAtMs + 600_000;
      const again = await rowsOf(
        home,
        `SELECT cron_runs.job_id FROM cron_runs JOIN cron_jobs ON cron_jobs.id = job_id
         WHERE started_at > ${last.beganAtMs} AND json_extract(body, '$.name') = 'steady-0'`,
      );
      return [
        ...(again.length === 0 ? ["the job that comes again and again"] : []),
        ...(await rowsOf(home, "SELECT id FROM turns WHERE state IN ('queued', 'running')")),
        ...(await rowsOf(home, "SELECT id FROM ingress WHERE state = 'new'")),
        ...(await rowsOf(home, "SELECT job_id FROM cron_runs WHERE state = 'started'")),
        ...(await rowsOf(
          home,
          `SELECT id FROM cron_jobs WHERE enabled = 1 AND due_at < ${nowMs} AND json_extract(body, '$.name') LIKE 'job-%'`,
        )),
      ];
    };
    await until(async () => (await left()).length === 0);
    await last.program.stop();

    const work = {
      noted: linesOf(join(workspace, "noted")),
      asked: linesOf(join(workspace, "asked")),
      stayed: linesOf(join(workspace, "stayed")).map((line) => line.replace(/ .*/, "")),
      onNode: ledger.onNode,
    };
    const done = Object.values(work).flat();
    const turns = await rowsOf(home, "SELECT run_id AS name, state FROM turns");
    const runs = await rowsOf(
      home,
      `SELECT json_extract(cron_jobs.body, '$.name') AS name, cron_runs.state AS state, started_at AS startedAt,
       scheduled_for AS slot FROM cron_runs JOIN cron_jobs ON cron_jobs.id = job_id`,
    );
    const givenUp = turns.flatMap(({ name, state }) => (state === "failed" ? [String(name)] : []));
    const runsOf = (job: string) => runs.filter(({ name }) => name === job);
    const steady = runsOf("steady-0");
    const isAccountedFor = (name: string) =>
      done.includes(name) ||
      givenUp.includes(name) ||
      runsOf(name).some(({ state }) => state === "error") ||
      /outcome is unknown|denied|Not approved in time|There is no node/.test(outcomes.get(name) ?? "");
    const accepted = [...ledger.sent, ...ledger.jobs.keys()];
    const allowed = [...ledger.asked].flatMap(([id, name]) =>
      ledger.decided.get(id)?.startsWith("allow-once") ? [name] : [],
    );
    const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
    const problems = problemsIn(database);
    database.close();
    console.log(
      `${kills} kills, ${ledger.jobs.size} jobs and ${steady.length} runs of one that repeats, ` +
        `${ledger.asked.size} questions, ${allowed.length} of them allowed, ${work.onNode.length} commands on the device, ` +
        `${work.stayed.length} programs (${orphaned} alive at a kill), ${givenUp.length} turns cut off twice, ` +
        `${[...outcomes.values()].filter((text) => text.includes("outcome is unknown")).length} of unknown outcome`,
    );
    expect({
      twice: twice(done.filter((name) => name !== "steady-0")),
      lost: accepted.flatMap((name) => (isAccountedFor(name) ? [] : [`${name}: ${outcomes.get(name)}`])),
      startedAgain: [...ledger.jobs.keys()].filter((name) => runsOf(name).length !== 1),
      unasked: work.asked.filter((name) => !allowed.includes(name)),
      unanswered,
      left: programsIn(home),
      problems,
    }).toEqual({
      twice: [],
      lost: [],
      startedAgain: [],
      unasked: [],
      unanswered: [],
      left: [],
      problems: [],
    });
    expect(work.noted.filter((name) => name === "steady-0").length).toBeLessThanOrEqual(steady.length);
    // However many of its moments were missed, it came once for them, and once for its own.
    expect([1, 2]).toContain(steady.filter(({ startedAt }) => Number(startedAt) > last.beganAtMs).length);
    expect(orphaned).toBeGreaterThan(0);
  },
);
