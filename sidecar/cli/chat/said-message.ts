/** A message of the history or of an event, as a chat shows it. */
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { MessageDelivery } from "../../../shared/protocol/methods/chat.ts";

export interface SaidMessage {
  role: "user" | "assistant" | "tool";
  /** "" where there is nothing but an error. */
  text: string;
  error?: string;
  /** An answer that is not whole: a crash cut it, or it was ended. */
  cut?: "crash" | "ended";
  /** Where it is a message to a channel that did not arrive, or perhaps not. */
  lost?: Pick<MessageDelivery, "channel" | "state" | "error">;
  /** Equal for the same message only. */
  key: string;
}

/** The message, its tools' names first; none for what a chat does not show. */
export function readMessage(value: unknown): SaidMessage[] {
  if (!isRecord(value)) return [];
  const { id, role, content, timestamp, stopReason, errorMessage, state } = value;
  if (role !== "user" && role !== "assistant") return [];
  const text = [textIn(content).trim(), ...filesIn(content)].filter((each) => each !== "").join("\n");
  const key = typeof id === "string" ? id : `${role} ${timestamp} ${text}`;
  const error = stopReason === "error" && typeof errorMessage === "string" ? errorMessage : undefined;
  const tools = toolsIn(content).map((name, index) => ({
    role: "tool" as const,
    text: name,
    key: `${key} ${index}`,
  }));
  if (text === "" && error === undefined) return tools;
  const lost = lossIn(value.delivery);
  const cut = state === "partial" ? "crash" : stopReason === "aborted" ? "ended" : undefined;
  const beside = {
    ...(error === undefined ? {} : { error }),
    ...(cut === undefined ? {} : ({ cut } as const)),
    ...(lost === undefined ? {} : { lost }),
  };
  return [{ role, text, key, ...beside }, ...tools];
}

function lossIn(delivery: unknown): SaidMessage["lost"] {
  if (!isRecord(delivery) || typeof delivery.channel !== "string") return undefined;
  const { channel, error } = delivery;
  const state = LOST_STATES.find((each) => each === delivery.state);
  return state && { channel, state, ...(typeof error === "string" ? { error } : {}) };
}

const LOST_STATES = ["failed", "unknown", "expired"] as const;

function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  return blocksIn(content, "text")
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("");
}

/** A file as a line: `[image: cat.png]`. */
function filesIn(content: unknown): string[] {
  return FILE_TYPES.flatMap((type) => blocksIn(content, type)).flatMap(({ type, fileName, mimeType }) => {
    const name = [fileName, mimeType].find((each) => typeof each === "string" && each !== "");
    return name === undefined ? [] : [`[${String(type)}: ${String(name)}]`];
  });
}

const FILE_TYPES = ["image", "audio", "video", "file"];

function toolsIn(content: unknown): string[] {
  return blocksIn(content, "toolCall").flatMap(({ name }) => (typeof name === "string" ? [name] : []));
}

function blocksIn(content: unknown, type: string): Record<string, unknown>[] {
  return Array.isArray(content) ? content.filter((block) => isRecord(block) && block.type === type) : [];
}
