/**
 * The conversation as a provider takes it. What is stored stays as it is; a crash, an import or an older version may have left in it
 * what every provider refuses for ever after, and one entry of that kind must not silence a session.
 */
import { createHash } from "node:crypto";
import { megabytes } from "../../base/media/limits.ts";
import type { Block, ImageBlock, Message, ToolCallBlock } from "../../base/store/message.ts";
import { IMAGE_TYPES, imageLimitOf, MOST_CHARS_TOGETHER, MOST_IMAGES } from "./image-limits.ts";

/** What the model that is asked can take. */
export interface ViewRules {
  takesImages: boolean;
  /** Whose thoughts and signatures may be given back: a provider takes those of the same model only. */
  api: string;
  provider: string;
  model: string;
  /** Everything but words becomes words in what was before the last message of a person: what is asked after a provider found fault. */
  plain?: boolean;
}

/**
 * Users and the model take turns, a user begins, no block is empty, every call has one result and in order, no id has what a provider
 * does not know. What was cut off or never went to a model is left out. Equal conversations give equal views.
 */
export function repairedView(conversation: readonly Message[], rules: ViewRules): Message[] {
  const whole = conversation.filter(isForModels);
  const lastAsked = whole.findLastIndex(({ role }) => role === "user");
  const kept = whole.map((message, index) =>
    cleaned(message, rules, rules.plain === true && index < lastAsked),
  );
  const said = kept.filter(({ content, role }) => role === "toolResult" || content.length > 0);
  return withFewerImages(alternating(fromFirstUser(withPairs(said)), rules));
}

/** Where thoughts or a call lead the last answers of this turn, but without the signed thoughts that the model itself had there. */
export function lacksThoughts(view: readonly Message[]): boolean {
  const lastAsked = view.findLastIndex(({ role }) => role === "user");
  const turn = view.slice(lastAsked + 1).filter(({ role }) => role === "assistant");
  return turn.some(
    ({ content }) =>
      content.some(({ type }) => type === "toolCall") &&
      !content.some((block) => block.type === "thinking" && block.thinkingSignature !== undefined),
  );
}

/** Answers that were cut off are half a thought, unless the next one is the other half; what was injected is ours. */
function isForModels({ role, stopReason, goesOn = false }: Message): boolean {
  return role !== "assistant" || goesOn || !["error", "aborted", "injected"].includes(stopReason ?? "");
}

function cleaned(message: Message, rules: ViewRules, inWords: boolean): Message {
  const isOwn =
    message.api === rules.api && message.provider === rules.provider && message.model === rules.model;
  const content = message.content.flatMap((block): Block[] => {
    switch (block.type) {
      case "text":
        return block.text.trim() === "" ? [] : [block];
      case "thinking":
        return !isOwn || inWords || message.role !== "assistant" || isNothing(block) ? [] : [block];
      case "image":
        return [rules.takesImages && !inWords ? usableImage(block, rules) : LEFT_OUT];
      case "media":
        // Whoever made the view had no way to read it.
        return [LEFT_OUT];
      case "toolCall":
        if (message.role !== "assistant") return [];
        if (inWords) return [{ type: "text", text: `[used the tool ${block.name}]` }];
        return [withoutSignature(block, isOwn)];
      default:
        return [];
    }
  });
  if (message.role !== "toolResult" || !inWords) return { ...message, content };
  return { role: "user", content: asNote(message, content), timestamp: message.timestamp };
}

function isNothing({ thinking, thinkingSignature }: Extract<Block, { type: "thinking" }>): boolean {
  return thinking.trim() === "" && thinkingSignature === undefined;
}

function withoutSignature(call: ToolCallBlock, isOwn: boolean): ToolCallBlock {
  if (isOwn || call.thoughtSignature === undefined) return call;
  const { id, name } = call;
  return { type: "toolCall", id, name, arguments: call.arguments };
}

const LEFT_OUT = { type: "text", text: "[an image, which is not shown to this model]" } as const;

function usableImage(image: ImageBlock, { api, model }: ViewRules): Block {
  const said = (text: string): Block => ({ type: "text", text: `[an image ${text}, which is not shown]` });
  if (image.data.length === 0) return said("that is empty");
  if (!IMAGE_TYPES.includes(image.mimeType.toLowerCase()))
    return said(`of a kind that models do not know (${image.mimeType.slice(0, 80)})`);
  const limit = imageLimitOf({ api, id: model });
  const sizeBytes = Buffer.byteLength(image.data, "base64");
  return sizeBytes <= limit
    ? image
    : said(`of ${megabytes(sizeBytes)}, more than the ${megabytes(limit)} that this model takes`);
}

/** A result of a tool as something that a person could have told. */
function asNote({ toolName }: Message, content: readonly Block[]): Block[] {
  return [{ type: "text", text: `[result of the tool ${toolName ?? "that was used"}]` }, ...content];
}

/** Behind every call its result, in the order of the calls; results of no call are left out, and a missing one is said to be missing. */
function withPairs(messages: readonly Message[]): Message[] {
  const isResult = ({ role }: Message) => role === "toolResult";
  const ids = new Ids();
  return messages.flatMap((message, index) => {
    if (isResult(message)) return [];
    const calls = message.content.filter((block) => block.type === "toolCall");
    if (calls.length === 0) return [message];
    const end = messages.findIndex(({ role }, at) => at > index && role === "assistant");
    const results = messages.slice(index + 1, end === -1 ? undefined : end).filter(isResult);
    const taken = new Set<Message>();
    const paired = calls.map((call) => {
      const result = results.find((each) => each.toolCallId === call.id && !taken.has(each));
      if (result !== undefined) taken.add(result);
      const id = ids.next(call.id);
      return { call: { ...call, id }, result: resultFor({ ...call, id }, result, message.timestamp) };
    });
    const renamed = new Map(calls.map((call, at) => [call, paired[at]?.call ?? call]));
    const content = message.content.map((block) =>
      block.type === "toolCall" ? (renamed.get(block) ?? block) : block,
    );
    return [{ ...message, content }, ...paired.map(({ result }) => result)];
  });
}

function resultFor(call: ToolCallBlock, result: Message | undefined, timestamp: number): Message {
  const named = { toolCallId: call.id, toolName: call.name };
  if (result === undefined) {
    const text = "There is no result: the call was cut off, and nobody knows what came of it.";
    return { role: "toolResult", content: [{ type: "text", text }], timestamp, ...named, isError: true };
  }
  const content =
    result.content.length === 0 ? [{ type: "text" as const, text: "(nothing)" }] : result.content;
  return { ...result, ...named, content };
}

/** Ids as every provider takes them, and no two alike. The same ids in the same order get the same names. */
class Ids {
  #used = new Set<string>();

  next(id: string): string {
    const plain = /^[A-Za-z0-9_-]{1,40}$/.test(id) ? id : `call_${digest(id)}`;
    let free = plain;
    for (let count = 2; this.#used.has(free); count += 1) free = `call_${digest(`${id} ${count}`)}`;
    this.#used.add(free);
    return free;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

/** Providers begin with a user; a view that was cut at the front may not. */
function fromFirstUser(messages: readonly Message[]): Message[] {
  const first = messages.findIndex(({ role }) => role === "user");
  return first === -1 ? [] : messages.slice(first);
}

/** What people wrote in a row is one message, and so is what the model said in a row; thoughts lead an answer or are none. */
function alternating(messages: readonly Message[], rules: ViewRules): Message[] {
  const view: Message[] = [];
  for (const message of messages) {
    const before = view.at(-1);
    if (before === undefined || before.role !== message.role || message.role === "toolResult") {
      view.push(message);
      continue;
    }
    const content = [...before.content, ...message.content];
    const isAssistant = message.role === "assistant";
    view[view.length - 1] = {
      ...(isAssistant ? message : before),
      content: isAssistant ? content.filter(({ type }) => type !== "thinking") : content,
      ...(isAssistant ? { api: rules.api } : {}),
    };
  }
  return view;
}

function withFewerImages(messages: readonly Message[]): Message[] {
  const images = messages.flatMap(({ content }) => content.filter(isImage));
  const kept = new Set<ImageBlock>();
  let chars = 0;
  for (const image of images.toReversed()) {
    chars += image.data.length;
    if (kept.size >= MOST_IMAGES || chars > MOST_CHARS_TOGETHER) break;
    kept.add(image);
  }
  if (kept.size === images.length) return [...messages];
  return messages.map((message) => ({
    ...message,
    content: message.content.map((block) =>
      isImage(block) && !kept.has(block)
        ? { type: "text" as const, text: "[an older image, which is not shown again]" }
        : block,
    ),
  }));
}

function isImage(block: Block): block is ImageBlock {
  return block.type === "image";
}
