/** `sessions_send`: says something in another conversation of the agent, and waits for its answer. */
import { errorText } from "../../../../shared/errors.ts";
import { loadPart } from "../../../../shared/node/part.ts";
import { placeOf, type Route } from "../../../base/store/route.ts";
import type { SessionRow, Turn } from "../../../base/store/session-store.ts";
import { textArgument, wholeArgument } from "../arguments.ts";
import { mayUseSessions, viewOfSessions } from "../session-view.ts";
import { type Tool, type ToolCall, type ToolPlace, textResult } from "../tool.ts";
import { post, SESSION_CHANNEL } from "./post.ts";

const USUAL_SECONDS = 30;
const MOST_SECONDS = 600;
const MOST_CHARS = 100_000;

export function sessionsSend(place: ToolPlace): Tool {
  const { talk } = place;
  return {
    name: "sessions_send",
    group: "sessions",
    description:
      "Say something in another conversation, such as to a sub-agent that has reported, and get its answer. What is said there by people is not shown to you. Some messages may go back and forth afterwards.",
    parameters: {
      type: "object",
      properties: {
        sessionKey: { type: "string", description: "Its key or name" },
        message: { type: "string" },
        timeoutSeconds: {
          type: "integer",
          minimum: 0,
          maximum: MOST_SECONDS,
          description: `How long to wait for the answer; 0 not at all, else ${USUAL_SECONDS}`,
        },
      },
      required: ["sessionKey", "message"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    readsForeign: true,
    isFor: mayUseSessions,
    async run(args, call) {
      const { turn, signal } = call;
      const target = await viewOfSessions(place, turn).find(textArgument(args, "sessionKey"));
      const text = textArgument(args, "message");
      const seconds = wholeArgument(args, "timeoutSeconds", MOST_SECONDS) ?? USUAL_SECONDS;
      if (target.key === turn.sessionKey) throw new Error("That is this conversation: just answer.");
      if (text.trim() === "") throw new Error("message is empty.");
      if (text.length > MOST_CHARS) throw new Error(`message has more than ${MOST_CHARS} characters.`);
      const runId = await post(place, {
        from: turn.sessionKey,
        to: target,
        authority: turn.authority,
        text,
        event: "The message is of the assistant itself, from another conversation. Answer it.",
      });
      if (seconds === 0) return textResult("It was said there; nobody waits for the answer.");
      const run = await talk.waitFor(runId, seconds * 1_000, signal);
      if (run?.result === undefined)
        return textResult(`No answer within ${seconds} s: look later with sessions_history ${target.key}.`);
      if (
        run.state === "done" &&
        run.result.status === "ok" &&
        run.result.text !== "" &&
        mayGoOn(turn, target)
      )
        await begin(place, call, { target, asked: text, answer: run.result.text });
      return textResult(run.result.text || "(it answered nothing)", run.result.status === "error");
    },
  };
}

/** Not where the message itself came of such an exchange, which would have no end; and a sub-agent has done its task. */
function mayGoOn({ principal }: Turn, { fields }: SessionRow): boolean {
  return !principal.startsWith(`${SESSION_CHANNEL}:`) && fields.spawnedBy === undefined;
}

/** Nobody waits for the rest of it. */
async function begin(
  place: ToolPlace,
  call: ToolCall,
  about: { target: SessionRow; asked: string; answer: string },
): Promise<void> {
  const { goOn } = await loadPart(() => import("./exchange.ts"));
  const route = await announceRoute(place, call, about.target);
  void goOn(place, { ...about, turn: call.turn, route }).catch((error: unknown) =>
    place.log.warn(
      { sessionKey: about.target.key, reason: errorText(error) },
      "an exchange between conversations broke off",
    ),
  );
}

/** The chat of the conversation where its people may be told without the owner's word, as `message` would. */
async function announceRoute(
  { messages }: ToolPlace,
  { turn, taintedBy }: ToolCall,
  { fields }: SessionRow,
): Promise<Route | undefined> {
  const route = chatOf(fields);
  if (messages === undefined || route === undefined) return undefined;
  const owner = await messages.ownerRoute();
  // Whatever the thread.
  if (owner !== undefined && placeOf({ ...owner, thread: undefined }) === placeOf(route)) return route;
  const isFree = turn.authority === "owner" && taintedBy === undefined && (await messages.isListed(route));
  return isFree ? route : undefined;
}

function chatOf({ lastChannel, lastAccountId, lastTo, chatType }: SessionRow["fields"]): Route | undefined {
  const kind = chatType === "direct" ? "dm" : chatType;
  if (kind !== "dm" && kind !== "group" && kind !== "channel") return undefined;
  if (typeof lastChannel !== "string" || typeof lastAccountId !== "string" || typeof lastTo !== "string")
    return undefined;
  return { channel: lastChannel, account: lastAccountId, chat: { kind, id: lastTo } };
}
