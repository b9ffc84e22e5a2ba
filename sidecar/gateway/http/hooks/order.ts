/** What a call asks for: of the two that everybody knows, or of a mapping. Pure; every refusal is a sentence for whoever called. */
import type { HookMapping } from "../../../../shared/config/sections/hooks.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { filled, type HookCall } from "./template.ts";

export type HookOrder =
  | { kind: "wake"; text: string; mode: WakeMode }
  | {
      kind: "agent";
      message: string;
      name: string;
      /** A conversation of its own without it. */
      sessionKey: string | undefined;
      agentId: string | undefined;
      wakeMode: WakeMode;
      deliver: boolean;
      channel: string;
      to: string | undefined;
      model: string | undefined;
      thinking: string | undefined;
      timeoutSeconds: number | undefined;
      authority: "guest" | "trusted" | "owner";
    };
export type WakeMode = "now" | "next-heartbeat";

/** Which mapping, for who may not call it too often. */
export interface MappedOrder {
  order: HookOrder;
  mapping: string;
}

/** What whoever called did wrong; its text is the answer. */
export class HookProblem extends Error {}

const LONGEST = { text: 100_000, name: 100, key: 500 } as const;

/** `POST /hooks/wake`. */
export function wakeOrder(body: Readonly<Record<string, unknown>>): HookOrder {
  const text = textIn(body, "text");
  if (text === undefined) throw new HookProblem("text required");
  return { kind: "wake", text, mode: modeIn(body.mode, "mode") };
}

/** What a program says never becomes part of a conversation with people. */
function ownSession(key: string | undefined): string | undefined {
  if (key === undefined || /^(?:agent:[^:]+:)?hook:./.test(key)) return key;
  throw new HookProblem("sessionKey must begin with hook:");
}

/** `POST /hooks/agent`. */
export function agentOrder(body: Readonly<Record<string, unknown>>, channels: readonly string[]): HookOrder {
  const message = textIn(body, "message");
  if (message === undefined) throw new HookProblem("message required");
  if ("model" in body && textIn(body, "model") === undefined) throw new HookProblem("model required");
  const channel = textIn(body, "channel") ?? "last";
  if (channel !== "last" && !channels.includes(channel))
    throw new HookProblem(`channel must be ${["last", ...channels].join("|")}`);
  const seconds = body.timeoutSeconds;
  if (seconds !== undefined && !(typeof seconds === "number" && seconds > 0 && seconds < 2_147_483))
    throw new HookProblem("timeoutSeconds must be a number above 0");
  return {
    kind: "agent",
    message,
    name: textIn(body, "name", LONGEST.name) ?? "Hook",
    sessionKey: ownSession(textIn(body, "sessionKey", LONGEST.key)),
    agentId: textIn(body, "agentId", LONGEST.key),
    wakeMode: modeIn(body.wakeMode, "wakeMode"),
    deliver: body.deliver !== false,
    channel,
    to: textIn(body, "to", LONGEST.key),
    model: textIn(body, "model", LONGEST.key),
    thinking: textIn(body, "thinking", LONGEST.key),
    timeoutSeconds: seconds,
    authority: "guest",
  };
}

/** The first mapping that means the call; undefined where none does. */
export function mappedOrder(mappings: readonly HookMapping[], call: HookCall): MappedOrder | undefined {
  const index = mappings.findIndex(({ match }) => isMeant(match, call));
  const mapping = mappings[index];
  if (mapping === undefined) return undefined;
  const fill = (template: string | undefined) =>
    template === undefined ? undefined : filled(template, call).trim() || undefined;
  const name = mapping.name ?? mapping.id ?? "Hook";
  const named = { mapping: mapping.id ?? `${index}` };
  if (mapping.action === "wake") {
    const text = fill(mapping.textTemplate ?? mapping.messageTemplate);
    if (text === undefined) throw new HookProblem("hook mapping failed: its text is empty");
    return { ...named, order: { kind: "wake", text, mode: mapping.wakeMode ?? "now" } };
  }
  const message = fill(mapping.messageTemplate ?? mapping.textTemplate ?? "{{payload}}");
  if (message === undefined) throw new HookProblem("hook mapping failed: its message is empty");
  return {
    ...named,
    order: {
      kind: "agent",
      message,
      name,
      sessionKey: ownSession(fill(mapping.sessionKey)?.slice(0, LONGEST.key)),
      agentId: mapping.agentId,
      wakeMode: mapping.wakeMode ?? "now",
      deliver: mapping.deliver !== false,
      channel: mapping.channel ?? "last",
      to: mapping.to,
      model: mapping.model,
      thinking: mapping.thinking,
      timeoutSeconds: mapping.timeoutSeconds,
      authority: mapping.authority ?? "guest",
    },
  };
}

function isMeant(match: HookMapping["match"], { path, payload }: HookCall): boolean {
  if (match?.path !== undefined && match.path.replace(/^\/+|\/+$/g, "") !== path) return false;
  return match?.source === undefined || (isRecord(payload) && payload.source === match.source);
}

function textIn(
  body: Readonly<Record<string, unknown>>,
  name: string,
  most: number = LONGEST.text,
): string | undefined {
  const value = body[name];
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" ? undefined : text.slice(0, most);
}

function modeIn(value: unknown, name: string): WakeMode {
  if (value === undefined || value === "now") return "now";
  if (value === "next-heartbeat") return value;
  throw new HookProblem(`${name} must be now|next-heartbeat`);
}
