/** The messages that the end of a turn makes in its chat: shaped, cut to the channel's size, and none where nothing is to be said. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { ackMaxChars, ackOf } from "../assistant/heartbeat/ack.ts";
import type { AccountPolicy } from "../assistant/inbox/policy.ts";
import { chatTextsIn } from "../assistant/inbox/texts.ts";
import type { AnswerFiles } from "../assistant/media/answer-files.ts";
import { isWebAddress } from "../assistant/media/media-path.ts";
import type { OutboundFile, OutboxPart } from "../base/store/outbox-records.ts";
import type { Route } from "../base/store/route.ts";
import type { StartedTurn, TurnEnd } from "../base/store/session-store.ts";
import type { ChannelDescriptor } from "./channel.ts";
import { chunkText, reopened } from "./format/chunk.ts";
import { fits, formatText } from "./format/format.ts";
import type { ReplyStyle } from "./reply-style.ts";
import { isRepeated } from "./said-by-tool.ts";
import type { SaidInBlocks } from "./said-in-blocks.ts";
import { isSilent, type Shaped, shapeAnswer } from "./shaping.ts";

/** By which rules the messages are made. */
export interface ChatRules {
  descriptor: ChannelDescriptor;
  policy: AccountPolicy;
  config: GatewayConfig;
  /** Where a kept file lies. */
  pathOf(mediaId: string): string;
}

/**
 * How the messages are made: `preview` is one that the answer takes the place of, `before` what of it is on its way already, and `said` what
 * the turn has said in the chat besides.
 */
export interface Making {
  rules: ChatRules;
  style: ReplyStyle;
  preview: string | undefined;
  before: SaidInBlocks | undefined;
  said: readonly string[];
}

/** The parts in order. */
export function partsOfEnd(turn: StartedTurn, end: TurnEnd, making: Making): OutboxPart[] {
  const { rules, style, before } = making;
  const { route } = turn;
  if (route === undefined || style.isSilenced) return [];
  // It is tried again, and whoever made the job is told when it is not.
  if (turn.origin === "cron" && end.state !== "done") return [];
  const texts = chatTextsIn(style.language);
  switch (end.state) {
    case "done":
      return delayed(before?.delayMs, [
        ...(style.thoughts === "on" ? thinkingParts(route, unsentThoughts(end, before), rules) : []),
        ...answerParts(turn, route, end, making),
      ]);
    case "failed":
      return [notice(route, texts.failed(end.result.text))];
    case "aborted":
      // Whoever stopped it knows; whoever waited for it in vain does not.
      return end.result.stopReason === "timeout" ? [notice(route, texts.tooLong)] : [];
  }
}

function answerParts(
  turn: StartedTurn,
  route: Route,
  { result, files = NO_FILES }: Pick<TurnEnd, "result" | "files">,
  { rules, style, preview, before, said: saidBesides }: Making,
): OutboxPart[] {
  const mayAttach = (path: string) => files.has(path) || isWebAddress(path);
  const whole = shapeAnswer(result.text, mayAttach);
  if (
    turn.origin === "heartbeat" &&
    whole.media.length === 0 &&
    ackOf(result.text, ackMaxChars(rules.config)).text === ""
  )
    return [];
  const shaped = before === undefined ? whole : shapeAnswer(restOf(result.text, before), mayAttach);
  const isNothing = shaped.media.length === 0 && (shaped.text === "" || isSilent(shaped.text));
  const blocks = before?.blocks ?? 0;
  if (shaped.media.length === 0 && blocks === 0 && isRepeated(shaped.text, saidBesides)) return [];
  if (isNothing && blocks === 0 && maySayNothing(turn)) return [];
  const text = isNothing ? "" : shaped.text;
  const said =
    blocks > 0
      ? dressed(text, { ...style, prefix: "" })
      : isNothing
        ? (promisedIn(turn) ?? chatTextsIn(style.language).noAnswer)
        : dressed(text, style);
  if (said === "" && shaped.media.length === 0) return [];
  const pieces = said === "" ? [""] : piecesOf(said, rules);
  return pieces.map((piece, index) => ({
    kind: "answer",
    route,
    payload: {
      text: piece,
      ...replyOf(whole, route, blocks + index, rules),
      ...(index === 0 && shaped.media.length > 0
        ? { media: shaped.media.map((path) => outboundFile(path, files, rules)) }
        : {}),
      ...(index === 0 && whole.asVoice ? { asVoice: true } : {}),
    },
    ...(index === 0 && preview !== undefined ? { preview } : {}),
  }));
}

/** What of the answer was not said in blocks. Where it came out otherwise than it was written, it goes on behind the last words of these. */
function restOf(text: string, { text: said, open }: SaidInBlocks): string {
  if (text.startsWith(said)) return reopened(text.slice(said.length), open);
  const last = said.slice(-LAST_WORDS);
  const at = text.lastIndexOf(last);
  return at === -1 ? text : reopened(text.slice(at + last.length), open);
}

const LAST_WORDS = 60;

function delayed(delayMs = 0, [first, ...others]: readonly OutboxPart[]): OutboxPart[] {
  if (first === undefined) return [];
  return [delayMs === 0 ? first : { ...first, delayMs }, ...others];
}

/** Those that went out with a block are not told again. */
function unsentThoughts({ thoughts = [] }: TurnEnd, before: SaidInBlocks | undefined): readonly string[] {
  return thoughts.filter((thought) => !before?.thoughts.some((sent) => sent.includes(thought)));
}

const NO_FILES: AnswerFiles = new Map();

function outboundFile(path: string, files: AnswerFiles, { pathOf }: ChatRules): OutboundFile {
  const file = files.get(path);
  if (file === undefined) return { url: path };
  const { mediaId, mimeType, sizeBytes, name } = file;
  return { path: pathOf(mediaId), mimeType, sizeBytes, ...(name === undefined ? {} : { name }) };
}

function dressed(text: string, { prefix, footer }: ReplyStyle): string {
  return [`${prefix}${text}`, footer].filter((part) => part.trim() !== "").join("\n\n");
}

/** What was thought before the answer. */
export function thinkingParts(route: Route, thoughts: readonly string[], rules: ChatRules): OutboxPart[] {
  if (thoughts.length === 0) return [];
  return piecesOf(thoughtText(thoughts.join("\n\n")), rules).map((piece) => ({
    kind: "answer",
    route,
    payload: { text: piece },
  }));
}

/** A thought as a chat shows it. */
export function thoughtText(thought: string): string {
  return `💭 ${thought}`;
}

type Sizes = Pick<ChatRules, "descriptor" | "policy">;

/** Cut so that each piece is short enough as the channel will write it. */
export function piecesOf(text: string, rules: Sizes): string[] {
  return chunkText(text, (piece) => fitsInChat(piece, rules), rules.policy.chunkMode);
}

/** Whether it is short enough as the channel will write it. */
export function fitsInChat(piece: string, { descriptor, policy }: Sizes): boolean {
  const { limits, format } = descriptor.text;
  const length = Math.min(policy.textChunkLimit ?? limits.length, limits.length);
  return fits(formatText(piece, format), { ...limits, length });
}

/** Whether nobody waits for an answer: nobody spoke to the assistant, or no person asked. */
/** What somebody asked to be told at this time, where nothing else is said of it. */
function promisedIn({ options, inputs }: StartedTurn): string | undefined {
  return options.mustTell === true ? inputs.map(({ text }) => text).join("\n") : undefined;
}

function maySayNothing({ origin, route, inputs, options }: StartedTurn): boolean {
  if (origin !== "channel") return options.mustTell !== true;
  return route?.chat.kind !== "dm" && inputs.every(({ parts }) => parts?.isMentioned !== true);
}

/** The message that the one of this number points to. */
export function replyOf(
  { replyTo }: Shaped,
  { messageId }: Route,
  index: number,
  { descriptor, policy }: ChatRules,
): { replyTo?: string } {
  if (descriptor.abilities.replies !== true) return {};
  const isPointing = policy.replyToMode === "all" || index === 0;
  const asked = replyTo?.kind === "id" ? replyTo.id : replyTo?.kind === "current" ? messageId : undefined;
  const target = asked ?? (policy.replyToMode === "off" ? undefined : messageId);
  return isPointing && target !== undefined ? { replyTo: target } : {};
}

function notice(route: Route, text: string): OutboxPart {
  return { kind: "notice", route, payload: { text } };
}
