/** Reading the configuration over the wire. */
import * as z from "zod";
import { methods } from "../contract.ts";

const Issue = z.object({ path: z.string(), message: z.string() });

/** The configuration file as clients see it; secrets are replaced by `REDACTED`. `hash` is SHA-256 of the raw file. */
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

/** Stands where a secret was. Writers must put the stored value back where they find it. */
export const REDACTED = "__CLAWDBOT_REDACTED__";

export const configMethods = methods({
  "config.get": {
    access: "operator.admin",
    params: z.strictObject({}),
    result: ConfigSnapshot,
  },
});
