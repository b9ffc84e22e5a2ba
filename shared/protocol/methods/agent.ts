/** Agents and their runs. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

const Usage = z.looseObject({ input: z.number(), output: z.number() });

/** What came of a run. */
const RunResult = z.object({
  payloads: z.array(z.object({ text: z.string().optional(), mediaUrl: z.string().nullable() })),
  meta: z.looseObject({
    durationMs: z.int(),
    agentMeta: z.looseObject({
      sessionId: z.string(),
      provider: z.string(),
      model: z.string(),
      usage: Usage.optional(),
    }),
    aborted: z.boolean().optional(),
    stopReason: z.string().optional(),
  }),
});

export const agentMethods = methods({
  /** The agents, the default one first. */
  "agents.list": {
    access: "operator.read",
    params: z.strictObject({}),
    result: z.object({
      defaultId: z.string(),
      mainKey: z.string(),
      scope: z.enum(["per-sender", "global"]),
      agents: z.array(z.looseObject({ id: z.string() })),
    }),
  },
  /** Name and picture under which an agent speaks. */
  "agent.identity.get": {
    access: "operator.read",
    params: z.strictObject({
      agentId: z.string().min(1).optional(),
      sessionKey: z.string().max(MAX_SESSION_KEY_CHARS).optional(),
    }),
    result: z.object({ agentId: z.string(), name: z.string(), avatar: z.string() }),
  },
  /** Runs an agent. Answers twice under the same id: `accepted` when the message is kept, then what came of it. */
  agent: {
    access: "operator.write",
    params: z.strictObject({
      message: z.string().min(1),
      agentId: z.string().min(1).optional(),
      to: z.string().optional(),
      replyTo: z.string().optional(),
      sessionId: z.string().optional(),
      sessionKey: z.string().max(MAX_SESSION_KEY_CHARS).optional(),
      thinking: z.string().optional(),
      deliver: z.boolean().optional(),
      /** As `chat.send` takes them. */
      attachments: z.array(z.unknown()).max(1_000).optional(),
      channel: z.string().optional(),
      replyChannel: z.string().optional(),
      accountId: z.string().optional(),
      replyAccountId: z.string().optional(),
      threadId: z.string().optional(),
      groupId: z.string().optional(),
      groupChannel: z.string().optional(),
      groupSpace: z.string().optional(),
      timeout: z.int().min(0).optional(),
      lane: z.string().optional(),
      extraSystemPrompt: z.string().optional(),
      idempotencyKey: z.string().min(1),
      label: z.string().min(1).max(64).optional(),
      spawnedBy: z.string().optional(),
    }),
    result: z.union([
      z.object({ runId: z.string(), status: z.literal("accepted"), acceptedAt: z.int() }),
      z.object({ runId: z.string(), status: z.literal("ok"), summary: z.string(), result: RunResult }),
    ]),
  },
  /** Waits for the end of a run, of `agent` and of `chat.send` alike; an unknown one times out. */
  "agent.wait": {
    access: "operator.write",
    params: z.strictObject({ runId: z.string().min(1), timeoutMs: z.int().min(0).optional() }),
    result: z.object({
      runId: z.string(),
      status: z.enum(["ok", "error", "timeout"]),
      startedAt: z.int().optional(),
      endedAt: z.int().optional(),
      error: z.string().optional(),
    }),
  },
});
