/** What a page costs that opens a long conversation, or a list of many: over one connection, one request after the other. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { resolvePaths } from "../../shared/node/paths.ts";
import { openDatabase } from "../../sidecar/base/store/database.ts";
import { textMessage } from "../../sidecar/base/store/message.ts";
import { SqliteStore } from "../../sidecar/base/store/sqlite-store.ts";
import { isAnswer, openPeer, type Peer, requestText } from "./client.ts";
import { type Figure, median } from "./figure.ts";
import { gatewayProgram, startServer } from "./server.ts";

const MESSAGES = 1_000;
const SESSIONS = 10_000;
const RUNS = 60;
/** About three hundred characters. */
const TEXT = "What is said in a conversation, and what is answered. ".repeat(6);

export async function measureConversations(launcher: string): Promise<Figure[]> {
  const program = gatewayProgram(launcher);
  await fill(program.home.path);
  const gateway = await startServer(program);
  try {
    const peer = await openPeer(program, gateway.port);
    const asked = async (name: string, method: string, params: object, limit?: number): Promise<Figure> => {
      const { times, bytes } = await repeat(peer, method, params);
      return {
        name,
        unit: "ms",
        ours: median(times),
        ...(limit === undefined ? {} : { limit }),
        note: `p50 of ${RUNS}, ${Math.round(bytes / 1_024)} KB each; longest ${Math.max(...times).toFixed(1)} ms`,
      };
    };
    const main = { sessionKey: "main" };
    const figures = [
      await asked(`chat.history of ${MESSAGES} messages`, "chat.history", { ...main, limit: MESSAGES }, 25),
      await asked("chat.page of 200 messages", "chat.page", { ...main, limit: 200 }),
      await asked(`sessions.list, 50 of ${SESSIONS}`, "sessions.list", { limit: 50 }, 5),
      await asked("sessions.list with titles and last words", "sessions.list", {
        limit: 50,
        includeDerivedTitles: true,
        includeLastMessage: true,
      }),
    ];
    await peer.close();
    return figures;
  } finally {
    await gateway.stop();
    program.home.dispose();
  }
}

/** A store as months of use leave it. */
async function fill(home: string): Promise<void> {
  const { storeFile } = resolvePaths({ env: { HOME: home }, platform: process.platform });
  mkdirSync(dirname(storeFile), { recursive: true, mode: 0o700 });
  const database = await openDatabase(storeFile);
  const store = new SqliteStore(database);
  // Nobody needs it after a loss of power.
  database.exec("PRAGMA synchronous = OFF");
  for (let index = 0; index < SESSIONS; index += 1) {
    const key = `agent:main:session-${index}`;
    await store.patch(key, "main", { displayName: `Session ${index}`, totalTokens: index }, index + 1);
  }
  await store.patch("agent:main:main", "main", {}, SESSIONS + 1);
  for (let index = 0; index < MESSAGES; index += 2) await exchange(store, index);
  await store.close();
}

/** A message that came from a channel, and the answer that was sent there. */
async function exchange(store: SqliteStore, index: number): Promise<void> {
  const atMs = SESSIONS + index + 2;
  const sessionKey = "agent:main:main";
  const runId = `run-${index}`;
  const route = { channel: "bench", account: "default", chat: { kind: "dm" as const, id: "owner" } };
  await store.accept(
    {
      idempotency: { scope: "channel", key: runId },
      runId,
      sessionKey,
      agentId: "main",
      channel: route.channel,
      sender: "owner",
      authority: "owner",
      origin: "channel",
      text: `${index}: ${TEXT}`,
      route,
      options: {},
    },
    atMs,
  );
  const turn = await store.startNext(sessionKey, { holder: "bench", runId, limit: 1 }, atMs);
  if (turn === undefined) throw new Error("the message makes no turn");
  const text = `${index + 1}: ${TEXT}`;
  const { sessionId } = turn;
  const times = { startedAtMs: atMs, endedAtMs: atMs };
  await store.finish(
    turn.id,
    "bench",
    {
      state: "done",
      messages: [textMessage("assistant", text, atMs)],
      result: { status: "ok", text, sessionId, ...times, provider: "", model: "", usage: undefined },
      outbox: [{ kind: "answer", route, payload: { text } }],
    },
    atMs,
  );
  const [part] = await store.openOutbox(route.channel, route.account, 1);
  if (part !== undefined) await store.settleOutbox(part.id, { state: "sent" }, atMs);
}

/** The time of each request in ms, and the size of an answer. */
/** Asks the same again and again; how long each answer took, in ms. */
export async function repeat(
  peer: Peer,
  method: string,
  params: object,
): Promise<{ times: number[]; bytes: number }> {
  const times: number[] = [];
  let bytes = 0;
  for (let run = -5; run < RUNS; run += 1) {
    const startedAt = performance.now();
    bytes = await new Promise<number>((resolve) => {
      peer.onMessage((data) => {
        if (isAnswer(data)) resolve(data.length);
      });
      peer.send(requestText(run + 5, method, params));
    });
    // The first ones only warm up.
    if (run >= 0) times.push(performance.now() - startedAt);
  }
  return { times, bytes };
}
