/**
 * What a model is shown of a message: its parts, each in a fence whose marker nobody outside knows. The transcript keeps the plain text
 * and the parts; this is made of them anew for every request, and is the same each time.
 */
import { createHmac } from "node:crypto";
import type { Authority } from "../authority.ts";
import { foreignName, foreignText } from "./foreign.ts";
import { elapsedText, momentText, type TimeStyle } from "./time.ts";

/** What is stored of a message besides its text: on its ingress row, and on the entry of its turn, one for each message of the turn. */
export interface MessageParts {
  /** When it was sent, epoch ms. */
  atMs: number;
  channel: string;
  sender: { id: string; name?: string; authority: Authority };
  /** The chat it was written in, when that is not the sender alone. */
  chat?: { id: string; name?: string };
  /** As the channel names it. */
  messageId?: string;
  /** Since the message of the conversation before it, in ms. */
  elapsedMs?: number;
  /** Notes of the gateway for this turn, oldest first. */
  events?: readonly { atMs: number; text: string }[];
  /** What was said in the group since the last turn, oldest first. */
  history?: readonly { atMs: number; from: string; text: string }[];
  /** What the message answers. */
  quoted?: { from?: string; text: string; messageId?: string };
  media?: readonly MediaPart[];
  text: string;
}

/** A file that came with a message. */
export interface MediaPart {
  name?: string;
  mimeType: string;
  sizeBytes?: number;
  /** Where tools find it. */
  path?: string;
  /** What was heard or seen in it, or the words that it holds. */
  description?: string;
  /** Why it is not here. */
  problem?: string;
}

/** How envelopes are written. */
export interface EnvelopeStyle {
  marker: string;
  time: TimeStyle;
  showsTime: boolean;
  showsElapsed: boolean;
}

/** What a fence is around. Only `context` and `events` are the gateway's own words. */
export const FENCES = [
  "context",
  "events",
  "history",
  "quoted",
  "media",
  "message",
  "result",
  "summary",
] as const;
export type Fence = (typeof FENCES)[number];

/** Letters and digits of a marker. */
const MARKER_CHARS = 12;

/** The marker of a session's fences: drawn from a secret of the store, so that it is the same after a restart and known to nobody. */
export function sessionMarker(secret: string, sessionId: string): string {
  const drawn = createHmac("sha256", secret).update(`fences of ${sessionId}`).digest("hex");
  return BigInt(`0x${drawn}`).toString(36).slice(-MARKER_CHARS);
}

/** The user turn of one or several messages. */
export function envelopeOf(messages: readonly MessageParts[], style: EnvelopeStyle): string {
  return messages.map((each) => partsIn(each, style).join("\n")).join("\n\n");
}

/** Text that nobody of the gateway wrote, such as the result of a tool, in its fence. */
export function fencedForeign(fence: Fence, text: string, marker: string): string {
  return fenced(fence, foreignText(text, marker), marker);
}

function fenced(fence: Fence, inside: string, marker: string): string {
  return `<<${fence} ${marker}>>\n${inside}\n<</${fence} ${marker}>>`;
}

function partsIn(parts: MessageParts, style: EnvelopeStyle): string[] {
  const { marker, time } = style;
  const { events = [], history = [], quoted, media = [], text } = parts;
  const said = (each: { atMs: number; from: string; text: string }) =>
    `[${momentText(each.atMs, time)}] ${foreignName(each.from, marker)}: ${foreignText(each.text, marker)}`;
  // A note of the gateway may quote what a program said.
  const noted = (each: { atMs: number; text: string }) =>
    `[${momentText(each.atMs, time)}] ${foreignText(each.text, marker)}`;
  const made: [Fence, string][] = [
    ["context", contextOf(parts, style).join("\n")],
    ["events", events.map(noted).join("\n")],
    ["history", history.map(said).join("\n")],
    ["quoted", quoted === undefined ? "" : foreignText(quoted.text, marker)],
    ["media", media.map((each) => mediaLine(each, marker)).join("\n")],
    ["message", foreignText(text, marker)],
  ];
  return made
    .filter(([fence, inside]) => fence === "message" || inside !== "")
    .map(([fence, inside]) => fenced(fence, inside, marker));
}

/** The gateway's own lines. What people chose stands in quotation marks, which it cannot hold itself. */
function contextOf(parts: MessageParts, { marker, time, showsTime, showsElapsed }: EnvelopeStyle): string[] {
  const name = (text: string) => `"${foreignName(text, marker)}"`;
  const { sender, chat, quoted, messageId } = parts;
  const elapsed = showsElapsed && parts.elapsedMs !== undefined ? elapsedText(parts.elapsedMs) : undefined;
  const lines: (string | false | undefined)[] = [
    showsTime && `time: ${momentText(parts.atMs, time)}`,
    elapsed && `since the message before: ${elapsed}`,
    `channel: ${idIn(parts.channel, marker)}`,
    chat && `chat: ${[chat.name && name(chat.name), idIn(chat.id, marker)].filter(Boolean).join(" ")}`,
    `sender: ${[sender.name && name(sender.name), idIn(sender.id, marker)].filter(Boolean).join(" ")}`,
    `authority: ${sender.authority}`,
    messageId && `message id: ${idIn(messageId, marker)}`,
    quoted && `answers: ${answeredBy(quoted, marker)}`,
  ];
  return lines.filter((line) => typeof line === "string" && line !== "") as string[];
}

function answeredBy({ from, messageId }: NonNullable<MessageParts["quoted"]>, marker: string): string {
  const who = from === undefined ? "a message" : `a message of "${foreignName(from, marker)}"`;
  return messageId === undefined ? who : `${who}, id ${idIn(messageId, marker)}`;
}

/** An id of a platform has no blanks: whoever could choose one cannot add a word of authority. */
function idIn(id: string, marker: string): string {
  return foreignName(id, marker, 200).replace(/\s+/g, "_");
}

function mediaLine(part: MediaPart, marker: string): string {
  const { name, mimeType, sizeBytes, path, description, problem } = part;
  const facts = [
    foreignName(mimeType, marker),
    name && `"${foreignName(name, marker, 120)}"`,
    sizeBytes !== undefined && `${sizeBytes} bytes`,
    path && `at "${foreignName(path, marker, 400)}"`,
    problem && `not kept: ${foreignName(problem, marker, 200)}`,
  ];
  const line = facts.filter(Boolean).join(", ");
  return description === undefined ? line : `${line}:\n${foreignText(description, marker)}`;
}
