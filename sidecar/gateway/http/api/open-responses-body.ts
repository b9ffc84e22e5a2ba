/** What a request of `POST /v1/responses` may hold, and what it asks. */
import * as z from "zod";
import { quoted } from "../../../../shared/errors.ts";
import type { CallerTool } from "../../../base/store/session-store.ts";
import { ApiError } from "./errors.ts";
import { fileIn, isAddress, type SentFile } from "./request-files.ts";
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
  z.looseObject({
    type: z.enum(["input_image", "input_file"]),
    source: Source.optional(),
    /** As the clients of OpenAI write it. */
    image_url: z.string().optional(),
    file_data: z.string().optional(),
    file_url: z.string().optional(),
    filename: z.string().max(500).optional(),
  }),
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
type Part = z.infer<typeof Part>;

/** More would leave a model no room. */
const MAX_TOOLS = 128;

const Declared = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, "must be letters, digits, _ and -, at most 64"),
  description: z.string().max(10_000).nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

/** As the protocol has it, and as OpenAI's Responses API has it. */
const Tool = z.union([
  z.looseObject({ type: z.literal("function"), function: Declared }).transform((tool) => tool.function),
  Declared.extend({ type: z.literal("function") }),
]);

/** Those without a note on their kind are taken and say nothing to an agent. */
export const OpenResponsesBody = z.strictObject({
  model: z.string().max(200),
  input: z.union([z.string(), z.array(Item)]),
  instructions: z.string().nullish(),
  tools: z.array(Tool).max(MAX_TOOLS).nullish(),
  tool_choice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({ name: z.string() }).optional(),
        name: z.string().optional(),
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

/** The tools that may be called, and what is said of them. Fails with `ApiError` where they do not fit what is chosen of them. */
export function toolsIn({ tools, tool_choice: choice }: OpenResponsesBody): {
  tools: CallerTool[];
  instructions: string;
} {
  const declared = (tools ?? []).map(declaredBy);
  const named =
    typeof choice === "object" && choice !== null ? (choice.function?.name ?? choice.name) : undefined;
  const isForced = choice === "required" || (typeof choice === "object" && choice !== null);
  if (declared.length === 0 && isForced) {
    const asked = choice === "required" ? "required" : "function";
    throw new ApiError(400, `Error: tool_choice=${asked} but no tools were provided`);
  }
  const twice = declared.find(
    ({ name }, index) => declared.findIndex((each) => each.name === name) !== index,
  );
  if (twice !== undefined) throw new ApiError(400, `tools: ${quoted(twice.name)} is there twice`);
  if (choice === "none") return { tools: [], instructions: "" };
  const chosen = named === undefined ? declared : declared.filter(({ name }) => name === named);
  if (chosen.length === 0 && named !== undefined)
    throw new ApiError(400, `tool_choice: there is no tool ${quoted(named)}`);
  const names = chosen.map(({ name }) => name).join(", ");
  return {
    tools: chosen,
    instructions: isForced ? `Call one of these tools before you answer: ${names}.` : "",
  };
}

function declaredBy({ name, description, parameters }: z.infer<typeof Declared>): CallerTool {
  return {
    name,
    description: description ?? "",
    parameters: parameters ?? { type: "object", properties: {} },
  };
}

/** The messages of the request, the instructions first. Fails with `ApiError` for a file that cannot be taken. */
export function messagesIn({ input, instructions }: OpenResponsesBody): ListedMessage[] {
  const first: ListedMessage[] = [{ role: "system", text: instructions ?? "" }];
  if (typeof input === "string") return [...first, { role: "user", text: input }];
  return [...first, ...input.flatMap(listed)];
}

function listed(item: Item, index: number): ListedMessage[] {
  switch (item.type) {
    case undefined:
    case "message":
      return [{ role: roleOf(item.role), ...contentOf(item, `input.${index}`) }];
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

function contentOf(
  { role, content }: { role: string; content: string | Part[] },
  at: string,
): Pick<ListedMessage, "text" | "files"> {
  if (typeof content === "string") return { text: content };
  const words = content.flatMap((part) =>
    "text" in part && typeof part.text === "string" ? [part.text] : [],
  );
  const files = content.flatMap((part) => (isFile(part) ? [fileIn(sentFile(part, at))] : []));
  if (files.length > 0 && role !== "user")
    throw new ApiError(400, `${at}: only messages of the role user have files`);
  return { text: words.join("\n"), ...(files.length > 0 && { files }) };
}

type FilePart = Extract<Part, { type: "input_image" | "input_file" }>;

function isFile(part: Part): part is FilePart {
  return part.type === "input_image" || part.type === "input_file";
}

function sentFile(part: FilePart, at: string): SentFile {
  const { type, source, image_url: image, file_data: data, file_url: url } = part;
  const isImage = type === "input_image";
  const name = part.filename ?? (source?.type === "base64" ? source.filename : undefined);
  if (source?.type === "base64")
    return { at, isImage, name, base64: source.data, mimeType: source.media_type };
  const address = source?.url ?? image ?? url ?? (isAddress(data) ? data : undefined);
  return { at, isImage, name, ...(address === undefined ? { base64: data } : { url: address }) };
}
