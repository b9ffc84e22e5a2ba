/** How a conversation has its answers dressed for a chat: with what before and below them, and whether they are sent at all. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { Language } from "../../shared/languages.ts";
import { namesOf } from "../assistant/inbox/inbox.ts";
import { kindOf } from "../assistant/session-key.ts";
import { isSilenced } from "../assistant/sessions/send-policy.ts";
import { footerOf } from "../assistant/turns/footer.ts";
import { type ThoughtLevel, thoughtLevelOf } from "../assistant/turns/thought-level.ts";
import type { Speaker } from "../assistant/turns/turn-surface.ts";
import { languageOf } from "../assistant/turns/words.ts";
import type { SessionFields, StartedTurn, TurnResult } from "../base/store/session-store.ts";

export interface ReplyStyle {
  /** In which the gateway itself speaks. */
  language: Language;
  /** The run happens, and nothing of it is sent. */
  isSilenced: boolean;
  /** Before the answer, with a blank behind it; empty for nothing. */
  prefix: string;
  /** Below it; empty for nothing. */
  footer: string;
  /** Whether what the model thought is sent before the answer, as a message of its own, or seen until then. */
  thoughts: ThoughtLevel;
}

/** The style of the answer that ended so. */
export function replyStyleOf(
  turn: StartedTurn,
  fields: SessionFields,
  result: TurnResult,
  config: GatewayConfig,
): ReplyStyle {
  const language = languageOf(turn, config);
  return {
    language,
    isSilenced: isSilenced(turn.sessionKey, fields, config),
    prefix: spacedPrefix(turn, fields, { provider: result.provider, id: result.model }, config),
    footer: footerOf(fields.responseUsage, result, language),
    thoughts: thoughtsShownTo(turn, fields),
  };
}

/** In a chat of several people only what was set in that conversation counts: one that others share was meant for them. */
export function thoughtsShownTo({ route, sessionKey }: StartedTurn, fields: SessionFields): ThoughtLevel {
  const isOfGroup = kindOf(sessionKey, fields.chatType) === "group";
  return route === undefined || route.chat.kind === "dm" || isOfGroup ? thoughtLevelOf(fields) : undefined;
}

/** What stands before an answer of this model; nothing before one that goes on behind what a former process sent. */
export function spacedPrefix(
  turn: StartedTurn,
  fields: SessionFields,
  by: Speaker,
  config: GatewayConfig,
): string {
  if (turn.conversation.at(-1)?.message.goesOn === true) return "";
  const prefix = prefixOf(turn, fields, by, config);
  return prefix === "" || /\s$/.test(prefix) ? prefix : `${prefix} `;
}

/** A word in braces that stands for nothing here stays as it is written. */
function prefixOf(
  { agentId }: StartedTurn,
  { thinkingLevel }: SessionFields,
  { id: model, provider }: Speaker,
  { messages, agents }: GatewayConfig,
): string {
  const template = messages?.responsePrefix ?? "";
  const name = namesOf(agents?.list?.find(({ id }) => id === agentId)).at(-1);
  const words: Readonly<Record<string, string | undefined>> = {
    model,
    provider,
    thinkinglevel: typeof thinkingLevel === "string" ? thinkingLevel : undefined,
    "identity.name": name,
  };
  const filled = template === "auto" ? name && `[${name}]` : template;
  return (filled ?? "").replace(/\{([\w.]+)\}/g, (hole, word: string) => words[word.toLowerCase()] ?? hole);
}
