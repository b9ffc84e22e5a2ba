/** The names that policies speak of: every tool there is or will be, its group, and what profiles are made of. */
import { TOOL_GROUPS, type ToolProfile } from "../../../../shared/config/modes.ts";
import type { ToolGroup } from "../tool.ts";

/** By name. `none` is named by itself alone. A list of names that a release does not have yet is no mistake. */
export const KNOWN_TOOLS: Readonly<Record<string, ToolGroup | "none">> = {
  read: "fs",
  write: "fs",
  edit: "fs",
  apply_patch: "fs",
  exec: "runtime",
  process: "runtime",
  sessions_list: "sessions",
  sessions_history: "sessions",
  sessions_send: "sessions",
  sessions_spawn: "sessions",
  session_status: "sessions",
  agents_list: "sessions",
  memory_search: "memory",
  memory_get: "memory",
  web_search: "web",
  web_fetch: "web",
  browser: "ui",
  canvas: "ui",
  cron: "automation",
  gateway: "automation",
  message: "messaging",
  nodes: "nodes",
  image: "none",
  tts: "none",
};

/** Undefined for all of them. */
export const PROFILES: Readonly<Record<ToolProfile, readonly string[] | undefined>> = {
  minimal: ["session_status"],
  coding: [
    "group:fs",
    "group:runtime",
    "group:sessions",
    "group:memory",
    "group:web",
    "group:automation",
    "image",
  ],
  messaging: ["message", "tts", "sessions_list", "sessions_history", "sessions_send", "session_status"],
  full: undefined,
};

/** Nobody but the owner has these, whatever a configuration says. */
export const OWNER_ONLY: readonly string[] = ["gateway", "cron", "nodes"];
/** What these tell is of other conversations, or the owner's own: no guest has them, and no group. */
export const PRIVATE: readonly string[] = [
  "group:memory",
  "sessions_list",
  "sessions_history",
  "sessions_send",
];
/** What these do is done elsewhere: a sandbox would hold nothing of it. */
export const OUT_OF_SANDBOX: readonly string[] = ["nodes", "cron", "gateway", "browser", "canvas"];
/** A sub-agent does one task and starts nothing. */
export const NOT_FOR_SUBAGENTS: readonly string[] = ["group:sessions", "group:memory", "group:automation"];

/** What counts for people who are not the owner where the configuration says nothing of them. */
export const BY_AUTHORITY = {
  trusted: { profile: "coding", deny: ["group:runtime", "group:automation"] },
  guest: { profile: "messaging", deny: ["sessions_*"] },
} as const satisfies Record<string, { profile: ToolProfile; deny: readonly string[] }>;

/** What a name of a configuration stands for; several are written with `*`, and the original's spellings count. */
export function matchesTool(pattern: string, tool: { name: string; group?: ToolGroup | "none" | undefined }) {
  const plain = plainName(pattern);
  if (ALL_OF_OURS.includes(plain)) return true;
  const group = /^group:(.*)$/.exec(plain)?.[1];
  return group === undefined ? wildcard(plain).test(tool.name.toLowerCase()) : tool.group === group;
}

/** Whether any tool, of this release or a coming one, is meant. */
export function isKnownPattern(pattern: string): boolean {
  const group = /^group:(.*)$/.exec(plainName(pattern))?.[1];
  if (group !== undefined && TOOL_GROUPS.some((known) => known === group)) return true;
  return Object.entries(KNOWN_TOOLS).some(([name, ofGroup]) =>
    matchesTool(pattern, { name, group: ofGroup }),
  );
}

const ALL_OF_OURS = ["group:clawdbot", "group:openclaw"];
const SPELLINGS: Readonly<Record<string, string>> = { bash: "exec", "apply-patch": "apply_patch" };

function plainName(pattern: string): string {
  const plain = pattern.trim().toLowerCase();
  return SPELLINGS[plain] ?? plain;
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
