/**
 * What a hostile client costs everybody else: how much longer a welcome takes beside ten megabytes of presence, what a refused frame
 * costs beyond reading it, and how much of the log a flood of refused connects fills.
 */

import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { WebSocket } from "ws";
import { gatewayMethods } from "../../shared/protocol/index.ts";
import { judge } from "../../sidecar/gateway/connection/handshake.ts";
import type { Call, Method } from "../../sidecar/gateway/rpc/implement.ts";
import { readRequestFrame } from "../../sidecar/gateway/rpc/request-frame.ts";
import { Router } from "../../sidecar/gateway/rpc/router.ts";
import { isAnswer, openPeer, requestText } from "./client.ts";
import { type Figure, median } from "./figure.ts";
import { gatewayProgram, type Program, type RunningServer, startServer } from "./server.ts";

const WELCOMES = 600;
const REPORTS = 199;
const REFUSED = 250;
const CONNECT_BYTES = 65_000;
const FRAME_BYTES = 492_000;
const ROUNDS = 60;

export async function measureHostile(launcher: string): Promise<Figure[]> {
  const [calm, crowded] = [gatewayProgram(launcher), gatewayProgram(launcher)];
  const servers = [await startServer(calm), await startServer(crowded)] as const;
  try {
    const sentBytes = await fillPresence(crowded, servers[1]);
    const [before, after] = await welcomeTimes([calm, crowded], servers);
    await floodWithRefused(servers[0]);
    return [
      {
        name: "welcome: added by hostile presence",
        unit: "ms",
        ours: after - before,
        limit: 1,
        note: `${(sentBytes / 1e6).toFixed(0)} MB sent; ${before.toFixed(2)} ms without, ${after.toFixed(2)} ms with it`,
      },
      ...refusalFigures(),
      {
        name: "log of refused connects",
        unit: "KB",
        ours: logBytes(calm) / 1_024,
        limit: 300,
        note: `${REFUSED} connects of ${CONNECT_BYTES / 1_000} KB`,
      },
    ];
  } finally {
    for (const server of servers) await server.stop();
    for (const { home } of [calm, crowded]) home.dispose();
  }
}

/** From the socket's opening to the welcome at each server in turns, in the middle. */
async function welcomeTimes(
  programs: readonly [Program, Program],
  servers: readonly [RunningServer, RunningServer],
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < WELCOMES; round += 1) {
    for (const index of [0, 1] as const) {
      const startedAt = performance.now();
      const peer = await openPeer(programs[index], servers[index].port);
      times[index].push(performance.now() - startedAt);
      await peer.close();
    }
  }
  return [median(times[0]), median(times[1])];
}

/** Reports with every text as long as it may be; returns how many bytes that took. */
async function fillPresence(program: Program, { port }: RunningServer): Promise<number> {
  const peer = await openPeer(program, port);
  const lists = { tags: texts(3), roles: texts(2), scopes: texts(2) };
  let sentBytes = 0;
  for (let index = 0; index < REPORTS; index += 1) {
    const facts = { host: text(), ip: text(), mode: text(), version: text(), platform: text() };
    const report = { instanceId: `i${index}`, text: text(), ...facts, ...lists };
    const request = requestText(index, "system-event", report);
    const answered = new Promise<string>((resolve) =>
      peer.onMessage((data) => isAnswer(data) && resolve(String(data))),
    );
    peer.send(request);
    if (!(await answered).includes('"ok":true')) throw new Error(`report refused: ${await answered}`);
    sentBytes += Buffer.byteLength(request);
  }
  await peer.close();
  return sentBytes;
}

function text(): string {
  return "ü日".repeat(900);
}

function texts(count: number): string[] {
  return Array.from({ length: count }, text);
}

async function floodWithRefused({ port }: RunningServer): Promise<void> {
  const message = hostileConnect();
  for (let index = 0; index < REFUSED; index += 1) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    await once(socket, "open");
    socket.send(message);
    await once(socket, "close");
  }
}

function logBytes({ home }: Program): number {
  return readdirSync(home.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.includes(".log"))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** The frames of an attacker, and how the gateway comes to its refusal. */
function refusalFigures(): Figure[] {
  return Object.entries({
    "connect with unknown keys": [hostileConnect(), (frame: string) => void JSON.stringify(judge(frame))],
    "frame with unknown keys": [requestWith({ ...unknownKeys(FRAME_BYTES) }), refuse],
    "frame with a long list": [
      requestWith({ deviceId: "d", role: "operator", scopes: Array(120_000).fill(1) }),
      refuse,
    ],
    "frame with many values": [
      requestWith({ deviceId: "d", role: "operator", scopes: Array(3_000).fill(1) }),
      refuse,
    ],
    "frame with keys of its own": [
      JSON.stringify({ type: "req", id: "1", method: "logs.tail", ...unknownKeys(FRAME_BYTES) }),
      refuse,
    ],
  } as const).map(([name, [frame, perform]]) => {
    const ours = beyondParsing(frame, perform);
    return { name: `refused ${name}`, unit: "ms", ours, limit: 0.5, note: "beyond its JSON.parse" };
  });
}

/** Everything but the reading itself, whose time varies more than the rest takes. */
function beyondParsing(frame: string, perform: (frame: string) => void): number {
  const parse = JSON.parse;
  let parsingMs = 0;
  JSON.parse = (text: string) => {
    const startedAt = performance.now();
    try {
      return parse(text);
    } finally {
      parsingMs += performance.now() - startedAt;
    }
  };
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    parsingMs = 0;
    const startedAt = performance.now();
    perform(frame);
    times.push(performance.now() - startedAt - parsingMs);
  }
  JSON.parse = parse;
  return median(times);
}

const METHODS: Method[] = Object.entries(gatewayMethods).map(([name, contract]) => ({
  name,
  contract,
  handle: () => undefined,
}));
const ROUTER = new Router(METHODS);
const CALL: Call = {
  connId: "c",
  identity: { role: "operator", scopes: ["operator.admin"], proof: "secret" },
  signal: new AbortController().signal,
  acknowledge: () => {},
  log: pino({ level: "silent" }),
};

/** The answer is made in the same turn, up to its text. */
function refuse(frame: string): void {
  const verdict = readRequestFrame(frame);
  if (verdict.kind === "request")
    void ROUTER.handle(verdict.frame, CALL).then((answer) => JSON.stringify(answer));
  else JSON.stringify(verdict);
}

function hostileConnect(): string {
  return JSON.stringify({ type: "req", id: "1", method: "connect", params: unknownKeys(CONNECT_BYTES) });
}

function requestWith(params: object): string {
  return JSON.stringify({ type: "req", id: "1", method: "device.token.rotate", params });
}

function unknownKeys(bytes: number): Record<string, number> {
  const keys: Record<string, number> = {};
  for (let size = 60, index = 0; size < bytes - 20; index += 1) {
    keys[`k${index}`] = 1;
    size += `"k${index}":1,`.length;
  }
  return keys;
}
