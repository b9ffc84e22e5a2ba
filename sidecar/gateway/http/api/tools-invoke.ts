/** `POST /tools/invoke`: one tool, run for the owner without a model, under the rules that hold for a turn of his. */
import * as z from "zod";
import { errorText, quoted } from "../../../../shared/errors.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { MAX_SESSION_KEY_CHARS } from "../../../../shared/session-key.ts";
import { agentOf, keyRules, mainSessionKey } from "../../../assistant/session-key.ts";
import type { ToolResult } from "../../../assistant/tools/tool.ts";
import { textOf } from "../../../base/store/message.ts";
import { sendJson } from "../responses.ts";
import { keyIn } from "./addressee.ts";
import { ApiError } from "./errors.ts";
import type { ApiHandler } from "./place.ts";
import { checkedBody, readJsonBody } from "./request-body.ts";

const MAX_BYTES = 2_097_152;

const Body = z.looseObject({
  action: z.string().max(200).optional(),
  args: z.record(z.string(), z.unknown()).optional(),
  sessionKey: z.string().max(MAX_SESSION_KEY_CHARS).optional(),
});

export const answerToolsInvoke: ApiHandler = async (place, { request, response, signal }) => {
  const raw = await readJsonBody({ request, response }, MAX_BYTES);
  const name = typeof raw.tool === "string" ? raw.tool.trim() : "";
  if (name === "") throw new ApiError(400, "tools.invoke requires body.tool");
  const { action, args = {}, sessionKey } = checkedBody(Body, raw);
  const rules = keyRules(place.config());
  const key = sessionKey?.trim() ? keyIn(sessionKey, rules) : mainSessionKey(rules);
  const invocation = {
    name,
    args: (parameters: Readonly<Record<string, unknown>>) => withAction(args, action, parameters),
    sessionKey: key,
    agentId: agentOf(key, rules.defaultId),
  };
  const invoked = await place.assistant.invokeTool(invocation, signal).catch(
    (error: unknown): ToolResult => ({
      content: [{ type: "text" as const, text: errorText(error) }],
      isError: true,
    }),
  );
  const refused = (status: number, type: string, message: string) =>
    sendJson(response, status, { ok: false, error: { type, message } });
  if (invoked === undefined) return refused(404, "not_found", `Tool not available: ${plain(name)}`);
  if (invoked.isError === true) return refused(400, "tool_error", textOf(invoked));
  const { content, details } = invoked;
  sendJson(response, 200, { ok: true, result: { content, ...(details !== undefined && { details }) } });
};

/** Tools of several actions are told which one by a parameter of that name. */
function withAction(
  args: Readonly<Record<string, unknown>>,
  action: string | undefined,
  { properties }: Readonly<Record<string, unknown>>,
) {
  return action !== undefined && isRecord(properties) && "action" in properties && args.action === undefined
    ? { ...args, action }
    : args;
}

function plain(name: string): string {
  return quoted(name).slice(1, -1);
}
