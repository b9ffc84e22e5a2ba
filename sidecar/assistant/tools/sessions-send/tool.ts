/** `sessions_send`: says something in another conversation of the agent, and waits for its answer. */
import { randomUUID } from "node:crypto";
import { textArgument, wholeArgument } from "../arguments.ts";
import { mayUseSessions, viewOfSessions } from "../session-view.ts";
import { type Tool, type ToolPlace, textResult } from "../tool.ts";

const USUAL_SECONDS = 30;
const MOST_SECONDS = 600;
const MOST_CHARS = 100_000;

export function sessionsSend(place: ToolPlace): Tool {
  const { clock, talk } = place;
  return {
    name: "sessions_send",
    group: "sessions",
    description:
      "Say something in another conversation, such as to a sub-agent that has reported, and get its answer. What is said there by people is not shown to you; the answer goes to you alone.",
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
    async run(args, { turn, signal }) {
      const target = await viewOfSessions(place, turn).find(textArgument(args, "sessionKey"));
      const text = textArgument(args, "message");
      const seconds = wholeArgument(args, "timeoutSeconds", MOST_SECONDS) ?? USUAL_SECONDS;
      if (target.key === turn.sessionKey) throw new Error("That is this conversation: just answer.");
      if (text.trim() === "") throw new Error("message is empty.");
      if (text.length > MOST_CHARS) throw new Error(`message has more than ${MOST_CHARS} characters.`);
      const runId = randomUUID();
      await talk.accept({
        idempotency: { scope: "sessions_send", key: runId },
        runId,
        sessionKey: target.key,
        agentId: target.agentId,
        channel: "session",
        sender: turn.sessionKey,
        authority: turn.authority,
        origin: "report",
        text,
        parts: {
          atMs: clock.now(),
          channel: "session",
          sender: { id: turn.sessionKey, authority: "guest" },
          events: [
            {
              atMs: clock.now(),
              text: "The message is of the assistant itself, from another conversation. Answer it.",
            },
          ],
          text,
          isForeign: true,
        },
        options: {},
      });
      if (seconds === 0) return textResult("It was said there; nobody waits for the answer.");
      const run = await talk.waitFor(runId, seconds * 1_000, signal);
      if (run?.result === undefined)
        return textResult(`No answer within ${seconds} s: look later with sessions_history ${target.key}.`);
      return textResult(run.result.text || "(it answered nothing)", run.result.status === "error");
    },
  };
}
