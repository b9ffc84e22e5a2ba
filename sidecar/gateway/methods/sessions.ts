/** Handlers of `sessions.*`. */
import { dirname, join } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError } from "../../../shared/errors.ts";
import { loadPart } from "../../../shared/node/part.ts";
import {
  type Maintenance,
  type SessionEntry,
  type SessionListRow,
  sessionsMethods,
} from "../../../shared/protocol/methods/sessions.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { mediaWord, wordsWithFiles } from "../../assistant/media/media-line.ts";
import { withElevatedEnd } from "../../assistant/sandbox/elevated.ts";
import {
  agentOf,
  canonicalKey,
  type KeyRules,
  keyRules,
  kindOf,
  mainSessionKey,
  requestedKey,
} from "../../assistant/session-key.ts";
import { ARCHIVE_FOLDER } from "../../assistant/sessions/maintenance-record.ts";
import { patchOf } from "../../assistant/sessions/patch.ts";
import { fieldsAfterReset } from "../../assistant/sessions/reset.ts";
import { type Message, textOf } from "../../base/store/message.ts";
import type { SessionPatch, SessionRow, SessionStore } from "../../base/store/session-store.ts";
import { implement, type Method } from "../rpc/implement.ts";
import { cutText } from "../text-limits.ts";
import { endRun } from "./chat-commands.ts";

/** What the handlers stand on. */
export interface SessionsPlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  clock: Clock;
}

const PREVIEW = { keys: 64, items: 12, mostItems: 50, chars: 240, mostChars: 2_000 } as const;
const MOST_FORMER = 20;
const SHOWN_ID_CHARS = 80;
const LAST_MESSAGE_CHARS = 120;
/** Entries that `sessions.compact` keeps where nobody says. */
const DEFAULT_MAX_LINES = 400;
const MOST_ENTRIES = 100_000;

export function sessionsHandlers({ assistant, config, clock }: SessionsPlace): Method[] {
  const rules = () => keyRules(config());
  const maintenanceOf = async (store: SessionStore): Promise<Maintenance> => {
    const { maintenanceNow } = await loadPart(() => import("../../assistant/sessions/maintenance-now.ts"));
    return await maintenanceNow(store, {
      config: config(),
      stateDir: dirname(assistant.storeFile),
      nowMs: clock.now(),
    });
  };
  return implement(sessionsMethods, {
    "sessions.list": async (params) => {
      const store = await assistant.store();
      const { includeDerivedTitles, includeLastMessage, includeFormer, ...rest } = params;
      const { includeMaintenance = false, includeMore = false, activeMinutes, ...query } = rest;
      const include = { titles: includeDerivedTitles, last: includeLastMessage, former: includeFormer };
      const since = activeMinutes === undefined ? undefined : clock.now() - activeMinutes * 60_000;
      const { limit = Number.POSITIVE_INFINITY } = query;
      const found = await store.list({
        ...query,
        ...(Number.isFinite(limit) && { limit: limit + 1 }),
        updatedSinceMs: since,
      });
      const rows = found.slice(0, limit);
      const sessions = await Promise.all(rows.map((row) => listed(row, store, include)));
      return {
        ts: clock.now(),
        path: assistant.storeFile,
        count: sessions.length,
        defaults: await defaultsOf(assistant),
        sessions,
        ...(includeMore && found.length > rows.length && { hasMore: true as const }),
        ...(includeMaintenance ? { maintenance: await maintenanceOf(store) } : {}),
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
          ? await store.get(requestedKey(name, rules()))
          : await store.bySessionId(name);
      if (row === undefined) throw invalid(`No session found: ${name}`);
      return { ok: true as const, key: row.key };
    },

    "sessions.patch": async ({ key: name, ...params }) => {
      const key = requiredKey(name, rules());
      const store = await assistant.store();
      const asked = patchOf(params, key, (await store.get(key))?.fields ?? {});
      const chosen = typeof asked.modelOverride === "string" ? await overDefault(asked, assistant) : asked;
      const change = withElevatedEnd(chosen, clock.now());
      const row = await store.patch(key, agentOf(key, rules().defaultId), change, clock.now());
      return { ok: true as const, path: assistant.storeFile, key, entry: entryOf(row) };
    },

    "sessions.reset": async ({ key: name }) => {
      const key = requiredKey(name, rules());
      const store = await assistant.store();
      await endRun(assistant, key);
      const before = (await store.get(key))?.fields ?? {};
      const row = await store.reset(
        key,
        agentOf(key, rules().defaultId),
        fieldsAfterReset(before),
        clock.now(),
      );
      return { ok: true as const, key, entry: entryOf(row) };
    },

    "sessions.reopen": async ({ key: name, sessionId }) => {
      const key = requiredKey(name, rules());
      const store = await assistant.store();
      await endRun(assistant, key);
      const row = await store.reopen(key, sessionId, clock.now());
      if (row === undefined) throw invalid(`No former session found: ${cutText(sessionId, SHOWN_ID_CHARS)}`);
      return { ok: true as const, key, entry: entryOf(row) };
    },

    "sessions.compact": async ({ key: name, maxLines = DEFAULT_MAX_LINES }) => {
      const key = requiredKey(name, rules());
      const store = await assistant.store();
      const session = await store.get(key);
      const none = { ok: true as const, key, compacted: false };
      if (session === undefined) return { ...none, reason: "no sessionId" };
      const { length } = await store.conversation(session.sessionId, MOST_ENTRIES);
      if (length === 0) return { ...none, reason: "no transcript" };
      if (length <= maxLines) return { ...none, kept: length };
      const compacted = await assistant.compact(key, { keepEntries: maxLines });
      if (compacted === undefined) return { ...none, kept: length };
      const { kept, conversation } = compacted;
      return { ok: true as const, key, compacted: true, archived: conversation[0]?.id ?? "", kept };
    },

    "sessions.delete": async ({ key: name, purge = false, dryRun = false }) => {
      const key = requiredKey(name, rules());
      if (!purge && key === mainSessionKey(rules()))
        throw invalid(`Cannot delete the main session (${key}).`);
      const store = await assistant.store();
      if (dryRun) {
        const deleted = purge ? await store.isKnown(key) : (await store.get(key)) !== undefined;
        return { ok: true as const, key, deleted, archived: [] };
      }
      if (purge) return await erased(key, assistant);
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

/** A row as clients see it. */
export function entryOf({ sessionId, updatedAtMs, fields }: SessionRow): SessionEntry {
  return { sessionId, updatedAt: updatedAtMs, ...fields };
}

function requiredKey(name: string, rules: KeyRules): string {
  if (name.trim() === "") throw invalid("key required");
  return requestedKey(name, rules);
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
  include: { titles: boolean | undefined; last: boolean | undefined; former: boolean | undefined },
): Promise<SessionListRow> {
  const { key, sessionId, updatedAtMs, fields } = row;
  const [title, last, former] = await Promise.all([
    include.titles ? titleFor(row, store) : undefined,
    include.last ? store.history(sessionId, { limit: 1 }) : undefined,
    include.former ? formerOf(row, store, include.titles === true) : undefined,
  ]);
  const text = last?.[0] === undefined ? "" : wordsWithFiles(last[0].message);
  return {
    ...fields,
    key,
    kind: kindOf(key, fields.chatType),
    updatedAt: updatedAtMs,
    sessionId,
    totalTokens: typeof fields.totalTokens === "number" ? fields.totalTokens : 0,
    ...(title === undefined ? {} : { derivedTitle: title }),
    ...(text === "" ? {} : { lastMessagePreview: cutText(text, LAST_MESSAGE_CHARS) }),
    ...(former === undefined ? {} : { former }),
  };
}

async function formerOf(row: SessionRow, store: SessionStore, isTitled: boolean) {
  const former = await store.former(row.key, MOST_FORMER);
  return await Promise.all(
    former.map(async ({ sessionId, startedAtMs, endedAtMs, reason }) => {
      // What it was called is what it is called now; what was said in it was its own.
      const own = { ...row, sessionId, updatedAtMs: endedAtMs, fields: {} };
      const title = isTitled ? { derivedTitle: await titleFor(own, store) } : {};
      return { sessionId, startedAt: startedAtMs, endedAt: endedAtMs, reason, ...title };
    }),
  );
}

/** What characters are is loaded with the first one. */
async function titleFor(row: SessionRow, store: SessionStore): Promise<string> {
  const { titleOf } = await loadPart(() => import("../../assistant/sessions/title.ts"));
  return await titleOf(row, store);
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
    .map(({ message }) => ({ role: roleOf(message), text: shortened(previewText(message), most.chars) }))
    .filter(({ text }) => text !== "");
  return { key: name, status: items.length === 0 ? ("empty" as const) : ("ok" as const), items };
}

/** Erases what was said under the key. Fails with `SESSION_BUSY`. */
async function erased(key: string, assistant: Assistant) {
  await endRun(assistant, key);
  const gone = await (await assistant.store()).erase(key);
  const { eraseArchived } = await loadPart(() => import("../../assistant/sessions/archive-index.ts"));
  const folder = join(dirname(assistant.storeFile), ARCHIVE_FOLDER);
  const archived = await eraseArchived(folder, key);
  const isDeleted = gone !== undefined || archived > 0;
  const answer = { ok: true as const, key, deleted: isDeleted, archived: [] };
  if (!isDeleted) return answer;
  const { entries = 0, conversations = 0, media } = gone ?? {};
  const files = media === undefined ? 0 : await assistant.dropMedia(media);
  return { ...answer, erased: { entries, conversations, files, ...(archived > 0 && { archived }) } };
}

/** Files as the protocol names them here: `[image]`. */
function previewText(message: Message): string {
  const files = message.content.flatMap((block) =>
    block.type === "media" ? [`[${mediaWord(block.mimeType)}]`] : [],
  );
  return [textOf(message).trim(), ...files].filter((each) => each !== "").join(" ");
}

function roleOf({ role }: Message): "user" | "assistant" | "tool" {
  return role === "toolResult" ? "tool" : role;
}

function shortened(text: string, chars: number): string {
  return text.length <= chars ? text : `${cutText(text, chars - 3)}...`;
}

/** The default model is no choice: whoever goes back to it follows when it changes. */
async function overDefault(change: SessionPatch, assistant: Assistant): Promise<SessionPatch> {
  const facts = await (await assistant.models()).defaultFacts();
  const isDefault = change.providerOverride === facts?.provider && change.modelOverride === facts?.id;
  return isDefault ? { ...change, providerOverride: null, modelOverride: null } : change;
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
