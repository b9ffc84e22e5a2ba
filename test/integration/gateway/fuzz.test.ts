import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { ContractCheck } from "../../helpers/gateway/contract-check.ts";
import { FuzzFrames } from "../../helpers/gateway/fuzz-frames.ts";
import { codeOf, test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, openWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { randomFrom, repetitions, SOAK, seedFor } from "../../helpers/run/soak.ts";
import { CALLERS } from "../../reference/access.ts";

const FRAMES = repetitions({ short: 3_000, full: 100_000 });
/** As many are on their way at once. */
const BATCH = 60;
/** Of a program that broke its own rules. */
const OURS = ["INTERNAL", "INVARIANT"];

/** A client that is replaced when the gateway has had enough of it, and what came back to it. */
class Sender {
  #port: number;
  #caller: (typeof CALLERS)[keyof typeof CALLERS];
  #client: WireClient | undefined;
  #check = new ContractCheck();
  readonly breaches: string[] = [];
  answers = 0;
  replaced = -1;

  constructor(port: number, caller: (typeof CALLERS)[keyof typeof CALLERS]) {
    this.#port = port;
    this.#caller = caller;
  }

  async send(frames: readonly (string | Buffer)[]): Promise<void> {
    const client = await this.#connected();
    for (const frame of frames) {
      this.#check.sent(String(frame));
      client.socket.send(frame);
    }
    // Whatever came before it has been looked at when this is answered.
    const last = `barrier-${this.answers}-${this.replaced}`;
    client.socket.send(JSON.stringify({ type: "req", id: last, method: "health", params: {} }));
    await Promise.race([client.next("the barrier", ({ id }) => id === last), client.closed]);
    for (const frame of client.unread.splice(0)) this.#judge(frame);
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  #judge(frame: Frame): void {
    if (frame.type === "res") this.answers += 1;
    const breach = this.#check.breachIn(frame);
    if (breach !== undefined) this.breaches.push(breach);
    const code = codeOf(frame);
    if (OURS.includes(String(code))) this.breaches.push(JSON.stringify(frame.error).slice(0, 500));
  }

  async #connected(): Promise<WireClient> {
    if (this.#client?.socket.readyState === 1) return this.#client;
    const { role, scopes } = this.#caller;
    const { client } = await connectWire(this.#port, { role, scopes: [...scopes] });
    this.#client = client;
    this.#check = new ContractCheck();
    this.replaced += 1;
    return client;
  }
}

test("whatever is sent is answered by valid frames, and the gateway goes on", SOAK, async ({ start }) => {
  test.setTimeout(30 * 60_000);
  const server = await start();
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on("unhandledRejection", note);
  const frames = new FuzzFrames(randomFrom(seedFor(`${FRAMES} frames`)));
  const { client } = await connectWire(server.port, { scopes: ["operator.admin"] });
  for (const key of ["main", "agent:main:fuzz", "agent:main:other"])
    await client.request("chat.send", { sessionKey: key, message: "hello", idempotencyKey: key });
  const senders = [CALLERS.admin, CALLERS.write, CALLERS.none, CALLERS.node].map(
    (caller) => new Sender(server.port, caller),
  );

  for (let sent = 0; sent < FRAMES; sent += BATCH) {
    const sender = senders[(sent / BATCH) % senders.length];
    await sender?.send(Array.from({ length: BATCH }, () => frames.next()));
    client.unread.length = 0;
    // The first message of a connection is looked at by other rooms.
    if ((sent / BATCH) % 10 === 0) await knock(server.port, frames.next());
  }

  const health = await client.request("health", {});
  const { payload } = await client.request("sessions.list", { limit: 5 });
  await Promise.all(senders.map((sender) => sender.close()));
  process.off("unhandledRejection", note);
  expect(senders.flatMap(({ breaches }) => breaches)).toEqual([]);
  expect(rejections).toEqual([]);
  expect(health.ok).toBe(true);
  expect(isRecord(payload) && payload.count).toBeGreaterThan(0);
  expect(senders.reduce((sum, { answers }) => sum + answers, 0)).toBeGreaterThan(FRAMES / 3);
});

/** One frame in the place of the handshake. */
async function knock(port: number, frame: string | Buffer): Promise<void> {
  const client = await openWire(port);
  client.socket.send(frame);
  client.socket.send("{}");
  await client.closed;
}
