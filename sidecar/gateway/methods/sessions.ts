/** Handlers of `sessions.*`. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError, UnavailableError } from "../../../shared/errors.ts";
import {
  type SessionEntry,
  type SessionListRow,
  sessionsMethods,
} from "../../../shared/protocol/methods/sessions.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import {
  agentOf,
  canonicalKey,
  type KeyRules,
  keyRules,
  kindOf,
  mainSessionKey,
} from "../../assistant/session-key.ts";
import { patchOf } from "../../assistant/sessions/patch.ts";
import { type Message, textOf } from "../../base/store/message.ts";
import type { SessionFields, SessionRow, SessionStore } from "../../base/store/session-store.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { cutText } from "../text-limits.ts";

/** What the handlers stand on. */
export interface SessionsPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  clock: Clock;
}

const PREVIEW = { keys: 64, items: 12, mostItems: 50, chars: 240, mostChars: 2_000 } as const;
const TITLE_CHARS = 60;
const LAST_MESSAGE_CHARS = 120;
/** What a new conversation under the same key keeps. */
const KEPT_BY_RESET = [
  "label",
  "displayName",
  "thinkingLevel",
  "verboseLevel",
  "reasoningLevel",
  "elevatedLevel",
  "responseUsage",
  "sendPolicy",
  "groupActivation",
  "modelOverride",
  "providerOverride",
  "origin",
  "lastChannel",
  "lastTo",
  "spawnedBy",
];

export function sessionsHandlers({ assistant, config, clock }: SessionsPlace): Method[] {
  const rules = () => keyRules(config());
  return implement(sessionsMethods, {
    "sessions.list": async (params) => {
      const store = await assistant.store();
      const { includeDerivedTitles, includeLastMessage, activeMinutes, ...query } = params;
      const since = activeMinutes === undefined ? undefined : clock.now() - activeMinutes * 60_000;
      const rows = await store.list({ ...query, updatedSinceMs: since });
      const sessions = await Promise.all(
        rows.map((row) => listed(row, store, { titles: includeDerivedTitles, last: includeLastMessage })),
      );
      return {
        ts: clock.now(),
        path: assistant.storeFile,
        count: sessions.length,
        defaults: await defaultsOf(assistant),
        sessions,
      };
    },

    "sessions.preview": async ({ keys, limit = PREVIEW.items, maxChars = PREVIEW.chars }) => {
      const store = await assistant.store();
      const most = {
        items: Math.min(limit, PREVIEW.mostItems),
        chars: Math.min(maxChars, PREVIEW.mostChars),
      };
      const named = keys.slice(0, PREVIEW.keys);
      const previews = await Promise.all(named.map((key) => previewOf(key, store, rules(), most)));
      return { ts: clock.now(), previews };
    },

    "sessions.resolve": async ({ key, sessionId, label, agentId, spawnedBy }) => {
      const given = [key, sessionId, label].filter((each) => each !== undefined && each.trim() !== "");
      if (given.length === 0) throw invalid("Either key, sessionId, or label is required");
      if (given.length > 1) throw invalid("Provide either key, sessionId, or label (not multiple)");
      const store = await assistant.store();
      if (label !== undefined)
        return { ok: true as const, key: await byLabel(store, label, { agentId, spawnedBy }) };
      const name = given[0] ?? "";
      const row =
        sessionId === undefined
          ? await store.get(canonicalKey(name, rules()))
          : await store.bySessionId(name);
      if (row === undefined) throw invalid(`No session found: ${name}`);
      return { ok: true as const, key: row.key };
    },

    "sessions.patch": async ({ key: name, ...params }) => {
      const key = requiredKey(name, rules());
      const store = await assistant.store();
      const change = patchOf(params, key, (await store.get(key))?.fields ?? {});
      const row = await store.patch(key, agentOf(key), change, clock.now());
      return { ok: true as const, path: assistant.storeFile, key, entry: entryOf(row) };
    },

    "sessions.reset": async ({ key: name }) => {
      const key = requiredKey(name, rules());
      const store = await assistant.store();
      await endRun(assistant, key);
      const before = (await store.get(key))?.fields ?? {};
      const kept = Object.fromEntries(
        Object.entries(before).filter(([field]) => KEPT_BY_RESET.includes(field)),
      );
      const fields = { ...kept, ...FRESH };
      return {
        ok: true as const,
        key,
        entry: entryOf(await store.reset(key, agentOf(key), fields, clock.now())),
      };
    },

    "sessions.delete": async ({ key: name }) => {
      const key = requiredKey(name, rules());
      if (key === mainSessionKey(rules())) throw invalid(`Cannot delete the main session (${key}).`);
      const store = await assistant.store();
      await endRun(assistant, key);
      return {
        ok: true as const,
        key,
        deleted: await store.archive(key, "deleted", clock.now()),
        archived: [],
      };
    },
  });
}

const FRESH: SessionFields = {
  systemSent: false,
  abortedLastRun: false,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
};

/** A row as clients see it. */
export function entryOf({ sessionId, updatedAtMs, fields }: SessionRow): SessionEntry {
  return { sessionId, updatedAt: updatedAtMs, ...fields };
}

/** Fails with `SESSION_BUSY` when what runs in the session does not end. */
async function endRun(assistant: Assistant, key: string): Promise<void> {
  await assistant.abort(key, undefined, "rpc");
  if (!(await assistant.isRunning(key))) return;
  throw new UnavailableError("SESSION_BUSY", `Session ${key} is still active; try again in a moment.`);
}

function requiredKey(name: string, rules: KeyRules): string {
  if (name.trim() === "") throw invalid("key required");
  return canonicalKey(name, rules);
}

async function byLabel(
  store: SessionStore,
  label: string,
  narrow: { agentId: string | undefined; spawnedBy: string | undefined },
): Promise<string> {
  const [row] = await store.list({ label: label.trim(), ...narrow });
  if (row === undefined) throw invalid(`No session found with label: ${label.trim()}`);
  return row.key;
}

async function listed(
  row: SessionRow,
  store: SessionStore,
  include: { titles: boolean | undefined; last: boolean | undefined },
): Promise<SessionListRow> {
  const { key, sessionId, updatedAtMs, fields } = row;
  const [title, last] = await Promise.all([
    include.titles ? titleOf(row, store) : undefined,
    include.last ? store.history(sessionId, { limit: 1 }) : undefined,
  ]);
  const text = last?.[0] === undefined ? "" : textOf(last[0].message).trim();
  return {
    ...fields,
    key,
    kind: kindOf(key, fields.chatType),
    updatedAt: updatedAtMs,
    sessionId,
    totalTokens: typeof fields.totalTokens === "number" ? fields.totalTokens : 0,
    ...(title === undefined ? {} : { derivedTitle: title }),
    ...(text === "" ? {} : { lastMessagePreview: cutText(text, LAST_MESSAGE_CHARS) }),
  };
}

async function titleOf({ sessionId, updatedAtMs, fields }: SessionRow, store: SessionStore): Promise<string> {
  for (const name of [fields.displayName, fields.subject]) {
    if (typeof name === "string" && name.trim() !== "") return name.trim();
  }
  const first = (await store.firstUserText(sessionId))?.replace(/\s+/g, " ").trim();
  if (first) return cutText(first, TITLE_CHARS);
  return `${sessionId.slice(0, 8)} (${new Date(updatedAtMs).toISOString().slice(0, 10)})`;
}

async function previewOf(
  name: string,
  store: SessionStore,
  rules: KeyRules,
  most: { items: number; chars: number },
) {
  const row = await store.get(canonicalKey(name, rules));
  if (row === undefined) return { key: name, status: "missing" as const, items: [] };
  const items = (await store.history(row.sessionId, { limit: most.items }))
    .map(({ message }) => ({ role: roleOf(message), text: shortened(textOf(message).trim(), most.chars) }))
    .filter(({ text }) => text !== "");
  return { key: name, status: items.length === 0 ? ("empty" as const) : ("ok" as const), items };
}

function roleOf({ role }: Message): "user" | "assistant" | "tool" {
  return role === "toolResult" ? "tool" : role;
}

function shortened(text: string, chars: number): string {
  return text.length <= chars ? text : `${cutText(text, chars - 3)}...`;
}

async function defaultsOf(assistant: Assistant) {
  const facts = await (await assistant.models()).defaultFacts();
  return {
    modelProvider: facts?.provider ?? null,
    model: facts?.id ?? null,
    contextTokens: facts?.contextWindow ?? null,
  };
}

function invalid(message: string): RequestError {
  return new RequestError("SESSION_INVALID", message);
}
