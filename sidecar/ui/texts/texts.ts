/** Every sentence of the page. Text between backticks is shown as code. */
import type { Language } from "../../../shared/languages.ts";
import type { Level } from "../log-line.ts";
import type { RefusalKind } from "../refusal.ts";
import type { Absence } from "../store.ts";

/** A reason why the page stands before a closed door, and the way in. */
export interface GateText {
  headline: string;
  remedy: string;
}

export interface Texts {
  /** BCP 47. */
  language: Language;
  running: string;
  connecting: string;
  absent: Record<Absence, string>;
  /** `uptime` comes formatted. */
  /** What of the gateway is not well, as it says it. */
  notWell(what: string): string;
  up: (uptime: string) => string;
  retryIn: (seconds: number) => string;
  trying: string;
  tryNow: string;
  facts: { title: string; address: string; version: string; process: string; model: string; config: string };
  clients: {
    title: string;
    none: string;
    thisPage: string;
    unnamed: string;
    since: (moment: string) => string;
  };
  approvals: {
    title: string;
    left: (seconds: number) => string;
    /** What *always* would allow. */
    rule: (rule: string) => string;
    once: string;
    turn: string;
    always: string;
    deny: string;
  };
  conversation: {
    title: string;
    message: string;
    send: string;
    stop: string;
    empty: string;
    /** Whose message it is, for those who do not see where it stands. */
    by: Record<"user" | "assistant", string>;
    working: string;
    queued: string;
    cut: string;
    failed: (error: string) => string;
    notConnected: string;
    /** The message went out, and nobody said that it arrived. */
    sentLater: string;
    mayNotWrite: string;
  };
  health: {
    title: string;
    agent: string;
    heartbeat: string;
    heartbeatOff: string;
    every: (interval: string) => string;
    channels: string;
    noChannels: string;
    sessions: string;
    checked: string;
  };
  log: {
    title: string;
    level: string;
    levels: Record<Level, string>;
    follow: string;
    empty: string;
    emptyAtLevel: string;
    unreadable: (problem: string) => string;
  };
  gate: {
    secretMissing: GateText;
    refused: Record<RefusalKind, GateText>;
    gatewaySays: string;
    secretLabel: string;
    remember: string;
    /** What remembering means, and when not to. */
    rememberNote: string;
    connect: string;
    tryAgain: string;
  };
}
