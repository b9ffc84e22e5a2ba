/** A chat without the means of a terminal: a message per line that comes in, its answer printed below, one after the other. */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { type BackoffPolicy, backoffDelay } from "../../../shared/client/backoff.ts";
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { type Clock, sleep } from "../../../shared/clock.ts";
import { AuthError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { ask, isCutOff, type Question, startLine, verdictOn } from "../ask.ts";
import type { Output } from "../output.ts";
import { utf8Of } from "../utf8.ts";
import { GrowingText } from "./growing-text.ts";

export interface LinesPlace {
  input: NodeJS.ReadableStream;
  output: Output;
  open: () => Promise<GatewayConnection>;
  sessionKeyFor: (connection: GatewayConnection) => Promise<string>;
  /** Stands before what somebody types; "" where nobody does. */
  prompt: string;
  thinking: string | undefined;
  answerWithinS: number;
  clock: Clock;
}

const BACKOFF: BackoffPolicy = { firstMs: 250, capMs: 3_000, jitter: 0.2 };

/**
 * Answers until the input ends or says `/exit`. Returns 0 when every message was answered whole, else the code for a failure. Fails as
 * `connectTo` does before the first line.
 */
export async function chatInLines(place: LinesPlace): Promise<number> {
  const { input, output, open, prompt } = place;
  let connection = await output.during("Asking the gateway", open());
  try {
    const sessionKey = await place.sessionKeyFor(connection);
    let code: number = EXIT.ok;
    output.stream(prompt);
    for await (const bytes of messagesIn(input)) {
      const message = textOf(bytes, output);
      if (message === undefined) {
        code = EXIT.failure;
        continue;
      }
      if (message.trim() === "/exit" || message.trim() === "/quit") break;
      if (message.trim() !== "") {
        const { thinking, answerWithinS } = place;
        const question = { message, runId: randomUUID(), sessionKey, thinking, answerWithinS };
        const answered = await answer(question, connection, place);
        connection = answered.connection;
        code = Math.max(code, answered.code);
      }
      output.stream(prompt);
    }
    if (prompt !== "") output.stream("\n");
    return code;
  } finally {
    connection.close();
  }
}

/** What a message has as text; what is none is told. */
function textOf(bytes: string, output: Output): string | undefined {
  try {
    return utf8Of(Buffer.from(bytes, "latin1"));
  } catch (error) {
    output.note(output.told(error));
    return undefined;
  }
}

/** The bytes of lines, of which one that ends with a backslash goes on in the next. */
async function* messagesIn(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  let begun = "";
  // Byte by byte, as only the whole line says whether it is text.
  input.setEncoding("latin1");
  for await (const line of createInterface({ input, terminal: false })) {
    if (line.endsWith("\\")) {
      begun += `${line.slice(0, -1)}\n`;
      continue;
    }
    yield begun + line;
    begun = "";
  }
  if (begun !== "") yield begun;
}

/** Asks until there is an answer: after a loss the same question is asked again, and the gateway answers it once. */
async function answer(
  question: Question,
  first: GatewayConnection,
  { output, open, clock }: LinesPlace,
): Promise<{ connection: GatewayConnection; code: number }> {
  const printed = new GrowingText();
  let connection = first;
  for (;;) {
    try {
      const said = await ask(connection, question, output, printed);
      return { connection, code: verdictOn(said, output) };
    } catch (error) {
      startLine(output, printed);
      if (!isCutOff(error)) {
        output.note(output.told(error));
        return { connection, code: EXIT.failure };
      }
      output.note("The connection is lost; the chat goes on when the gateway is back.");
      connection = await again(open, clock);
    }
  }
}

/** Fails with what keeps us out. */
async function again(open: () => Promise<GatewayConnection>, clock: Clock): Promise<GatewayConnection> {
  for (let attempt = 1; ; attempt += 1) {
    await sleep(clock, backoffDelay(BACKOFF, attempt, Math.random));
    try {
      return await open();
    } catch (error) {
      if (error instanceof AuthError) throw error;
    }
  }
}
