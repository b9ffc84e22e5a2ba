/** A view of the conversation as the provider libraries take it. */
import type {
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import type { Block, ImageBlock, Message } from "../../../base/store/message.ts";
import type { ModelRequest, ToolDeclaration } from "../model.ts";
import { metadataOf } from "./signature.ts";

/** How a provider wants it. */
export interface PromptForm {
  /** Under which the provider's own data stands. */
  key: string;
  /** The library's options that mark where the provider may keep what comes before; undefined for one that needs no mark. */
  cacheMark?: SharedV4ProviderOptions;
  /** Whether the result of a tool may hold images; else they follow as if the user had sent them. */
  imagesInResults: boolean;
  /** Whether thoughts without a signature are given back, which they are within one turn. */
  plainThoughts: boolean;
}

export function promptOf(
  system: ModelRequest["system"],
  view: readonly Message[],
  form: PromptForm,
): LanguageModelV4Prompt {
  const lastAsked = view.findLastIndex(({ role }) => role === "user");
  const messages = view.flatMap((message, index) =>
    messageOf(message, { ...form, plainThoughts: form.plainThoughts && index > lastAsked }),
  );
  return [...systemOf(system, form), ...withLastMarked(joinedResults(messages), form)];
}

export function toolsOf(tools: readonly ToolDeclaration[]): LanguageModelV4FunctionTool[] | undefined {
  if (tools.length === 0) return undefined;
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    name,
    description,
    inputSchema: parameters,
  }));
}

/** In two blocks where the first of them is marked; elsewhere as one, as some take no second. */
function systemOf(
  { stable, changing }: ModelRequest["system"],
  { cacheMark }: PromptForm,
): LanguageModelV4Prompt {
  const blocks = [stable, changing].filter((text) => text.trim() !== "");
  if (cacheMark === undefined)
    return blocks.length === 0 ? [] : [{ role: "system", content: blocks.join("\n\n") }];
  return blocks.map((content) => ({
    role: "system",
    content,
    ...(content === stable ? { providerOptions: cacheMark } : {}),
  }));
}

function messageOf(message: Message, form: PromptForm): LanguageModelV4Message[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.content.flatMap(toldByUser) }];
    case "assistant": {
      const details = detailsOf(message);
      return [
        {
          role: "assistant",
          content: message.content.flatMap((block) => saidByModel(block, form)),
          ...(details === undefined ? {} : { providerOptions: { [form.key]: details } }),
        },
      ];
    }
    case "toolResult": {
      const images = message.content.filter((block) => block.type === "image");
      const result: LanguageModelV4Message = { role: "tool", content: [resultOf(message, form)] };
      return form.imagesInResults || images.length === 0
        ? [result]
        : [result, { role: "user", content: images.map(fileOf) }];
    }
    default:
      return [];
  }
}

function toldByUser(block: Block): (LanguageModelV4TextPart | LanguageModelV4FilePart)[] {
  if (block.type === "text") return [{ type: "text", text: block.text }];
  return block.type === "image" ? [fileOf(block)] : [];
}

/** OpenRouter's data about the thoughts of a whole message, which stands with one of them. */
function detailsOf({ content }: Message): ReturnType<typeof metadataOf> {
  return content
    .map((block) => (block.type === "thinking" ? metadataOf(block.thinkingSignature) : undefined))
    .findLast((metadata) => metadata?.reasoning_details !== undefined);
}

type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];

function saidByModel(block: Block, { key, plainThoughts }: PromptForm): AssistantPart[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text }];
    case "thinking": {
      const metadata = metadataOf(block.thinkingSignature);
      if (metadata?.reasoning_details !== undefined) return [];
      if (metadata === undefined) return plainThoughts ? [{ type: "reasoning", text: block.thinking }] : [];
      return [{ type: "reasoning", text: block.thinking, providerOptions: { [key]: metadata } }];
    }
    case "toolCall": {
      const metadata = metadataOf(block.thoughtSignature);
      return [
        {
          type: "tool-call",
          toolCallId: block.id,
          toolName: block.name,
          input: block.arguments,
          ...(metadata === undefined ? {} : { providerOptions: { [key]: metadata } }),
        },
      ];
    }
    default:
      return [];
  }
}

function resultOf(message: Message, { imagesInResults }: PromptForm): LanguageModelV4ToolResultPart {
  const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
  const images = message.content.filter((block) => block.type === "image");
  const named = { toolCallId: message.toolCallId ?? "", toolName: message.toolName ?? "" };
  if (images.length === 0 || !imagesInResults) {
    const value = text.trim() === "" ? "(see the image)" : text;
    return {
      type: "tool-result",
      ...named,
      output: { type: message.isError === true ? "error-text" : "text", value },
    };
  }
  const words = text.trim() === "" ? [] : [{ type: "text" as const, text }];
  return {
    type: "tool-result",
    ...named,
    output: { type: "content", value: [...words, ...images.map(fileOf)] },
  };
}

function fileOf({ data, mimeType }: ImageBlock): LanguageModelV4FilePart {
  return { type: "file", data: { type: "data", data }, mediaType: mimeType };
}

/** Results in a row answer the calls of one message; images that follow one of them come after all of them. */
function joinedResults(messages: readonly LanguageModelV4Message[]): LanguageModelV4Message[] {
  const joined: LanguageModelV4Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const tool = joined.findLast(({ role }) => role === "tool" || role === "assistant");
    if (message.role === "tool" && tool?.role === "tool") {
      tool.content = [...tool.content, ...message.content];
    } else if (message.role === "user" && last?.role === "user") {
      last.content = [...last.content, ...message.content];
    } else {
      joined.push({ ...message });
    }
  }
  return joined;
}

/** The conversation grows at its end: up to there it is the same the next time. */
function withLastMarked(
  messages: readonly LanguageModelV4Message[],
  { cacheMark }: PromptForm,
): LanguageModelV4Message[] {
  const last = messages.at(-1);
  if (cacheMark === undefined || last === undefined) return [...messages];
  return [...messages.slice(0, -1), { ...last, providerOptions: cacheMark }];
}
