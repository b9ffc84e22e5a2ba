/** `clawdbot agent`: one message, and its answer as it comes. */
import { randomUUID } from "node:crypto";
import { text as readAll } from "node:stream/consumers";
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { RequestError, UnavailableError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { neutralText } from "../../shared/foreign-text.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, ours } from "../../shared/remedy.ts";
import { connectTo } from "./connect.ts";
import type { agent } from "./definitions/agent.ts";
import type { Invocation } from "./invocation.ts";
import { resolveTarget } from "./target.ts";

export async function run({ values, context, output }: Invocation<typeof agent>): Promise<number> {
  const message = await messageOf(values.message);
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    refuseOther(connection);
    const runId = randomUUID();
    const printer = new AnswerPrinter(runId, (text) => output.stream(text));
    const stopListening = connection.onEvent(({ event, payload }) => {
      if (event === "agent" && isRecord(payload)) printer.take(payload);
    });
    const limitMs = values["answer-within"] * 1_000;
    const params = {
      message,
      sessionKey: values.session ?? connection.hello.snapshot.sessionDefaults?.mainSessionKey ?? "main",
      idempotencyKey: runId,
      timeout: values["answer-within"],
    };
    const answer = await connection.requestFinal("agent", params, limitMs + GRACE_MS);
    stopListening();
    output.stream(printer.rest(answerText(answer)));
    output.document(answer);
    const cut = stopReasonOf(answer);
    if (cut === undefined) return EXIT.ok;
    output.note(
      cut === "timeout"
        ? "The answer did not end in time; --answer-within gives it longer."
        : "The answer was stopped before its end.",
    );
    return EXIT.failure;
  } finally {
    connection.close();
  }
}

/** The gateway ends a run itself; this only waits for one that is gone. */
const GRACE_MS = 10_000;

async function messageOf(given: string | undefined): Promise<string> {
  if (given === undefined)
    throw new RequestError("USAGE", "--message says what to send; - reads it from the standard input");
  const message = given === "-" ? await readAll(process.stdin) : given;
  if (message.trim() !== "") return message;
  throw new RequestError("USAGE", "--message: there is nothing to send");
}

/** Another gateway of the protocol, or an older one of ours, may have nobody at home. */
function refuseOther({ hello }: GatewayConnection): void {
  if (hello.features.methods.includes("agent")) return;
  throw new UnavailableError(
    "METHOD_UNKNOWN",
    advice`The gateway (version ${hello.server.version}) has no assistant; restart it with this version: ${ours`gateway restart`}`,
  );
}

/** Prints what the assistant says as it says it, and at the end whatever was not seen. */
class AnswerPrinter {
  #runId: string;
  #print: (text: string) => void;
  #printed = "";

  constructor(runId: string, print: (text: string) => void) {
    this.#runId = runId;
    this.#print = print;
  }

  take({ runId, stream, data }: Record<string, unknown>): void {
    if (runId !== this.#runId || stream !== "assistant" || !isRecord(data)) return;
    if (typeof data.text === "string") this.#print(this.#new(data.text));
  }

  /** What is left of the answer, and the end of its line. */
  rest(answer: string): string {
    return `${this.#new(answer)}\n`;
  }

  /** The end of the text that was not printed yet; a text that begins otherwise is another one. */
  #new(text: string): string {
    const shown = neutralText(text);
    const isMore = shown.startsWith(this.#printed);
    const more = isMore ? shown.slice(this.#printed.length) : `\n${shown}`;
    this.#printed = shown;
    return more;
  }
}

/** Why the answer is not whole; undefined for one that is. */
function stopReasonOf(answer: unknown): string | undefined {
  const result = isRecord(answer) ? answer.result : undefined;
  const meta = isRecord(result) ? result.meta : undefined;
  return isRecord(meta) && meta.aborted === true ? String(meta.stopReason) : undefined;
}

function answerText(answer: unknown): string {
  const result = isRecord(answer) ? answer.result : undefined;
  const payloads = isRecord(result) && Array.isArray(result.payloads) ? result.payloads : [];
  return payloads
    .flatMap((each) => (isRecord(each) && typeof each.text === "string" ? [each.text] : []))
    .join("\n\n");
}
