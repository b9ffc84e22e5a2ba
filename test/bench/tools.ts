/** What a call of a tool adds to an answer: from the call of the model to its next question, and to the first sign of a program. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultsIn } from "../helpers/gateway/commands.ts";
import { connectWire, type WireClient } from "../helpers/gateway/wire-client.ts";
import { fakeModel } from "../helpers/models/fake-model.ts";
import { FakeProvider } from "../helpers/models/fake-provider.ts";
import { answered } from "../helpers/models/reply.ts";
import { type Figure, median } from "./figure.ts";
import { gatewayProgram, startServer } from "./server.ts";

const TURNS = 10;
const CALLS = 5;

interface Sample {
  /** From the call to the question after it. */
  roundMs: number;
  /** What the model was told. */
  result: string;
  /** When the model made the call, in ms since the epoch. */
  calledAtMs: number;
}

export async function measureTools(launcher: string): Promise<Figure[]> {
  const provider = await FakeProvider.start();
  const program = gatewayProgram(launcher);
  const { home, token } = program;
  home.writeConfig({
    ...fakeModel(provider.url),
    gateway: { mode: "local", auth: { token } },
    session: { titles: "off" },
    tools: { exec: { security: "full", ask: "off" } },
  });
  mkdirSync(join(home.path, "clawd"), { recursive: true });
  for (let index = 0; index < CALLS; index += 1)
    writeFileSync(join(home.path, "clawd", `note-${index}`), `note ${index}\n`);
  const gateway = await startServer(program);
  try {
    const { client } = await connectWire(gateway.port, { scopes: ["operator.admin"], auth: { token } });
    const read = (index: number) => ({ name: "read", arguments: { path: `note-${index}` } });
    const run = (index: number) => ({ name: "exec", arguments: { command: `date +%s%3N:${index}` } });
    // The first turn loads what answers it, and the first program what runs it.
    await turn(client, provider, [read(0), run(0)]);
    const reads: Sample[] = [];
    const programs: Sample[] = [];
    for (let count = 0; count < TURNS; count += 1) {
      reads.push(
        ...(await turn(
          client,
          provider,
          Array.from({ length: CALLS }, (_, index) => read(index)),
        )),
      );
      programs.push(
        ...(await turn(
          client,
          provider,
          Array.from({ length: CALLS }, (_, index) => run(index)),
        )),
      );
    }
    const begins = programs.map(({ result, calledAtMs }) => Number(result.split(":")[0]) - calledAtMs);
    const figure = (name: string, values: number[], note: string): Figure => ({
      name,
      unit: "ms",
      ours: median(values),
      note: `p50 of ${TURNS * CALLS}, longest ${Math.max(...values).toFixed(1)} ms; ${note}`,
    });
    const rounds = (samples: Sample[]) => samples.map(({ roundMs }) => roundMs);
    return [
      figure("read: a call to the model's next question", rounds(reads), "over HTTP, kept before and after"),
      figure("exec: a call to its program at work", begins, "by the clock that date prints, in whole ms"),
      figure("exec: a call to the model's next question", rounds(programs), "of a program that ends at once"),
    ];
  } finally {
    await gateway.stop();
    home.dispose();
    await provider.stop();
  }
}

/** One turn in which the model makes these calls, one after the other. */
async function turn(
  client: WireClient,
  provider: FakeProvider,
  calls: readonly { name: string; arguments: object }[],
): Promise<Sample[]> {
  const samples: Sample[] = [];
  let asked = 0;
  let called = { atMs: 0, monotonicMs: 0 };
  provider.script((request) => {
    if (asked > 0)
      samples.push({
        roundMs: performance.now() - called.monotonicMs,
        result: resultsIn(request).at(-1) ?? "",
        calledAtMs: called.atMs,
      });
    const call = calls[asked];
    asked += 1;
    called = { atMs: Date.now(), monotonicMs: performance.now() };
    return call === undefined
      ? answered("Done.")
      : answered("", { calls: [{ id: crypto.randomUUID(), ...call }] });
  });
  const runId = crypto.randomUUID();
  await client.request("chat.send", { sessionKey: `s-${runId}`, message: "go on", idempotencyKey: runId });
  await client.request("agent.wait", { runId, timeoutMs: 60_000 });
  client.unread.length = 0;
  return samples;
}
