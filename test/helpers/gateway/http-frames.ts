/**
 * Replays recorded HTTP exchanges (test/fixtures/frames) against a gateway and says where the two differ: status, kind and content of
 * the answer. Ids, times and counts of tokens differ by nature; how a streamed text comes in pieces is a matter of time.
 */
import { isRecord } from "../../../shared/protocol/frame.ts";
import { type Differences, frameDifferences, type RecordedLine } from "./frames.ts";

interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

interface RecordedResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Sends each recorded request in turn; every case of the recording has an entry. */
export async function replayHttp(lines: readonly RecordedLine[], port: number): Promise<Differences> {
  const differences: Differences = new Map(lines.map((line) => [line.case, []]));
  for (const [index, { case: name, dir, frame }] of lines.entries()) {
    const answer = lines[index + 1]?.frame.$http;
    if (dir !== "c2s" || !isRecord(answer)) continue;
    const asked = frame.$http as RecordedRequest;
    const found = await exchange(asked, answer as unknown as RecordedResponse, port);
    differences.get(name)?.push(...found.map((text) => `${asked.method} ${asked.path}: ${text}`));
  }
  return differences;
}

async function exchange(
  { method, path, headers, body }: RecordedRequest,
  recorded: RecordedResponse,
  port: number,
): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (response.status !== recorded.status)
    return [`status ${response.status} instead of ${recorded.status}: ${text.slice(0, 200)}`];
  const kind = recorded.headers["content-type"] ?? "";
  const ours = response.headers.get("content-type");
  if (ours !== kind) return [`content-type ${ours} instead of ${kind}`];
  if (kind.startsWith("application/json"))
    return bodyDifferences(JSON.parse(recorded.body), JSON.parse(text));
  if (kind.startsWith("text/event-stream")) return streamDifferences(recorded.body, text);
  // Of a page only what programs read in it.
  const told = kind.startsWith("text/html") ? (/<script>.*?<\/script>/.exec(text)?.[0] ?? "no script") : text;
  return told === recorded.body ? [] : [`body ${JSON.stringify(told.slice(0, 200))}`];
}

function bodyDifferences(recorded: unknown, ours: unknown): string[] {
  const [expected, got] = [recorded, ours].map(comparable);
  // An error that is a sentence is no error of a frame.
  const isSentence = typeof record(expected).error === "string";
  const shape = isSentence ? [] : frameDifferences(record(expected), record(got));
  if (shape.length > 0) return shape;
  const [wanted, told] = [expected, got].map((value) => JSON.stringify(sorted(value)));
  return wanted === told ? [] : [`${told} instead of ${wanted}`];
}

/** Events by kind in their order, with the pieces of a text put together. */
function streamDifferences(recorded: string, ours: string): string[] {
  const [expected, got] = [recorded, ours].map(eventsOf);
  const differences: string[] = [];
  for (let index = 0; index < Math.max(expected?.length ?? 0, got?.length ?? 0); index += 1) {
    const [wanted, told] = [expected?.[index], got?.[index]].map((event) => JSON.stringify(event));
    if (wanted !== told) differences.push(`event ${index} is ${told} instead of ${wanted}`);
  }
  return differences;
}

function eventsOf(text: string): unknown[] {
  const events: { name: string | undefined; data: unknown; piece: string | undefined }[] = [];
  for (const block of text.split("\n\n").filter((each) => each.trim() !== "")) {
    const name = /^event: (.*)$/m.exec(block)?.[1];
    const raw = /^data: (.*)$/m.exec(block)?.[1] ?? block;
    const data: unknown = raw.startsWith("{") ? JSON.parse(raw) : raw;
    const piece = pieceIn(data);
    const last = events.at(-1);
    if (piece !== undefined && last?.piece !== undefined) last.piece += piece;
    else events.push({ name, data, piece });
  }
  return events.map(({ name, data, piece }) => {
    const shown = sorted(comparable(data));
    return piece === undefined ? { name, data: shown } : { name, piece };
  });
}

/** Of a chunk of either endpoint. */
function pieceIn(data: unknown): string | undefined {
  const { delta, choices } = record(data);
  if (typeof delta === "string") return delta;
  const [choice] = Array.isArray(choices) ? choices : [];
  const { content } = record(record(choice).delta);
  return typeof content === "string" ? content : undefined;
}

/** What our answers say besides, as the clients of OpenAI expect it. */
const IN_ADDITION = ["annotations"];

/** Without what differs from answer to answer. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "string")
    return value.replace(/\b(chatcmpl|resp|msg|call)_[0-9a-f-]{36}\b/g, "$1_<id>");
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !IN_ADDITION.includes(key))
      .map(([key, inner]) => [key, /^created|_tokens$|^runId$/.test(key) ? 0 : comparable(inner)]),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
