/**
 * Replays recorded frames (test/fixtures/frames) against a gateway and says where the two differ. The recordings come from the
 * reference gateway; `<HOST>` and the like stand for what differs per machine, `…` and `$omitted` for what was cut out.
 */
import { readFileSync } from "node:fs";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { PresenceEntry } from "../../../shared/protocol/methods/presence.ts";
import type { FakeClock } from "../time/fake-clock.ts";
import { type Frame, openWire, type WireClient } from "./wire-client.ts";

/** One line of a recording. */
export interface RecordedLine {
  case: string;
  dir: "c2s" | "s2c";
  frame: Frame;
  note?: string;
}

/** What differed, by case; every case of the recording has an entry. */
export type Differences = Map<string, string[]>;

export interface Stage {
  port: number;
  clock: FakeClock;
  /** The replay puts the next nonce and device token here before the gateway asks for them. */
  next: { nonce: string; deviceToken: string };
  /** Headers of the upgrade by case, where the recording names none. */
  headers?: (name: string) => Record<string, string>;
  /** The connection of cases that begin after the handshake. */
  client?: WireClient;
  /** Called before a line is played, for what has to happen behind the gateway's back. */
  before?: (line: RecordedLine) => void;
}

/** The lines of `test/fixtures/frames/<name>.jsonl`. */
export function recording(name: string): RecordedLine[] {
  const file = new URL(`../../fixtures/frames/${name}.jsonl`, import.meta.url);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as RecordedLine);
}

/** The names of the cases in the order they begin. */
export function casesOf(lines: readonly RecordedLine[]): string[] {
  return [...new Set(lines.map((line) => line.case))];
}

/** Plays the client's part of the recording and compares the gateway's part with what was recorded. */
export async function replay(lines: readonly RecordedLine[], stage: Stage): Promise<Differences> {
  return await new Replay(lines, stage).run();
}

/** The observer's connection carries the cases that have none of their own. */
const OBSERVER = "handshake.device-observer";

class Replay {
  #lines: readonly RecordedLine[];
  #stage: Stage;
  #clients = new Map<string, WireClient>();
  #differences: Differences = new Map();
  /** Recorded id to ours, for ids the gateway invents. */
  #ids = new Map<string, string>();

  constructor(lines: readonly RecordedLine[], stage: Stage) {
    this.#lines = lines;
    this.#stage = stage;
    for (const name of casesOf(lines)) this.#differences.set(name, []);
  }

  async run(): Promise<Differences> {
    for (const [index, line] of this.#lines.entries()) {
      try {
        this.#stage.before?.(line);
        if (isChallenge(line)) await this.#open(line);
        else if (line.case === "upgrade.path /__clawdbot/ws") await this.#openCanvas(line);
        else if (line.dir === "c2s") this.#send(line, index);
        else await this.#expect(line);
      } catch (error) {
        this.#note(line, error instanceof Error ? error.message : String(error));
      }
      if (this.#isLast(index)) this.#noteUntold(line);
      if (line.case !== OBSERVER && this.#isLast(index)) await this.#clients.get(line.case)?.close();
    }
    await this.#clients.get(OBSERVER)?.close();
    return this.#differences;
  }

  #note({ case: name }: RecordedLine, text: string): void {
    this.#differences.get(name)?.push(text);
  }

  #isLast(index: number): boolean {
    const name = this.#lines[index]?.case;
    return !this.#lines.slice(index + 1).some((later) => later.case === name);
  }

  #clientOf(line: RecordedLine): WireClient {
    const client = this.#clients.get(line.case) ?? this.#clients.get(OBSERVER) ?? this.#stage.client;
    if (client === undefined) throw new Error(`${line.case} has no connection`);
    return client;
  }

  async #open(line: RecordedLine): Promise<void> {
    const recorded = record(line.frame.payload);
    this.#stage.clock.moveTo(Number(recorded.ts));
    this.#stage.next.nonce = String(recorded.nonce);
    await this.#clients.get(line.case)?.close();
    const [, path = "/"] = /^upgrade\.path (.*)$/.exec(line.case) ?? [];
    const headers = this.#stage.headers?.(line.case) ?? {};
    const client = await openWire(this.#stage.port, { path, headers });
    this.#clients.set(line.case, client);
    const challenge = await client.event("connect.challenge");
    this.#compare(line, { ...line.frame, payload: { ...recorded, ts: this.#stage.clock.now() } }, challenge);
  }

  /** The one upgrade that is recorded without a challenge. */
  async #openCanvas(line: RecordedLine): Promise<void> {
    const path = line.case.replace("upgrade.path ", "");
    await openWire(this.#stage.port, { path }).then(
      (client) => client.close(),
      (error) =>
        this.#note(line, String(error.message).replace(/^Unexpected server response:/, "refused with")),
    );
  }

  #send(line: RecordedLine, index: number): void {
    const client = this.#clientOf(line);
    const { frame, note } = line;
    this.#stage.next.deviceToken = tokenIssuedNext(this.#lines.slice(index), frame);
    let text = typeof frame.$comment === "string" ? OVERSIZE : String(frame.$raw ?? JSON.stringify(frame));
    for (const [recorded, ours] of this.#ids) text = text.replaceAll(recorded, ours);
    client.send(note?.includes("binary") ? Buffer.from(text) : text);
  }

  async #expect(line: RecordedLine): Promise<void> {
    const { frame } = line;
    const client = this.#clientOf(line);
    if (isRecord(frame.$close)) {
      // The only recorded close that no message caused is the handshake's deadline.
      if (line.case === "handshake.timeout") this.#stage.clock.advance(10_000);
      const close = await client.end();
      if (close.code !== frame.$close.code)
        this.#note(line, `close code ${close.code} instead of ${frame.$close.code}`);
      if (close.reason !== frame.$close.reason) this.#note(line, `close reason "${close.reason}"`);
    } else if (frame.type === "res") {
      this.#compare(line, frame, await client.response(frame.id));
    } else if (frame.event === "presence") {
      const wanted = presenceOf(frame).filter((entry) => entry.mode !== "gateway");
      const fits = (ours: Frame) =>
        ours.event === "presence" && wanted.every((entry) => isListed(entry, ours));
      this.#compare(line, frame, await client.next(`presence event with ${JSON.stringify(wanted)}`, fits));
    } else if (frame.event === "agent" || frame.event === "chat") {
      const what = `${frame.event} event like ${JSON.stringify(frame.payload).slice(0, 200)}`;
      this.#compare(line, frame, await client.next(what, (ours) => this.#isSameStep(frame, ours)));
    } else if (frame.type === "event") {
      this.#compare(line, frame, await client.event(String(frame.event)));
    }
  }

  #compare(line: RecordedLine, recorded: Frame, ours: Frame): void {
    this.#learnIds(recorded, ours);
    let known = JSON.stringify(recorded);
    for (const [theirs, own] of this.#ids) known = known.replaceAll(theirs, own);
    for (const difference of frameDifferences(JSON.parse(known), ours)) this.#note(line, difference);
  }

  /** How a text comes in pieces is a matter of time: any piece is like any other. */
  #isSameStep(recorded: Frame, ours: Frame): boolean {
    if (ours.event !== recorded.event) return false;
    const [wanted, got] = [record(recorded.payload), record(ours.payload)];
    const [step, other] = [wanted, got].map(({ stream, state, data }) =>
      JSON.stringify([stream, state, record(data).phase]),
    );
    return step === other && this.#isSameRun(String(wanted.runId), String(got.runId));
  }

  /** A run that was named by the gateway is the first one that nobody else named. */
  #isSameRun(recorded: string, ours: string): boolean {
    const given = this.#lines.map(({ frame }) => record(frame.params).idempotencyKey);
    const known = this.#ids.get(recorded) ?? (given.includes(recorded) ? recorded : undefined);
    if (known !== undefined) return known === ours;
    const isNamed = given.includes(ours) || [...this.#ids.values()].includes(ours);
    if (!isNamed) this.#ids.set(recorded, ours);
    return !isNamed;
  }

  /** Begins, ends and tools of the case's runs that the reference did not tell. */
  #noteUntold(line: RecordedLine): void {
    const runs = this.#lines.flatMap(({ case: name, frame }) => {
      const { runId } = record(frame.payload);
      return name === line.case && typeof runId === "string" ? [this.#ids.get(runId) ?? runId] : [];
    });
    const client = this.#clients.get(line.case) ?? this.#stage.client;
    for (const { event, payload } of client?.unread ?? []) {
      const { runId, stream, data } = record(payload);
      if (event === "agent" && runs.includes(String(runId)) && stream !== "assistant")
        this.#note(line, `in addition agent ${stream} ${record(data).phase}`);
    }
  }

  #learnIds(recorded: unknown, ours: unknown): void {
    if (!isRecord(recorded) || !isRecord(ours)) return;
    for (const [key, value] of Object.entries(recorded)) {
      const other = ours[key];
      if (INVENTED.includes(key) && typeof value === "string" && typeof other === "string")
        this.#ids.set(value, other);
      else this.#learnIds(value, other);
    }
  }
}

/** What the gateway makes up, and clients send back. */
const INVENTED = ["requestId", "hash", "jobId"];

const OVERSIZE = JSON.stringify({
  type: "req",
  id: "big",
  method: "health",
  params: { pad: "x".repeat(530_000) },
});

function isChallenge({ frame }: RecordedLine): boolean {
  return frame.event === "connect.challenge";
}

/** The secret that the recorded gateway made up while it handled this request, as a later line tells it. */
function tokenIssuedNext(lines: readonly RecordedLine[], request: Frame): string {
  for (const { frame } of lines) {
    const payload = record(frame.payload);
    const token = request.method === "device.token.rotate" ? payload.token : record(payload.auth).deviceToken;
    if (typeof token === "string") return token;
  }
  return "0".repeat(32);
}

/** Every difference that a client could notice. Times, ids, addresses and texts that name the machine may differ. */
export function frameDifferences(recorded: Frame, sent: Frame): string[] {
  const differences: string[] = [];
  const ours =
    recorded.error === undefined ? sent : { ...sent, error: asRecorded(recorded.error, sent.error) };
  const payload = record(recorded.payload);
  compareShape("", recorded, ours, differences);
  if (recorded.ok !== ours.ok) differences.push(`ok is ${ours.ok}`);
  if (recorded.error !== undefined) {
    const { message } = record(recorded.error);
    // Where the words are ours, the code alone is compared.
    const told = message === "…" ? { ...record(ours.error), message } : ours.error;
    const [expected, got] = [withoutIds(recorded.error), withoutIds(told)];
    if (expected !== got) differences.push(`error is ${got} instead of ${expected}`);
  }
  if (payload.type === "hello-ok") compareHello(payload, record(ours.payload), differences);
  for (const key of ACTED_ON) {
    if (!(key in payload)) continue;
    const [expected, got] = [payload[key], record(ours.payload)[key]].map((value) => JSON.stringify(value));
    if (expected !== got) differences.push(`payload.${key} is ${got} instead of ${expected}`);
  }
  for (const entry of presenceOf(recorded)) {
    if (entry.mode !== "gateway" && !isListed(entry, ours)) {
      differences.push(`presence lacks ${JSON.stringify(entry)}`);
    }
  }
  return differences;
}

/** Values of a payload that clients act on. */
const ACTED_ON = [
  ...["decision", "reason", "restartExpectedMs", "deviceId", "role", "scopes"],
  ...["state", "stream", "sessionKey", "stopReason", "aborted", "runIds"],
  ...["status", "key", "deleted", "compacted", "kept", "count", "defaultId", "mainKey", "scope"],
];

/** What our messages say besides. */
const IN_ADDITION: Readonly<Record<string, readonly string[]>> = {
  "payload.messages[]": ["id", "turnId", "state"],
  // The reference has half a usage where nothing was used.
  "payload.messages[].usage": ["cacheRead", "cacheWrite", "cost"],
  "payload.message.usage": ["cacheRead", "cacheWrite", "cost"],
};

/** Values of the welcome that clients act on. Of the token only its form: a recorded one cannot come again by chance. */
function compareHello(recorded: Frame, ours: Frame, differences: string[]): void {
  for (const key of ["protocol", "policy"]) {
    const [expected, got] = [JSON.stringify(recorded[key]), JSON.stringify(ours[key])];
    if (expected !== got) differences.push(`${key} is ${got} instead of ${expected}`);
  }
  const [expected, got] = [record(recorded.auth), record(ours.auth)];
  for (const key of ["deviceToken", "role", "scopes"]) {
    if (JSON.stringify(expected[key]) !== JSON.stringify(got[key])) {
      differences.push(
        `auth.${key} is ${JSON.stringify(got[key])} instead of ${JSON.stringify(expected[key])}`,
      );
    }
  }
}

/** Our error without what the reference does not say: details of ours, and when to try again. */
function asRecorded(recorded: unknown, ours: unknown): Frame {
  const { details, retryable: _retryable, retryAfterMs: _retryAfterMs, ...error } = record(ours);
  const known = record(record(recorded).details);
  const told = Object.entries(record(details)).filter(([name]) => name in known);
  return told.length === 0 ? error : { ...error, details: Object.fromEntries(told) };
}

function withoutIds(value: unknown): string {
  return JSON.stringify(value ?? null, (key, entry) => (key === "requestId" ? "<id>" : entry));
}

/** Same field names and types, all the way down. Lists compare element by shape; shortened parts are taken as they are. */
function compareShape(path: string, recorded: unknown, ours: unknown, differences: string[]): void {
  if (typeof recorded === "string" && recorded.startsWith("…")) return;
  if (kindOf(recorded) !== kindOf(ours)) {
    differences.push(`${path || "frame"} is ${kindOf(ours)} instead of ${kindOf(recorded)}`);
  } else if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (/presence$/.test(path) || (path === "payload" && isPresenceList(recorded)))
      comparePresence(path, ours, differences);
    else compareElements(path, recorded, ours, differences);
  } else if (isRecord(recorded) && isRecord(ours)) {
    const names = Array.isArray(recorded.$omitted) ? recorded.$omitted.map(String) : Object.keys(recorded);
    if (names.includes("…")) return;
    if (path === "payload.snapshot.health" && Object.keys(ours).length === 0) return; // Not measured yet.
    const missing = names.filter((name) => !(name in ours));
    const extra = Object.keys(ours).filter(
      (name) => !names.includes(name) && !IN_ADDITION[path]?.includes(name),
    );
    if (missing.length > 0) differences.push(`${path || "frame"} lacks ${missing.join(", ")}`);
    if (extra.length > 0) differences.push(`${path || "frame"} has ${extra.join(", ")} in addition`);
    if (recorded.$omitted !== undefined) return;
    for (const name of names) {
      if (name in ours)
        compareShape(path ? `${path}.${name}` : name, recorded[name], ours[name], differences);
    }
  }
}

function compareElements(path: string, recorded: unknown[], ours: unknown[], differences: string[]): void {
  const whole = recorded.filter((element) => typeof element !== "string" || !element.startsWith("…"));
  for (const element of whole.length === 0 ? [] : ours) {
    const attempts = whole.map((candidate) => {
      const found: string[] = [];
      compareShape(`${path}[]`, candidate, element, found);
      return found;
    });
    const [best = []] = attempts.sort((a, b) => a.length - b.length);
    differences.push(...best);
  }
}

function comparePresence(path: string, ours: unknown[], differences: string[]): void {
  for (const entry of ours) {
    const verdict = PresenceEntry.strict().safeParse(entry);
    if (!verdict.success) differences.push(`${path}: ${verdict.error.message}`);
  }
}

function isPresenceList(list: unknown[]): boolean {
  return isRecord(list[0]) && list[0].reason === "self";
}

/** The entries of a presence event, a presence answer or a welcome. */
function presenceOf(frame: Frame): Frame[] {
  const payload = frame.payload;
  const list = Array.isArray(payload)
    ? payload
    : (record(payload).presence ?? record(record(payload).snapshot).presence);
  return Array.isArray(list) && isPresenceList(list) ? list.filter(isRecord) : [];
}

/** Whether our list has this very entry, apart from its time. */
function isListed(entry: Frame, ours: Frame): boolean {
  return presenceOf(ours).some((other) => withoutTime(other) === withoutTime(entry));
}

function withoutTime({ ts: _ts, ...entry }: Frame): string {
  return JSON.stringify(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function record(value: unknown): Frame {
  return isRecord(value) ? value : {};
}
