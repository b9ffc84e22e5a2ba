/** The configuration over the wire. Secrets never leave: `{"$secret": "<path>"}` stands for one, and stands for the stored one in what comes back. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

const Issue = z.object({ path: z.string(), message: z.string() });

/**
 * The configuration file as clients see it; `{"$secret": "<path>"}` stands for a secret. `hash` is SHA-256 of the file. `raw` is the
 * file's text only when nothing in it could be a secret; else it is `parsed` as JSON, because comments, escapes and keys that are
 * written twice may repeat a secret. It is null when the file cannot be parsed.
 */
export const ConfigSnapshot = z.object({
  path: z.string(),
  exists: z.boolean(),
  raw: z.string().nullable(),
  parsed: z.record(z.string(), z.unknown()),
  valid: z.boolean(),
  config: z.record(z.string(), z.unknown()),
  hash: z.string(),
  issues: z.array(Issue),
  warnings: z.array(Issue),
  legacyIssues: z.array(Issue),
});
export type ConfigSnapshot = z.infer<typeof ConfigSnapshot>;

/** `raw` is JSON5; `baseHash` is that of the file which the change was made for, and must be there when there is a file. */
const Write = { raw: z.string().min(1), baseHash: z.string().min(1).max(200).optional() };

/** `note` is kept in the conversation `sessionKey`. `restartDelayMs` counts where the file is not taken over by itself. */
const Apply = z.strictObject({
  ...Write,
  sessionKey: z.string().max(MAX_SESSION_KEY_CHARS).optional(),
  note: z.string().max(4_000).optional(),
  restartDelayMs: z.int().min(0).optional(),
});

/** The file as it is now. */
const Written = {
  ok: z.literal(true),
  path: z.string(),
  hash: z.string(),
  config: z.record(z.string(), z.unknown()),
};

const Applied = z.object({
  ...Written,
  /** `needed` says whether the change asks for a restart at all; `delayMs` is how soon it comes. */
  restart: z.object({
    ok: z.literal(true),
    needed: z.boolean(),
    pid: z.int(),
    signal: z.literal("SIGUSR1"),
    delayMs: z.int(),
    reason: z.string(),
    mode: z.enum(["emit", "signal"]),
  }),
  sentinel: z.object({
    path: z.string().nullable(),
    payload: z.looseObject({ kind: z.literal("config-apply"), status: z.literal("ok"), ts: z.int() }),
  }),
});

/** What a page may say of a key beside its schema. */
const UiHint = z.object({
  label: z.string().optional(),
  help: z.string().optional(),
  group: z.string().optional(),
  order: z.int().optional(),
  advanced: z.boolean().optional(),
  sensitive: z.boolean().optional(),
  placeholder: z.string().optional(),
});
export type UiHint = z.infer<typeof UiHint>;

export const configMethods = methods({
  /** The configuration file as it stands, without its secrets. */
  "config.get": {
    access: "operator.admin",
    params: z.strictObject({}),
    result: ConfigSnapshot,
  },
  /**
   * Puts other values into the file; comments, order and spelling of what stays are kept. Fails with `CONFIG_STALE` when the file is not
   * the one of `baseHash`, and with `CONFIG_INVALID` when it would be invalid; nothing is written then.
   */
  "config.set": {
    access: "operator.admin",
    params: z.strictObject(Write),
    result: z.object(Written),
  },
  /** Like `config.set`, and has the gateway take it over also where it does not do that by itself. */
  "config.apply": { access: "operator.admin", params: Apply, result: Applied },
  /** Merges an object into the file (RFC 7396: null takes a key away, lists are replaced), else like `config.apply`. */
  "config.patch": { access: "operator.admin", params: Apply, result: Applied },
  /** The schema of the file as JSON Schema (draft 7), and what its keys are for. */
  "config.schema": {
    access: "operator.admin",
    params: z.strictObject({}),
    result: z.object({
      schema: z.record(z.string(), z.unknown()),
      uiHints: z.record(z.string(), UiHint),
      version: z.string(),
      generatedAt: z.string(),
    }),
  },
});
