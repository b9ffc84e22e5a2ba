/** One message to the assistant over a connection, and its answer printed as it comes. */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { CodedError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { neutralLine } from "../../shared/foreign-text.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, ours, type Remedy } from "../../shared/remedy.ts";
import { GrowingText } from "./chat/growing-text.ts";
import { Thoughts } from "./chat/thoughts.ts";
import { refuseTooLong } from "./message-size.ts";
import type { Output } from "./output.ts";

export interface Question {
  message: string;
  /** Asking again under the same one asks for the same answer. */
  runId: string;
  sessionKey: string;
  thinking?: string | undefined;
  /** Files, as the method has them. */
  attachments?: readonly object[] | undefined;
  /** Time limit for the answer, in seconds. */
  answerWithinS: number;
}

/** The gateway ends a run itself; this only waits for one that is gone, in ms. */
const GRACE_MS = 10_000;
/** As much of a command as is shown of a question. */
const COMMAND_CHARS = 400;

/**
 * Asks, prints the answer and returns what the gateway said in the end. `printed` is what stands of the answer already. Fails with
 * `MESSAGE_TOO_LONG`, and as `GatewayConnection.call` does.
 */
export async function ask(
  connection: GatewayConnection,
  question: Question,
  output: Output,
  printed = new GrowingText(),
): Promise<unknown> {
  const { message, runId, sessionKey, thinking, answerWithinS, attachments = [] } = question;
  const printer = new AnswerPrinter(runId, output, printed);
  const stopListening = connection.onEvent(({ event, payload }) => printer.take(event, payload));
  try {
    const params = {
      message,
      sessionKey,
      idempotencyKey: runId,
      timeout: answerWithinS,
      ...(thinking === undefined ? {} : { thinking }),
      ...(attachments.length === 0 ? {} : { attachments }),
    };
    refuseTooLong(params, connection);
    const answer = await connection.requestFinal("agent", params, answerWithinS * 1_000 + GRACE_MS);
    printer.end(answerText(answer));
    return answer;
  } finally {
    stopListening();
  }
}

/** The gateway went away, and the answer is still to come: whoever asks again under the same run id learns of it. */
export function isCutOff(error: unknown): error is CodedError {
  return (
    error instanceof CodedError && (error.code === "CONNECTION_LOST" || error.remoteCode === "RUN_UNFINISHED")
  );
}

/** Prints what the assistant says in one run as it says it, and at the end whatever was not seen. */
export class AnswerPrinter {
  readonly #runId: string;
  readonly #output: Output;
  readonly #printed: GrowingText;
  readonly #thoughts: Thoughts;
  /** Of a thought that nobody sees as it comes. */
  #thought = "";
  #isThinking = false;
  /** Questions that were told. */
  #asked = new Set<string>();

  constructor(runId: string, output: Output, printed = new GrowingText()) {
    this.#runId = runId;
    this.#output = output;
    this.#printed = printed;
    this.#thoughts = new Thoughts({
      thinking: (more) => this.#think(more),
      thoughtEnded: () => this.#endThought(),
    });
  }

  /** Of an event of any kind. */
  take(event: string, payload: unknown): void {
    if (event === "exec.approval.requested") this.#takeQuestion(payload);
    if (event !== "agent" || !isRecord(payload) || payload.runId !== this.#runId) return;
    const { stream, data } = payload;
    if (stream === "reasoning") this.#thoughts.take(data);
    else this.#thoughts.end();
    if (!isRecord(data)) return;
    if (stream === "assistant" && typeof data.text === "string") this.#print(data.text);
    if (stream === "lifecycle" && data.phase === "waiting" && typeof data.reason === "string")
      this.#aside(advice`${data.reason}`);
  }

  end(answer: string): void {
    this.#thoughts.end();
    this.#print(answer);
    this.#output.stream("\n");
  }

  /** What is to be done waits for the owner's word; whoever waits for the answer learns why it does not come. */
  #takeQuestion(payload: unknown): void {
    if (!isRecord(payload) || payload.runId !== this.#runId || !isRecord(payload.request)) return;
    const { id, request } = payload;
    // A gateway that was started anew tells it once more.
    if (typeof id !== "string" || this.#asked.has(id)) return;
    this.#asked.add(id);
    const of = neutralLine(id);
    this.#aside(advice`This waits for your approval: ${neutralLine(String(request.command), COMMAND_CHARS)}`);
    this.#output.note(advice`Answer: ${ours`approvals allow ${of}`} or ${ours`approvals deny ${of}`}`);
  }

  /** Whoever reads the answer through a pipe is not given thoughts with it. */
  #think(more: string): void {
    const { isTerminal, json } = this.#output;
    if (isTerminal && !json) this.#output.stream(this.#isThinking ? more : `${this.#beforeThought()}${more}`);
    else this.#thought += more;
    this.#isThinking = true;
  }

  #endThought(): void {
    const { isTerminal, json } = this.#output;
    if (isTerminal && !json) this.#output.stream("\n\n");
    else if (!json) this.#output.note(`${thoughtMark(this.#output)}${this.#thought}`);
    this.#thought = "";
    this.#isThinking = false;
  }

  #beforeThought(): string {
    return `${this.#printed.shown === "" ? "" : "\n\n"}${thoughtMark(this.#output)}`;
  }

  /** A line about the answer. */
  #aside(text: Remedy): void {
    startLine(this.#output, this.#printed);
    if (!this.#output.isTerminal && !this.#output.json && isWithinLine(this.#printed)) this.#output.note("");
    this.#output.note(text);
  }

  #print(text: string): void {
    const { more, isOther } = this.#printed.next(text);
    this.#output.stream(isOther ? `\n${more}` : more);
  }
}

/** What a person reads next begins a line of its own, whatever of an answer stands there; a program gets the answer alone. */
export function startLine(output: Output, printed: GrowingText): void {
  if (output.isTerminal && isWithinLine(printed)) output.stream("\n");
}

function isWithinLine({ shown }: GrowingText): boolean {
  return shown !== "" && !shown.endsWith("\n");
}

/** Stands before what is thought, so that nobody takes it for the answer. */
export function thoughtMark({ unicode }: Output): string {
  return unicode ? "💭 " : "(thinking) ";
}

/** Says where an answer is not whole, and returns the exit code. */
export function verdictOn(answer: unknown, output: Output): number {
  const cut = stopReasonOf(answer);
  if (cut === undefined) return EXIT.ok;
  if (cut === "length") {
    output.note(
      "The answer ends here because the model says no more at a time. Ask it to go on for the rest.",
    );
    return EXIT.ok;
  }
  output.note(
    cut === "timeout"
      ? "The answer did not end in time; --answer-within gives it longer."
      : "The answer was stopped before its end.",
  );
  return EXIT.failure;
}

/** Why the answer is not whole; undefined for one that is. */
function stopReasonOf(answer: unknown): string | undefined {
  const result = isRecord(answer) ? answer.result : undefined;
  const meta = isRecord(result) ? result.meta : undefined;
  const isCut = isRecord(meta) && (meta.aborted === true || meta.stopReason === "length");
  return isCut ? String(meta.stopReason) : undefined;
}

function answerText(answer: unknown): string {
  const result = isRecord(answer) ? answer.result : undefined;
  const payloads = isRecord(result) && Array.isArray(result.payloads) ? result.payloads : [];
  return payloads
    .flatMap((each) => (isRecord(each) && typeof each.text === "string" ? [each.text] : []))
    .join("\n\n");
}
