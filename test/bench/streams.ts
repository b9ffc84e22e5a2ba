/**
 * What an answer costs that a model streams: how late a piece is at a client, and how fast the events of a run reach two hundred. The bare
 * server passes the same stream on, and events of the same lengths.
 */
import { openPeer, type Peer, requestText } from "./client.ts";
import { type Figure, median, percentile } from "./figure.ts";
import { gatewayProgram, type Program, type RunningServer, startServer } from "./server.ts";
import { StreamProvider } from "./stream-provider.ts";

/** Paced, so that no piece waits for another one. */
const PACED = { pieces: 300, everyMs: 8 };
const FAST = { pieces: 1_500, everyMs: 0 };
const CLIENTS = 200;
const ROUNDS = 4;

interface Stage {
  program: Program;
  server: RunningServer;
  /** Has the server fetch a stream. */
  begin: (peer: Peer, run: number) => void;
}
type Stages = Record<Program["name"], Stage>;

export async function measureStreams(launcher: string, bare: Program): Promise<Figure[]> {
  const provider = await StreamProvider.start();
  const ours = withModel(gatewayProgram(launcher), provider.url);
  const stages: Stages = {
    ours: {
      program: ours,
      server: await startServer(ours),
      begin: (peer, run) => {
        const params = { sessionKey: `run-${run}`, message: "go", idempotencyKey: `run-${run}` };
        peer.send(requestText(run, "chat.send", params));
      },
    },
    bare: {
      program: bare,
      server: await startServer(bare),
      begin: (peer) => peer.send(`S${provider.url}/chat/completions`),
    },
  };
  try {
    return [await measureDelta(stages, provider), await measureCrowd(stages, provider)];
  } finally {
    await Promise.all(Object.values(stages).map(({ server }) => server.stop()));
    await provider.stop();
    ours.home.dispose();
  }
}

function withModel(program: Program, baseUrl: string): Program {
  const models = [{ id: "m", contextWindow: 200_000 }];
  const fake = { baseUrl, apiKey: "sk-of-the-bench", api: "openai-completions", models };
  program.home.writeConfig({
    gateway: { mode: "local", auth: { token: program.token } },
    agents: { defaults: { model: { primary: "fake/m" }, skipBootstrap: true } },
    models: { providers: { fake } },
  });
  return program;
}

async function measureDelta(stages: Stages, provider: StreamProvider): Promise<Figure> {
  provider.stream = PACED;
  const late: Record<Program["name"], number[]> = { ours: [], bare: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ["ours", "bare"] as const) {
      const times = await lateness(stages[name], provider, round);
      // The first round loads what is needed.
      if (round > 0) late[name].push(...times);
    }
  }
  const bare = median(late.bare);
  const p99 = (name: Program["name"]) => percentile(late[name], 99).toFixed(1);
  return {
    name: "a streamed delta, provider to client",
    unit: "ms",
    ours: median(late.ours),
    bare,
    limit: bare * 1.3,
    note: `p50 of ${ROUNDS} × ${PACED.pieces} pieces, one every ${PACED.everyMs} ms; p99 ${p99("ours")} ms, bare ${p99("bare")} ms`,
  };
}

/** How long after it was written each piece is at a client, in ms. */
async function lateness(
  { program, server, begin }: Stage,
  provider: StreamProvider,
  run: number,
): Promise<number[]> {
  const peer = await openPeer(program, server.port);
  const times: number[] = [];
  await new Promise<void>((resolve) => {
    peer.onMessage((data) => {
      const index = pieceIn(data);
      if (index === undefined) return;
      times.push(performance.now() - (provider.writtenAt[index] ?? Number.NaN));
      if (index === PACED.pieces - 1) resolve();
    });
    begin(peer, run);
  });
  await peer.close();
  return times;
}

/** The number of the newest piece in an event that says what is new; undefined in any other message. */
function pieceIn(data: Buffer): number | undefined {
  const [, index] = /"delta":" ?w(\d+) ?"/.exec(data.toString("latin1")) ?? [];
  return index === undefined ? undefined : Number(index);
}

/** The events of one run as they go to all clients, and as many bytes of the bare server. */
async function measureCrowd(stages: Stages, provider: StreamProvider): Promise<Figure> {
  provider.stream = FAST;
  const lengths: number[] = [];
  const ours = await untilAllAreDone(stages.ours, (peer, isFirst, done) => {
    peer.onMessage((data) => {
      const kind = /^{"type":"event","event":"(agent|chat)"/.exec(data.toString("latin1", 0, 40))?.[1];
      if (kind === undefined) return;
      if (isFirst) lengths.push(data.length);
      if (kind === "chat" && data.includes('"state":"final"')) done();
    });
    if (isFirst) stages.ours.begin(peer, ROUNDS + 1);
  });
  const publisher = await openPeer(stages.bare.program, stages.bare.server.port);
  const bare = await untilAllAreDone(stages.bare, (peer, isFirst, done) => {
    let count = 0;
    peer.onMessage(() => {
      count += 1;
      if (count === lengths.length) done();
    });
    if (isFirst) publishAll(publisher, lengths);
  });
  await publisher.close();
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  return {
    name: `an answer's events to ${CLIENTS} clients`,
    unit: "ms",
    ours,
    bare,
    limit: bare / 0.8,
    note: `${FAST.pieces} pieces, ${lengths.length} events, ${Math.round(bytes / 1_024)} KB to each client; limit: 0.8 of the bare rate`,
  };
}

function publishAll(publisher: Peer, lengths: readonly number[]): void {
  let sent = 0;
  const next = () => {
    const length = lengths[sent];
    sent += 1;
    if (length !== undefined) publisher.send(`F${"x".repeat(length - 1)}`);
  };
  publisher.onMessage(next);
  for (let index = 0; index < 16; index += 1) next();
}

/** Connects the crowd and returns how long it takes until each of it is done, in ms. The first one comes last. */
async function untilAllAreDone(
  { program, server }: Stage,
  listen: (peer: Peer, isFirst: boolean, done: () => void) => void,
): Promise<number> {
  const peers: Peer[] = [];
  for (let index = 0; index < CLIENTS; index += 1) peers.push(await openPeer(program, server.port));
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    let left = peers.length;
    const done = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    for (const peer of peers.slice(1)) listen(peer, false, done);
    for (const peer of peers.slice(0, 1)) listen(peer, true, done);
  });
  const elapsedMs = performance.now() - startedAt;
  await Promise.all(peers.map((peer) => peer.close()));
  return elapsedMs;
}
