/** The gateway is killed at moments that nobody chose, with traffic on five conversations. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, mergeTests } from "@playwright/test";
import { lookIntoDatabase, problemsIn } from "../../../../sidecar/base/store/database.ts";
import { connectWire, TEST_TOKEN, type WireClient } from "../../../helpers/gateway/wire-client.ts";
import { rowsOf } from "../../../helpers/home/store-rows.ts";
import type { TempHome } from "../../../helpers/home/temp-home.ts";
import { test as withHome } from "../../../helpers/home/temp-home.ts";
import { test as withProvider } from "../../../helpers/models/fake-provider.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../../helpers/run/soak.ts";

/** Turns that run at the same time: each may have noted a call that the kill kept it from making. */
const AT_ONCE = 4;
const SESSIONS = ["one", "two", "three", "four", "five"];

const test = mergeTests(withHome, withProvider);

async function startProgram(home: TempHome, port: number) {
  const program = startCli(["gateway", "--port", String(port)], { env: home.env(), timeoutMs: 120_000 });
  await program.waitFor(/log file: /);
  return program;
}

interface Sent {
  sessionKey: string;
  message: string;
  idempotencyKey: string;
}

/** Sends until the connection ends. What was acknowledged goes to `taken`, what was not stays in `waiting` for the next time. */
async function talk(
  client: WireClient,
  random: () => number,
  { waiting, taken, next }: { waiting: Sent[]; taken: Set<string>; next: () => Sent },
): Promise<void> {
  for (;;) {
    const sent = waiting.shift() ?? next();
    try {
      const answer = await client.request("chat.send", { ...sent });
      expect(answer).toMatchObject({ ok: true });
      taken.add(sent.idempotencyKey);
    } catch (error) {
      if (client.socket.readyState === client.socket.OPEN) throw error;
      waiting.unshift(sent);
      return;
    }
    await sleep(random() * 60);
  }
}

test(
  "case 31: killed at random, it answers every acknowledged message once, charges none twice, and stays sound",
  SOAK,
  async ({ home, provider }) => {
    const kills = repetitions({ short: 4, full: 200 });
    const random = randomFrom(seedFor("random kills"));
    provider.script(({ body }) => ({
      kind: "held",
      text: "You said: ",
      until: sleep(random() * 120),
      rest: `${JSON.stringify(body.messages).length} characters`,
    }));
    const port = await freePort();
    home.writeConfig({
      gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
      agents: { defaults: { model: "anthropic/claude-haiku-4-5", workspace: join(home.path, "clawd") } },
      models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant-secret" } } },
      budget: { perDayUsd: 0, perMonthUsd: 0, perDayTokens: 0 },
      messages: { queue: { debounceMs: 50 } },
    });
    const taken = new Set<string>();
    const waiting: Sent[] = [];
    let count = 0;
    const next = () => {
      count += 1;
      const sessionKey = SESSIONS[Math.floor(random() * SESSIONS.length)] ?? "one";
      return { sessionKey, message: `message ${count}`, idempotencyKey: `m${count}` };
    };

    for (let kill = 0; kill < kills; kill += 1) {
      const program = await startProgram(home, port);
      const { client } = await connectWire(port, { scopes: ["operator.admin"] });
      const talking = talk(client, random, { waiting, taken, next });
      await sleep(100 + random() * 1_200);
      await program.stop("SIGKILL");
      await talking;
    }
    const last = await startProgram(home, port);
    const { client } = await connectWire(port, { scopes: ["operator.admin"] });
    for (const sent of waiting.splice(0)) {
      expect(await client.request("chat.send", { ...sent })).toMatchObject({ ok: true });
      taken.add(sent.idempotencyKey);
    }
    const left = async () =>
      (await rowsOf(home, "SELECT 1 FROM turns WHERE state IN ('queued', 'running')")).length +
      (await rowsOf(home, "SELECT 1 FROM ingress WHERE state = 'new'")).length;
    await expect.poll(left, { timeout: 60_000 }).toBe(0);
    await last.stop();

    const answered = await rowsOf(
      home,
      `SELECT ingress.run_id AS key, turns.state AS state, turns.attempts AS attempts,
      (SELECT count(*) FROM entries WHERE entries.turn_id = turns.id AND state = 'ok' AND role = 'assistant') AS answers,
      (SELECT count(*) FROM entries WHERE entries.turn_id = turns.id AND role = 'user') AS said,
      (SELECT count(*) FROM usage WHERE usage.turn_id = turns.id) AS charges
     FROM ingress JOIN turns ON turns.id = ingress.turn_id`,
    );
    const wrong = answered.filter(
      ({ state, answers, said, charges, attempts }) =>
        !["done", "failed"].includes(String(state)) ||
        answers !== 1 ||
        said !== 1 ||
        Number(charges) > Number(attempts),
    );
    const keys = answered.map(({ key }) => String(key));
    console.log(
      `${kills} kills, ${keys.length} messages, ${provider.requests.length} requests, ` +
        `${answered.filter(({ state }) => state === "failed").length} told that they were cut off twice`,
    );
    expect(wrong).toEqual([]);
    expect(keys.toSorted()).toEqual([...taken].toSorted());
    const [counts] = await rowsOf(home, "SELECT count(*) AS rows, max(seq) AS last FROM entries");
    expect(counts?.last).toBe(counts?.rows);
    const [charged] = await rowsOf(home, "SELECT count(*) AS n FROM usage");
    expect(Number(charged?.n)).toBeLessThanOrEqual(provider.requests.length + kills * AT_ONCE);
    const database = await lookIntoDatabase(join(home.stateDir, "clawdbot.db"));
    expect(problemsIn(database)).toEqual([]);
    database.close();
  },
);
