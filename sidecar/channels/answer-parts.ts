/** The messages that the end of a turn makes in its chat: shaped, cut to the channel's size, and none where nothing is to be said. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { AccountPolicy } from "../assistant/inbox/policy.ts";
import { chatTextsIn } from "../assistant/inbox/texts.ts";
import type { AnswerFiles } from "../assistant/media/answer-files.ts";
import { isWebAddress } from "../assistant/media/media-path.ts";
import type { Message } from "../base/store/message.ts";
import type { OutboundFile, OutboxPart } from "../base/store/outbox-records.ts";
import type { Route } from "../base/store/route.ts";
import type { StartedTurn, TurnEnd } from "../base/store/session-store.ts";
import type { ChannelDescriptor } from "./channel.ts";
import { chunkText } from "./format/chunk.ts";
import { fits, formatText } from "./format/format.ts";
import type { ReplyStyle } from "./reply-style.ts";
import { isSilent, type Shaped, shapeAnswer } from "./shaping.ts";

/** By which rules the messages are made. */
export interface ChatRules {
  descriptor: ChannelDescriptor;
  policy: AccountPolicy;
  config: GatewayConfig;
  /** Where a kept file lies. */
  pathOf(mediaId: string): string;
}

/** The parts in order. `preview` is the message that the answer takes the place of. */
export function partsOfEnd(
  turn: StartedTurn,
  end: TurnEnd,
  { rules, style, preview }: { rules: ChatRules; style: ReplyStyle; preview?: string | undefined },
): OutboxPart[] {
  const { route } = turn;
  if (route === undefined || style.isSilenced) return [];
  const texts = chatTextsIn(style.language);
  switch (end.state) {
    case "done":
      return [
        ...(style.showsThinking ? thinkingParts(route, end.messages, rules) : []),
        ...answerParts(turn, route, end, { rules, style, preview }),
      ];
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
  { rules, style, preview }: { rules: ChatRules; style: ReplyStyle; preview: string | undefined },
): OutboxPart[] {
  const shaped = shapeAnswer(result.text, (path) => files.has(path) || isWebAddress(path));
  const isNothing = shaped.media.length === 0 && (shaped.text === "" || isSilent(shaped.text));
  if (isNothing && maySayNothing(turn)) return [];
  const said = isNothing ? chatTextsIn(style.language).noAnswer : dressed(shaped.text, style);
  const pieces = said === "" ? [""] : piecesOf(said, rules);
  return pieces.map((piece, index) => ({
    kind: "answer",
    route,
    payload: {
      text: piece,
      ...replyOf(shaped, route, index, rules),
      ...(index === 0 && shaped.media.length > 0
        ? { media: shaped.media.map((path) => outboundFile(path, files, rules)) }
        : {}),
      ...(index === 0 && shaped.asVoice ? { asVoice: true } : {}),
    },
    ...(index === 0 && preview !== undefined ? { preview } : {}),
  }));
}

const NO_FILES: AnswerFiles = new Map();

function outboundFile(path: string, files: AnswerFiles, { pathOf }: ChatRules): OutboundFile {
  const file = files.get(path);
  if (file === undefined) return { url: path };
  const { mediaId, mimeType, sizeBytes, name } = file;
  return { path: pathOf(mediaId), mimeType, sizeBytes, ...(name === undefined ? {} : { name }) };
}

function dressed(text: string, { prefix, footer }: ReplyStyle): string {
  const before = prefix === "" ? "" : /\s$/.test(prefix) ? prefix : `${prefix} `;
  return [`${before}${text}`, footer].filter((part) => part.trim() !== "").join("\n\n");
}

/** What was thought before the answer. */
function thinkingParts(route: Route, messages: readonly Message[], rules: ChatRules): OutboxPart[] {
  const thought = messages
    .flatMap(({ content }) => content)
    .flatMap((block) => (block.type === "thinking" ? [block.thinking.trim()] : []))
    .filter((each) => each !== "")
    .join("\n\n");
  if (thought === "") return [];
  return piecesOf(`💭 ${thought}`, rules).map((piece) => ({
    kind: "answer",
    route,
    payload: { text: piece },
  }));
}

/** Cut so that each piece is short enough as the channel will write it. */
export function piecesOf(
  text: string,
  { descriptor, policy }: Pick<ChatRules, "descriptor" | "policy">,
): string[] {
  const { limits, format } = descriptor.text;
  const length = Math.min(policy.textChunkLimit ?? limits.length, limits.length);
  return chunkText(text, (piece) => fits(formatText(piece, format), { ...limits, length }), policy.chunkMode);
}

/** Whether nobody waits for an answer: nobody spoke to the assistant, or no person asked. */
function maySayNothing({ origin, route, inputs }: StartedTurn): boolean {
  if (origin !== "channel") return true;
  return route?.chat.kind !== "dm" && inputs.every(({ parts }) => parts?.isMentioned !== true);
}

function replyOf(
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
