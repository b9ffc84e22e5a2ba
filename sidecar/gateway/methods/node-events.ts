/** What nodes report: what they want to hear of, what people said to them, and what was run on them. Loaded with the first report. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { plainText } from "../../../shared/errors.ts";
import { MAX_SESSION_KEY_CHARS } from "../../../shared/session-key.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { agentOf, keyRules, mainSessionKey, requestedKey } from "../../assistant/session-key.ts";
import type { NodeDoor } from "../nodes/node-door.ts";
import { levelOf, refuseBlocked } from "./chat.ts";

/** What reports are handled with. */
export interface EventPlace {
  nodes: NodeDoor;
  assistant: Assistant;
  config: () => GatewayConfig;
}

export interface NodeReport {
  event: string;
  payload: unknown;
  connId: string;
}

const MOST_SAID_CHARS = 20_000;
const MOST_NOTE_CHARS = 500;

const sessionKey = z.string().trim().min(1).max(MAX_SESSION_KEY_CHARS);
const said = z.string().trim().min(1).max(MOST_SAID_CHARS);
const word = z.string().max(10_000).optional().catch(undefined);

const Subscription = z.object({ sessionKey });
const Transcript = z.object({ text: said, sessionKey: sessionKey.optional().catch(undefined) });
const Request = z.object({
  message: said,
  sessionKey: sessionKey.optional().catch(undefined),
  thinking: word,
  timeoutSeconds: z.number().positive().max(86_400).optional().catch(undefined),
});
const Execution = z.object({
  runId: word,
  command: word,
  exitCode: z.number().optional().catch(undefined),
  timedOut: z.boolean().optional().catch(undefined),
  output: word,
  reason: word,
});

/** Fails with what keeping a message fails with. What means nothing is no failure. */
export async function takeNodeEvent(
  { event, payload, connId }: NodeReport,
  place: EventPlace,
): Promise<void> {
  const { nodes } = place;
  const nodeId = nodes.registry.idOf(connId);
  if (nodeId === undefined) return;
  switch (event) {
    case "chat.subscribe":
    case "chat.unsubscribe": {
      const wanted = Subscription.safeParse(payload);
      if (!wanted.success) return;
      if (event === "chat.subscribe") nodes.subscribe(connId, wanted.data.sessionKey);
      else nodes.unsubscribe(connId, wanted.data.sessionKey);
      return;
    }
    case "voice.transcript": {
      const heard = Transcript.safeParse(payload);
      if (!heard.success) return;
      const { text, sessionKey: name } = heard.data;
      await say(place, nodeId, { runId: `voice-${randomUUID()}`, text, name, thinking: "low" });
      return;
    }
    case "agent.request": {
      const asked = Request.safeParse(payload);
      if (!asked.success) return;
      const { message: text, sessionKey: name = `node-${nodeId}`, thinking, timeoutSeconds } = asked.data;
      const timeoutMs = timeoutSeconds && timeoutSeconds * 1_000;
      await say(place, nodeId, { runId: randomUUID(), text, name, thinking: levelOf(thinking), timeoutMs });
      return;
    }
    case "exec.started":
    case "exec.finished":
    case "exec.denied": {
      const run = Execution.safeParse(payload);
      if (!run.success) return;
      // What a command printed is nobody's order.
      const events = await place.assistant.events();
      await events.noteForeign(
        defaultAgentId(place.config()),
        executionNote(event, nodeId, run.data),
        "node",
      );
      return;
    }
  }
}

interface Said {
  runId: string;
  text: string;
  /** Of the session; the main one where there is none. */
  name: string | undefined;
  thinking: ReturnType<typeof levelOf>;
  timeoutMs?: number | undefined;
}

/** Whoever paired the device speaks through it: what is said there is the owner's. */
async function say({ assistant, config }: EventPlace, nodeId: string, message: Said): Promise<void> {
  const { runId, text, name, thinking, timeoutMs } = message;
  const rules = keyRules(config());
  const key = name === undefined ? mainSessionKey(rules) : requestedKey(name, rules);
  refuseBlocked(key, (await (await assistant.store()).get(key))?.fields, config());
  await assistant.accept({
    idempotency: { scope: "node", key: runId },
    runId,
    sessionKey: key,
    agentId: agentOf(key, rules.defaultId),
    channel: "webchat",
    sender: nodeId,
    authority: "owner",
    origin: "api",
    text,
    options: { sessionName: name ?? key, thinking, timeoutMs },
  });
}

function executionNote(event: string, nodeId: string, run: z.infer<typeof Execution>): string {
  const plain = (text: string | undefined, most: number) => plainText(text?.trim() ?? "", most);
  const facts = [
    `node=${plainText(nodeId, 80)}`,
    ...(run.runId ? [`id=${plain(run.runId, 80)}`] : []),
    ...(run.timedOut === true ? ["timed out"] : []),
    ...(run.exitCode === undefined ? [] : [`code ${run.exitCode}`]),
    ...(run.reason ? [plain(run.reason, 80)] : []),
  ];
  const shown = [run.command, event === "exec.finished" ? run.output : undefined]
    .flatMap((text) => (text?.trim() ? [plain(text, MOST_NOTE_CHARS / 2)] : []))
    .join(" → ");
  const what = { "exec.started": "started", "exec.finished": "finished" }[event] ?? "denied";
  return plainText(`Exec ${what} (${facts.join(", ")})${shown === "" ? "" : `: ${shown}`}`, MOST_NOTE_CHARS);
}
