/** Reading the configuration over the wire. */
import * as z from "zod";
import { methods } from "../contract.ts";

export { REDACTED } from "../../config/secrets.ts";

const Issue = z.object({ path: z.string(), message: z.string() });

/**
 * The configuration file as clients see it; secrets are replaced by `REDACTED`. `hash` is SHA-256 of the file. `raw` is the file's
 * text only when nothing in it could be a secret; else it is `parsed` as JSON, because comments, escapes and keys that are
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

export const configMethods = methods({
  /** The configuration file as it stands, without its secrets. */
  "config.get": {
    access: "operator.admin",
    params: z.strictObject({}),
    result: ConfigSnapshot,
  },
});
