import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { WebSocket } from "ws";
import { connectDevice, test } from "../../helpers/gateway/running.ts";
import { connectParams, connectWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { expectEqual } from "../../helpers/run/expect-equal.ts";
import { repetitions, SOAK } from "../../helpers/run/soak.ts";
import { pauseAfterLook } from "../../helpers/time/pause.ts";

const NODE = { client: { id: "node-host", version: "1", platform: "linux", mode: "node" }, role: "node" };
const MAIN = "agent:main:main";
/** A message that a few hundred of fill the buffers of a connection that nobody reads. */
const TEXT = "x".repeat(64_000);
const MOST_MESSAGES = 400;
/** How many go by while a line is cut. */
const CUT_MESSAGES = 20;
/** How long the line is cut, in ms. */
const CUT_MS = 3_000;
/** Between two questions that are not for everybody, in messages. */
const ASK_EVERY = 10;
/** What sees the conversation, and no question of an agent. */
const READER = { scopes: ["operator.read"] };

/** A client that keeps of each message only what says which it was, as most hold much. */
class Listener {
  readonly socket: WebSocket;
  /** `seq` of events in the order they came; of one without, nothing. */
  readonly seqs: number[] = [];
  /** Numbers of the messages of the conversation, as their text has them. */
  readonly told: number[] = [];
  /** `seq` of what is for those alone who may answer questions. */
  readonly questions: number[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly #params: object;

  constructor(port: number, params = {}) {
    this.#params = params;
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    this.socket.on("message", (data: Buffer) => this.#note(data));
    this.socket.on("error", () => {});
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
  }

  async connect(): Promise<this> {
    await new Promise((resolve) => this.socket.once("open", resolve));
    const welcome = new Promise((resolve) => {
      this.socket.on("message", (data: Buffer) => {
        if (data.subarray(0, 100).includes('"id":"connect"')) resolve(undefined);
      });
    });
    this.socket.send(
      JSON.stringify({
        type: "req",
        id: "connect",
        method: "connect",
        params: connectParams({ ...this.#params }),
      }),
    );
    await welcome;
    return this;
  }

  #note(data: Buffer): void {
    const end = data.subarray(-200).toString("utf8");
    const seq = /"seq":(\d+)(?:,"stateVersion":\{[^}]*\})?\}$/.exec(end)?.[1];
    if (seq !== undefined) this.seqs.push(Number(seq));
    if (data.subarray(0, 100).includes('"event":"exec.approval.')) this.questions.push(Number(seq));
    const number = /#(\d+)#/.exec(data.subarray(0, 400).toString("utf8"))?.[1];
    if (number !== undefined) this.told.push(Number(number));
  }
}

/** Between a client and the gateway: a line that can be cut for a while. */
async function line(port: number): Promise<{ port: number; cut(): void; mend(): void; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (data) => to.write(data));
      from.on("close", () => to.destroy());
      from.on("error", () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut: () => sockets.forEach((socket) => void socket.pause()),
    mend: () => sockets.forEach((socket) => void socket.resume()),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The numbers that are not one more than the one before. */
function breaks(numbers: readonly number[]): string[] {
  return numbers.flatMap((number, index) => {
    const before = numbers[index - 1];
    return before === undefined || number === before + 1 ? [] : [`${before} → ${number}`];
  });
}

test(
  "tells many clients everything that is for them in order, ends one that does not read, and no node hears anything twice",
  SOAK,
  async ({ start }) => {
    test.slow();
    const server = await start();
    const clients = repetitions({ short: 20, full: 200 });
    const { client: operator } = await connectWire(server.port);
    await operator.request("chat.send", { sessionKey: MAIN, message: "/status", idempotencyKey: "first" });
    const listeners = await Promise.all(
      Array.from({ length: clients }, () => new Listener(server.port).connect()),
    );
    const nodes = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { client } = await connectDevice(server.port, NODE);
        await client.request("node.event", { event: "chat.subscribe", payload: { sessionKey: "main" } });
        return client;
      }),
    );
    const road = await line(server.port);
    const cut = await new Listener(road.port).connect();
    const slow = await new Listener(server.port).connect();
    slow.socket.pause();
    // After the devices, whose arrival is not told to readers either.
    const readers = await Promise.all(
      Array.from({ length: clients / 10 }, () => new Listener(server.port, READER).connect()),
    );
    const seen = new Map<WireClient, number[]>(nodes.map((node) => [node, []]));

    let sent = 0;
    const say = async () => {
      const answer = await operator.request("chat.inject", {
        sessionKey: MAIN,
        message: `#${sent}# ${TEXT}`,
      });
      expectEqual(answer.ok, true);
      sent += 1;
      for (const node of nodes) collect(node, seen.get(node) ?? []);
      operator.unread.length = 0;
    };
    const ask = async () => {
      const asking = operator.request("exec.approval.request", { command: "git push" });
      const { payload } = await operator.event("exec.approval.requested");
      const { id } = payload as { id: string };
      await operator.request("exec.approval.resolve", { id, decision: "deny" });
      await asking;
    };
    let cutAtMs = 0;
    const served = async () => (await server.gateway.census()).clients ?? 0;
    const everybody = await served();
    while ((await served()) === everybody && sent < MOST_MESSAGES) {
      if (sent % ASK_EVERY === 0) await ask();
      if (sent === CUT_MESSAGES) {
        road.cut();
        cutAtMs = performance.now();
      }
      await say();
      if (sent === 2 * CUT_MESSAGES) {
        await sleep(Math.max(0, cutAtMs + CUT_MS - performance.now()));
        road.mend();
      }
    }
    await say();
    await reached(() => [...listeners, ...readers, cut].every(({ told }) => told.length === sent));
    await Promise.all(nodes.map((node) => node.request("node.event", { event: "nothing" })));
    for (const node of nodes) collect(node, seen.get(node) ?? []);
    slow.socket.resume();
    await reached(() => slow.closed !== undefined);
    road.close();

    const all = Array.from({ length: sent }, (_, index) => index);
    for (const { told, seqs } of [...listeners, cut]) {
      expectEqual(told, all);
      expectEqual(breaks(seqs), []);
    }
    const { questions } = cut;
    for (const listener of listeners) expectEqual(listener.questions, questions);
    for (const { told, seqs, questions: heard } of readers) {
      expectEqual(told, all);
      expectEqual(heard, []);
      // What is missing is what is not for them, and nothing else.
      expectEqual(breaks([...seqs, ...questions].toSorted((a, b) => a - b)), []);
    }
    expect(questions.length).toBeGreaterThan(2 * Math.floor(CUT_MESSAGES / ASK_EVERY));
    for (const node of nodes) expectEqual(seen.get(node), all);
    expect(sent).toBeLessThan(MOST_MESSAGES);
    expect(slow.closed).toEqual({ code: 1008, reason: "slow consumer" });
    expect(breaks(slow.seqs)).toEqual([]);
  },
);

/** Takes what a node was told out of its frames. None of it may have a number. */
function collect(node: WireClient, told: number[]): void {
  for (const { event, payload, seq } of node.unread.splice(0)) {
    if (event !== "chat") continue;
    expectEqual(seq, undefined);
    const number = /#(\d+)#/.exec(JSON.stringify(payload).slice(0, 600))?.[1];
    if (number !== undefined) told.push(Number(number));
  }
}

async function reached(isReached: () => boolean): Promise<void> {
  while (!isReached()) await pauseAfterLook(performance.now(), 20);
}
