/** What a provider is spoken to by, and what it takes to reach one. */
import type { Clock } from "../../../../shared/clock.ts";

/** One way into a provider. */
export interface ProviderAccess {
  /** Up to and with what the API calls its version, without a slash at the end. */
  baseUrl: string;
  /** Undefined for one that asks for none. */
  apiKey: string | undefined;
  /** It is a token of somebody's subscription, which some APIs take in another way than a key. */
  isToken?: boolean;
  headers: Readonly<Record<string, string>>;
}

/** How long a provider may be silent, in ms. */
export interface SilenceLimits {
  firstByteMs: number;
  betweenChunksMs: number;
}

export const SILENCE_LIMITS: SilenceLimits = { firstByteMs: 90_000, betweenChunksMs: 60_000 };
/** A model of this machine may have to be loaded from its disk first. */
export const LOCAL_SILENCE_LIMITS: SilenceLimits = { firstByteMs: 300_000, betweenChunksMs: 300_000 };

/** What a call is carried out with. */
export interface CallPlace {
  clock: Clock;
  limits: SilenceLimits;
}
