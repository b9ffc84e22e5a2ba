/** What two conversations say to each other after the first answer, and what the people of the other one are told of it in the end. */
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { Route } from "../../../base/store/route.ts";
import type { SessionRow, Turn } from "../../../base/store/session-store.ts";
import type { ToolPlace } from "../tool.ts";
import { type Post, post } from "./post.ts";

export interface Exchange {
  turn: Turn;
  target: SessionRow;
  /** What was asked there first, and what was answered. */
  asked: string;
  answer: string;
  /** The chat of the other conversation, where its people may be told; undefined where they may not. */
  route: Route | undefined;
}

type ExchangePlace = Pick<ToolPlace, "clock" | "config" | "talk">;

/** One answer may wait behind others of its conversation. */
const MOST_WAIT_MS = 600_000;
/** Of what was said before, in the last question. */
const MOST_TOLD_CHARS = 4_000;

/** Goes on until one of them has nothing to add, or the limit of the configuration is reached. It is given up where a run fails or is stopped. */
export async function goOn(
  place: ExchangePlace,
  { turn, target, asked, answer, route }: Exchange,
): Promise<void> {
  const most = mostTurns(place);
  const own = { key: turn.sessionKey, agentId: turn.agentId, name: turn.options.sessionName };
  let last = answer;
  for (let count = 1; count <= most; count += 1) {
    const [from, to] = count % 2 === 1 ? [target, own] : [own, target];
    const event = `The message is of the assistant itself, from another conversation; it is number ${count} of at most ${most} that go back and forth. Your reply goes there and to nobody else. If nothing is left to be said, reply with REPLY_SKIP and nothing else.`;
    const said = await answerTo(place, { from: from.key, to, authority: turn.authority, text: last, event });
    if (said === undefined) return;
    if (isNothing(said)) break;
    last = said;
  }
  if (route === undefined) return;
  await post(place, {
    from: turn.sessionKey,
    to: target,
    authority: turn.authority,
    text: `Asked: ${asked.slice(0, MOST_TOLD_CHARS)}\n\nFirst answer: ${answer.slice(0, MOST_TOLD_CHARS)}\n\nSaid last: ${last.slice(0, MOST_TOLD_CHARS)}`,
    event:
      "The exchange with another conversation of the assistant is over. Your reply goes to whoever this conversation is with: tell them what came of it, if they should know. If not, reply with ANNOUNCE_SKIP and nothing else.",
    route,
  });
}

/** How many messages may go back and forth after the first answer. */
export function mostTurns({ config }: Pick<ToolPlace, "config">): number {
  return (
    config().session?.agentToAgent?.maxPingPongTurns ?? DEFAULTS["session.agentToAgent.maxPingPongTurns"]
  );
}

/** Undefined where none comes. */
async function answerTo(place: ExchangePlace, message: Post): Promise<string | undefined> {
  const runId = await post(place, message);
  const run = await place.talk.waitFor(runId, MOST_WAIT_MS, new AbortController().signal);
  return run?.state === "done" && run.result?.status === "ok" ? run.result.text : undefined;
}

/** Whether the answer ends the exchange, however the word is dressed. */
function isNothing(text: string): boolean {
  return /^[\s*_~`]*(?:REPLY_SKIP|NO_REPLY)?[\s*_~`.]*$/i.test(text);
}
