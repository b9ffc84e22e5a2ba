/** One message that came over HTTP and its answer. It is answered while somebody waits for it, and ended when nobody does. */
import { randomUUID } from "node:crypto";
import type { Attachment } from "../../../assistant/media/attachments.ts";
import type { CallerTool, Inbound, TurnResult } from "../../../base/store/session-store.ts";
import { refuseBlocked } from "../../methods/chat.ts";
import type { Addressee } from "./addressee.ts";
import { ApiError, refusalOf } from "./errors.ts";
import type { ApiPlace } from "./place.ts";
import { SpokenText } from "./spoken-text.ts";

/** What is asked. */
export interface ApiMessage extends Addressee {
  text: string;
  files: readonly Attachment[];
  /** What holds for the whole conversation, in the words of whoever asks. */
  instructions: string;
  /** What was said before, oldest first. */
  history: readonly { from: string; text: string }[];
  maxOutputTokens?: number | undefined;
  /** Which whoever asks carries out. */
  tools?: readonly CallerTool[];
}

/** Who listens. */
export interface Listener {
  signal: AbortSignal;
  /** Gets the answer piece by piece. */
  said?: (delta: string) => void;
}

/** Each request has one message that it waits for: a turn that takes longer than this has ended by itself. */
const LONGEST_RUN_MS = 86_400_000;
const RESTARTS = "The gateway restarts; ask again in a moment.";
const AGAIN_MS = 2_000;

/**
 * The answer. Fails with `ApiError` where there is none: 500 when the model failed or took too long, 503 when the gateway goes away or
 * takes no messages now. When `signal` is aborted the run ends at once, and the answer is one that nobody reads.
 */
export async function answerOf(
  place: ApiPlace,
  message: ApiMessage,
  { signal, said }: Listener,
): Promise<TurnResult> {
  const leave = await place.line.enter(message.sessionKey, signal);
  try {
    signal.throwIfAborted();
    const store = await place.assistant.store();
    const { sessionKey } = message;
    refuseBlocked(sessionKey, (await store.get(sessionKey))?.fields, place.config());
    return await runOf(place, message, { signal, ...(said && { said }) });
  } catch (error) {
    throw signal.aborted ? new ApiError(503, RESTARTS, "unavailable", AGAIN_MS) : refusalOf(error);
  } finally {
    leave();
  }
}

async function runOf(place: ApiPlace, message: ApiMessage, { signal, said }: Listener): Promise<TurnResult> {
  const { assistant, bus } = place;
  const { sessionKey } = message;
  const runId = randomUUID();
  const spoken = new SpokenText(runId, said ?? (() => {}));
  const end = () => void assistant.abort(sessionKey, runId, "rpc");
  const subscription = bus.subscribe((name, payload) => {
    if (signal.aborted) end();
    else spoken.hear(name, payload);
  });
  signal.addEventListener("abort", end);
  try {
    await assistant.accept(await inboundOf(place, message, runId));
    const run = await assistant.waitFor(runId, LONGEST_RUN_MS, signal);
    const result = run?.result;
    if (result === undefined) throw new ApiError(503, RESTARTS, "unavailable", AGAIN_MS);
    if (result.status === "error") throw new ApiError(500, result.text, "api_error");
    if (result.stopReason === "timeout") throw new ApiError(500, "The answer took too long.", "api_error");
    spoken.end(result.text);
    return result;
  } finally {
    if (signal.aborted) await assistant.abort(sessionKey, runId, "rpc");
    signal.removeEventListener("abort", end);
    subscription.dispose();
  }
}

async function inboundOf(
  { clock, assistant }: ApiPlace,
  message: ApiMessage,
  runId: string,
): Promise<Inbound> {
  const { agentId, sessionKey, text, files, history, instructions, maxOutputTokens, tools = [] } = message;
  const atMs = clock.now();
  const { media, parts } = await assistant.attach(files);
  const said = history.map(({ from, text: words }) => ({ atMs, from, text: words }));
  return {
    idempotency: { scope: "http", key: runId },
    runId,
    sessionKey,
    agentId,
    channel: "api",
    // Each request has an answer of its own, also beside others of one conversation.
    chat: runId,
    sender: "owner",
    authority: "owner",
    origin: "api",
    text,
    ...(media && { media }),
    ...((said.length > 0 || parts) && { parts: { ...parts, ...(said.length > 0 && { history: said }) } }),
    options: {
      ...(instructions !== "" && { instructions }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      ...(tools.length > 0 && { callerTools: tools }),
    },
  };
}
