/** Whether and in which pieces answers are sent while they are being written, as the configuration says it. */
import { agentEntry } from "../../shared/config/agents.ts";
import { DEFAULTS } from "../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { HumanDelay } from "../../shared/config/sections/block-streaming.ts";
import { withoutUndefined } from "../../shared/without-undefined.ts";
import type { AccountPolicy } from "../assistant/inbox/policy.ts";

export interface BlockSettings {
  /** A block has at least so many characters, unless the message ends. */
  minChars: number;
  maxChars: number;
  /** A block is sent when nothing was added to it for so long, in ms. */
  idleMs: number;
  /** Nothing is sent before the message is whole. */
  waitsForEnd: boolean;
  /** Between blocks, in ms; undefined for none. */
  pause: { minMs: number; maxMs: number } | undefined;
}

/** Undefined where an answer is sent when it is whole. */
export function blockSettingsOf(
  { channel, agentId, policy }: { channel: string; agentId: string; policy: AccountPolicy },
  config: GatewayConfig,
): BlockSettings | undefined {
  const {
    blockStreamingDefault = DEFAULTS["agents.defaults.blockStreamingDefault"],
    blockStreamingBreak = DEFAULTS["agents.defaults.blockStreamingBreak"],
    blockStreamingChunk: chunk = {},
    blockStreamingCoalesce,
    humanDelay,
  } = config.agents?.defaults ?? {};
  if (!(policy.blockStreaming ?? blockStreamingDefault === "on")) return undefined;
  const own = policy.blockStreamingCoalesce ?? {};
  const coalesce = { ...blockStreamingCoalesce, ...withoutUndefined({ ...own }) };
  const least = chunk.minChars ?? DEFAULTS["agents.defaults.blockStreamingChunk.minChars"];
  const joined = coalesce.minChars ?? (SLOW_CHANNELS.includes(channel) ? SLOW_MIN_CHARS : 0);
  const most =
    coalesce.maxChars ?? chunk.maxChars ?? DEFAULTS["agents.defaults.blockStreamingChunk.maxChars"];
  // What a channel says of itself alone is not lifted by what holds for all.
  const isOwnMost = own.maxChars !== undefined && own.minChars === undefined;
  const minChars = Math.min(Math.max(least, joined), isOwnMost ? most : Number.POSITIVE_INFINITY);
  return {
    minChars,
    maxChars: Math.max(most, minChars),
    idleMs: coalesce.idleMs ?? DEFAULTS["agents.defaults.blockStreamingCoalesce.idleMs"],
    waitsForEnd: blockStreamingBreak === "message_end",
    pause: pauseOf(agentEntry(config, agentId)?.humanDelay ?? humanDelay),
  };
}

/** Where every message makes a noise, or counts against a limit. */
const SLOW_CHANNELS: readonly string[] = ["signal", "slack", "discord", "mattermost", "googlechat"];
const SLOW_MIN_CHARS = 1_500;

function pauseOf({ mode = "off", minMs, maxMs }: HumanDelay = {}): BlockSettings["pause"] {
  if (mode === "off") return undefined;
  if (mode === "natural") return NATURAL;
  // One that is not given is fitted to the other.
  return {
    minMs: minMs ?? Math.min(NATURAL.minMs, maxMs ?? NATURAL.minMs),
    maxMs: maxMs ?? Math.max(NATURAL.maxMs, minMs ?? NATURAL.maxMs),
  };
}

const NATURAL = { minMs: 800, maxMs: 2_500 } as const;
