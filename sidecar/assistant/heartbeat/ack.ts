/** What a look around says when there is nothing to say. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";

/** The word with which a model says that nothing needs attention. */
const TOKEN = "HEARTBEAT_OK";
/** As many characters beside it are taken for politeness, where nothing else is configured. */
export const ACK_MAX_CHARS = 300;

export function ackMaxChars({ agents }: GatewayConfig): number {
  return agents?.defaults?.heartbeat?.ackMaxChars ?? ACK_MAX_CHARS;
}

/** What is left to be told: nothing where the word stands at an edge with hardly anything beside it. */
export function ackOf(said: string, mostChars = ACK_MAX_CHARS): { text: string; isAck: boolean } {
  const text = said.trim();
  const bare = text.replace(/^[*_`~\s]+|[*_`~\s.!]+$/g, "");
  const isAck = bare.startsWith(TOKEN) || bare.endsWith(TOKEN);
  if (!isAck) return { text: /^NO_REPLY$/i.test(bare) ? "" : text, isAck: false };
  const rest = text
    .replaceAll(TOKEN, "")
    .replace(/^[*_`~\s.!:—-]+|[*_`~\s]+$/g, "")
    .trim();
  return { text: rest.length <= mostChars ? "" : rest, isAck: true };
}
