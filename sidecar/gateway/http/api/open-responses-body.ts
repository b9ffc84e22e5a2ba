/** What a request of `POST /v1/responses` may hold, and what it asks. */
import * as z from "zod";
import { ApiError } from "./errors.ts";
import type { ListedMessage } from "./request-messages.ts";

const Source = z.union([
  z.strictObject({ type: z.literal("url"), url: z.string().max(8_192) }),
  z.strictObject({
    type: z.literal("base64"),
    media_type: z.string().max(200),
    data: z.string(),
    filename: z.string().max(500).optional(),
  }),
]);

const Part = z.union([
  z.looseObject({ type: z.enum(["input_text", "output_text", "text"]), text: z.string() }),
  z.looseObject({ type: z.enum(["input_image", "input_file"]), source: Source.optional() }),
]);

const Item = z.union([
  z.looseObject({
    type: z.literal("message").optional(),
    role: z.enum(["system", "developer", "user", "assistant"]),
    content: z.union([z.string(), z.array(Part)]),
  }),
  z.looseObject({
    type: z.literal("function_call"),
    call_id: z.string().optional(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.looseObject({ type: z.literal("function_call_output"), call_id: z.string(), output: z.string() }),
  z.looseObject({ type: z.literal("reasoning") }),
  z.looseObject({ type: z.literal("item_reference") }),
]);
type Item = z.infer<typeof Item>;

const Tool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({ name: z.string().min(1).max(200) }).optional(),
  name: z.string().min(1).max(200).optional(),
});

/** Those without a note on their kind are taken and say nothing to an agent. */
export const OpenResponsesBody = z.strictObject({
  model: z.string().max(200),
  input: z.union([z.string(), z.array(Item)]),
  instructions: z.string().nullish(),
  tools: z.array(Tool).nullish(),
  tool_choice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({ name: z.string() }).optional(),
      }),
    ])
    .nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(0).nullish(),
  user: z.string().max(10_000).nullish(),
  temperature: z.unknown().optional(),
  top_p: z.unknown().optional(),
  metadata: z.unknown().optional(),
  store: z.unknown().optional(),
  previous_response_id: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  truncation: z.unknown().optional(),
  include: z.unknown().optional(),
  parallel_tool_calls: z.unknown().optional(),
  text: z.unknown().optional(),
});
export type OpenResponsesBody = z.infer<typeof OpenResponsesBody>;

/** Fails with `ApiError` for tools of the caller, which an agent of this release cannot hand back. */
export function refuseTools({ tools, tool_choice: choice }: OpenResponsesBody): void {
  const isForced = choice === "required" || (typeof choice === "object" && choice !== null);
  const isNone = tools === undefined || tools === null || tools.length === 0;
  if (isNone && isForced) {
    const asked = choice === "required" ? "required" : "function";
    throw new ApiError(400, `Error: tool_choice=${asked} but no tools were provided`);
  }
  if (isNone || choice === "none") return;
  throw new ApiError(400, "tools: tools of the caller are not taken yet; the agent uses its own");
}

/** The messages of the request, the instructions first. Fails with `ApiError` for what is no text. */
export function messagesIn({ input, instructions }: OpenResponsesBody): ListedMessage[] {
  const first: ListedMessage[] = [{ role: "system", text: instructions ?? "" }];
  if (typeof input === "string") return [...first, { role: "user", text: input }];
  return [...first, ...input.flatMap(listed)];
}

function listed(item: Item, index: number): ListedMessage[] {
  switch (item.type) {
    case undefined:
    case "message":
      return [{ role: roleOf(item.role), text: textOf(item.content, index) }];
    case "function_call_output":
      return [{ role: "tool", text: item.output }];
    case "function_call":
      return [{ role: "assistant", text: `[called ${item.name} with ${item.arguments}]` }];
    case "reasoning":
    case "item_reference":
      return [];
  }
}

function roleOf(role: "system" | "developer" | "user" | "assistant"): ListedMessage["role"] {
  return role === "developer" ? "system" : role;
}

function textOf(content: string | z.infer<typeof Part>[], index: number): string {
  if (typeof content === "string") return content;
  return content
    .map((part) => {
      if ("text" in part && typeof part.text === "string") return part.text;
      throw new ApiError(
        400,
        `input.${index}: parts of the type ${part.type} are not taken yet; send text alone`,
      );
    })
    .join("\n");
}
