/** How a conversation has its answers dressed for a chat: with what before and below them, and whether they are sent at all. */
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { Language } from "../../shared/languages.ts";
import { namesOf } from "../assistant/inbox/inbox.ts";
import { isSilenced } from "../assistant/sessions/send-policy.ts";
import { usageFooter } from "../assistant/turns/footer.ts";
import { languageOf } from "../assistant/turns/words.ts";
import type { SessionFields, StartedTurn, TurnResult } from "../base/store/session-store.ts";

export interface ReplyStyle {
  /** In which the gateway itself speaks. */
  language: Language;
  /** The run happens, and nothing of it is sent. */
  isSilenced: boolean;
  /** Before the answer; empty for nothing. */
  prefix: string;
  /** Below it; empty for nothing. */
  footer: string;
  /** Whether what the model thought is sent before the answer, as a message of its own. */
  showsThinking: boolean;
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
    prefix: prefixOf(turn, fields, result, config),
    footer: usageFooter(fields.responseUsage, result, language),
    showsThinking: fields.reasoningLevel === "on",
  };
}

/** A word in braces that stands for nothing here stays as it is written. */
function prefixOf(
  { agentId }: StartedTurn,
  { thinkingLevel }: SessionFields,
  { model, provider }: TurnResult,
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
