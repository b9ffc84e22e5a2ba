/** The parameters of `clawdbot gateway call`: typed, or read from a file or the standard input. */
import { createReadStream, statSync } from "node:fs";
import { boundsProblem } from "../../../shared/config/json5-tokens.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import { isRecord, WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import { utf8Of } from "../utf8.ts";

/** What the gateway would refuse anyway. */
const MOST_BYTES = WIRE_LIMITS.maxPayloadBytes;

/** `-` is the standard input, `@path` a file, anything else the parameters themselves. Fails with `USAGE`. */
export async function callParams(
  typed: string,
  input: AsyncIterable<unknown>,
): Promise<Record<string, unknown>> {
  if (typed === "-") return parsed(utf8Of(await readAll(input, advice`the standard input`)), "--params -");
  if (!typed.startsWith("@")) return parsed(typed, "--params");
  const path = typed.slice(1);
  if (path === "") throw refusal(advice`--params: @ needs the path of a file`);
  const text = isPipe(path) ? await textOfPipe(path) : textOf(path);
  return parsed(text, advice`--params ${quoted(typed)}`);
}

/** What a shell puts in the place of `<(command)`. */
function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

async function textOfPipe(path: string): Promise<string> {
  const bytes = await readAll(createReadStream(path), advice`${quoted(path)}`);
  return decoded(bytes, path);
}

function textOf(path: string): string {
  const file = readSmallFile(path, MOST_BYTES);
  if (file.state === "missing") throw refusal(advice`--params: there is no file ${quoted(path)}`);
  if (file.state === "unreadable")
    throw refusal(advice`--params: ${quoted(path)} cannot be read: ${whole(file.reason)}`);
  return decoded(file.bytes, path);
}

function decoded(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refusal(advice`--params: ${quoted(path)} is no UTF-8`, error);
  }
}

async function readAll(input: AsyncIterable<unknown>, place: Remedy): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of input) {
    const next = Buffer.from(piece as Uint8Array);
    bytes += next.length;
    if (bytes > MOST_BYTES)
      throw refusal(
        advice`--params: ${whole(place)} has more than the ${MOST_BYTES} bytes that a gateway takes`,
      );
    pieces.push(next);
  }
  return Buffer.concat(pieces);
}

/** JSON, or JSON5 for who types it by hand. `place` is where it was given. */
async function parsed(text: string, place: Remedy): Promise<Record<string, unknown>> {
  // What is nested deeper is no request, and written as JSON again it would fill the stack.
  const beyond = boundsProblem(text);
  if (beyond !== undefined) throw refusal(advice`${whole(place)}: it ${whole(beyond)}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { parseJson5 } = await import("../../../shared/node/config/parse-text.ts");
    const read = parseJson5(text);
    if ("issue" in read)
      throw refusal(advice`${whole(place)}: not JSON: ${whole(read.issue.message)}`, error);
    value = read.value;
  }
  if (isRecord(value)) return value;
  throw refusal(advice`${whole(place)}: expected a JSON object, got ${quoted(text)}`);
}

function refusal(sentence: Remedy, cause?: unknown): RequestError {
  return new RequestError("USAGE", sentence, { cause });
}
