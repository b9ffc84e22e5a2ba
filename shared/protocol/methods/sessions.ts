/** `sessions.*`: the conversations that the gateway keeps, by key. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

/** A session as clients see it; further fields say how it was used. */
export const SessionEntry = z.looseObject({ sessionId: z.string(), updatedAt: z.number() });
export type SessionEntry = z.infer<typeof SessionEntry>;

/** A conversation that a key stood for before. Times are epoch milliseconds; `reason` is why it ended. */
export const FormerSession = z.object({
  sessionId: z.string(),
  startedAt: z.int(),
  endedAt: z.int(),
  reason: z.string(),
  derivedTitle: z.string().optional(),
});

/** A row of the list. */
export const SessionListRow = z.looseObject({
  key: z.string(),
  kind: z.enum(["direct", "group", "global", "unknown"]),
  updatedAt: z.number().nullable(),
  sessionId: z.string().optional(),
  totalTokens: z.int(),
  derivedTitle: z.string().optional(),
  lastMessagePreview: z.string().optional(),
  former: z.array(FormerSession).optional(),
});
export type SessionListRow = z.infer<typeof SessionListRow>;

/**
 * What goes of conversations: `prune` of those that nobody had are to be erased; while the store is `excessBytes` too large, `archive` of
 * those with people may be moved out of it. `archived` is how many were, into `folder`.
 */
export const Maintenance = z.object({
  mode: z.enum(["enforce", "warn"]),
  prune: z.int().min(0),
  archive: z.int().min(0),
  excessBytes: z.int().min(0),
  archived: z.object({ count: z.int(), at: z.int(), folder: z.string() }).optional(),
});
export type Maintenance = z.infer<typeof Maintenance>;

const Key = z.string().min(1).max(MAX_SESSION_KEY_CHARS);
/** Any text; its meaning is checked by name, with a refusal that says what would do. */
const Level = z.string().nullable().optional();

export const sessionsMethods = methods({
  /**
   * The sessions, newest first. `path` is the file of the store. With `includeFormer` each tells which conversations its key stood for
   * before, at most 20 and the last one first. With `includeMaintenance` the answer says what `session.maintenance` would do now.
   */
  "sessions.list": {
    access: "operator.read",
    params: z.strictObject({
      limit: z.int().min(1).optional(),
      activeMinutes: z.int().min(1).optional(),
      includeGlobal: z.boolean().optional(),
      includeUnknown: z.boolean().optional(),
      includeDerivedTitles: z.boolean().optional(),
      includeLastMessage: z.boolean().optional(),
      includeFormer: z.boolean().optional(),
      includeMaintenance: z.boolean().optional(),
      includeMore: z.boolean().optional(),
      label: z.string().min(1).max(64).optional(),
      spawnedBy: z.string().min(1).optional(),
      agentId: z.string().min(1).optional(),
      search: z.string().optional(),
    }),
    result: z.object({
      ts: z.int(),
      path: z.string(),
      count: z.int().min(0),
      defaults: z.object({
        modelProvider: z.string().nullable(),
        model: z.string().nullable(),
        contextTokens: z.int().nullable(),
      }),
      sessions: z.array(SessionListRow),
      /** There are more than `limit`; absent where these are all, and where `includeMore` does not ask for it. */
      hasMore: z.literal(true).optional(),
      maintenance: Maintenance.optional(),
    }),
  },
  /** The last words of up to 64 sessions. */
  "sessions.preview": {
    access: "operator.read",
    params: z.strictObject({
      keys: z.array(Key).min(1),
      limit: z.int().min(1).optional(),
      maxChars: z.int().min(20).optional(),
    }),
    result: z.object({
      ts: z.int(),
      previews: z.array(
        z.object({
          key: z.string(),
          status: z.enum(["ok", "empty", "missing", "error"]),
          items: z.array(
            z.object({ role: z.enum(["user", "assistant", "system", "tool", "other"]), text: z.string() }),
          ),
        }),
      ),
    }),
  },
  /** The canonical key of a session that is named by key, id or label. */
  "sessions.resolve": {
    access: "operator.admin",
    params: z.strictObject({
      key: z.string().max(MAX_SESSION_KEY_CHARS).optional(),
      sessionId: z.string().min(1).optional(),
      label: z.string().min(1).max(64).optional(),
      agentId: z.string().min(1).optional(),
      spawnedBy: z.string().min(1).optional(),
      includeGlobal: z.boolean().optional(),
      includeUnknown: z.boolean().optional(),
    }),
    result: z.object({ ok: z.literal(true), key: z.string() }),
  },
  /** Sets what is given and takes away what is null; makes the session where there is none. */
  "sessions.patch": {
    access: "operator.admin",
    params: z.strictObject({
      key: Key,
      label: z.string().max(64).nullable().optional(),
      thinkingLevel: Level,
      verboseLevel: Level,
      reasoningLevel: Level,
      elevatedLevel: Level,
      execHost: Level,
      execSecurity: Level,
      execAsk: Level,
      execNode: Level,
      model: Level,
      spawnedBy: z.string().min(1).nullable().optional(),
      responseUsage: z.enum(["off", "tokens", "full", "on"]).nullable().optional(),
      sendPolicy: z.enum(["allow", "deny"]).nullable().optional(),
      groupActivation: z.enum(["mention", "always"]).nullable().optional(),
    }),
    result: z.object({ ok: z.literal(true), path: z.string(), key: z.string(), entry: SessionEntry }),
  },
  /** Begins a new conversation under the key. The former one is kept. */
  "sessions.reset": {
    access: "operator.admin",
    params: z.strictObject({ key: Key }),
    result: z.object({ ok: z.literal(true), key: z.string(), entry: SessionEntry }),
  },
  /** Goes back to a conversation that the key stood for before. The one that there was is kept. A turn that runs is ended first. */
  "sessions.reopen": {
    access: "operator.admin",
    params: z.strictObject({ key: Key, sessionId: z.string().min(1).max(200) }),
    result: z.object({ ok: z.literal(true), key: z.string(), entry: SessionEntry }),
  },
  /** Sums up what is older than the last `maxLines` entries. What was said is kept, and `archived` names the summary. */
  "sessions.compact": {
    access: "operator.admin",
    params: z.strictObject({ key: Key, maxLines: z.int().min(1).optional() }),
    result: z.object({
      ok: z.literal(true),
      key: z.string(),
      compacted: z.boolean(),
      reason: z.string().optional(),
      archived: z.string().optional(),
      kept: z.int().optional(),
    }),
  },
  /** Takes the session out of the lists; what was said in it is kept. A turn that runs is ended first. */
  "sessions.delete": {
    access: "operator.admin",
    params: z.strictObject({
      key: Key,
      deleteTranscript: z.boolean().optional(),
      /** Takes out for good what was said under the key, with files that nothing else refers to. The main session can be erased so as well. */
      purge: z.boolean().optional(),
      /** Changes nothing: `deleted` says whether there is something. */
      dryRun: z.boolean().optional(),
    }),
    result: z.object({
      ok: z.literal(true),
      key: z.string(),
      deleted: z.boolean(),
      archived: z.array(z.string()),
      /** What `purge` took out; `archived` are transcripts that were moved out of the store before. */
      erased: z
        .object({
          entries: z.int(),
          conversations: z.int(),
          files: z.int(),
          archived: z.int().optional(),
        })
        .optional(),
    }),
  },
});
