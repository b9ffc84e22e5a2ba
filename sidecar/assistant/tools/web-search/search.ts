/** What a search is, whoever carries it out. */
import type { WebPlace } from "../../../base/net/safe-fetch.ts";

export interface SearchRequest {
  query: string;
  count: number;
  /** Two letters. */
  country?: string | undefined;
  freshness?: Freshness | undefined;
  signal: AbortSignal;
}

/** The last day, week, month, year. */
export const FRESHNESS = ["pd", "pw", "pm", "py"] as const;
export type Freshness = (typeof FRESHNESS)[number];

export interface Found {
  title: string;
  url: string;
  text: string;
}

/** `answer` is what a model says that has searched. */
export interface SearchAnswer {
  answer?: string;
  found: readonly Found[];
}

export interface SearchPlace extends WebPlace {
  baseUrl: string;
  timeoutMs: number;
}
