/** Models, and the keys with which they are reached. */
import * as z from "zod";
import { methods } from "../contract.ts";

const Name = z.string().min(1).max(60);
const KeyName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[\w.@-]+$/, "may hold letters, digits and _ . @ -");

/** A key by where it is kept; never the key itself. */
const KeyInfo = z.object({
  name: z.string(),
  source: z.enum(["store", "config", "environment", "none"]),
  kind: z.enum(["api_key", "token", "oauth"]).optional(),
});

/** A key that is not used for a while. `model` is missing where that holds for all models of the provider. */
const Cooling = z.object({
  provider: z.string(),
  name: z.string(),
  source: KeyInfo.shape.source,
  model: z.string().optional(),
  why: z.string(),
  leftMs: z.int().min(0),
});

export const modelsMethods = methods({
  /** The models that can be chosen because there is a key for them, or none is needed, by provider. */
  "models.list": {
    access: "operator.read",
    params: z.strictObject({}),
    result: z.object({
      models: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          provider: z.string(),
          contextWindow: z.int().optional(),
          reasoning: z.boolean().optional(),
          input: z.array(z.string()).optional(),
          alias: z.string().optional(),
        }),
      ),
    }),
  },
  /** Who answers where nobody chose for the session, and with which keys. No secret and no part of one is told. */
  "models.status": {
    access: "operator.read",
    params: z.strictObject({}),
    result: z.object({
      model: z.string(),
      fallbacks: z.array(z.string()),
      configured: z.boolean(),
      problem: z.string().optional(),
      providers: z.array(z.object({ id: z.string(), api: z.string(), keys: z.array(KeyInfo) })),
      cooling: z.array(Cooling),
    }),
  },
  /** Keeps a key, in the place of the one of that name. */
  "models.auth.put": {
    access: "operator.admin",
    params: z.strictObject({
      provider: Name,
      name: KeyName.optional(),
      kind: z.enum(["api_key", "token"]).optional(),
      secret: z.string().min(1).max(10_000),
    }),
    result: z.object({ ok: z.literal(true), provider: z.string(), name: z.string() }),
  },
  /** Forgets a key. Fails with `NOT_FOUND` where there is none of that name. */
  "models.auth.remove": {
    access: "operator.admin",
    params: z.strictObject({ provider: Name, name: KeyName.optional() }),
    result: z.object({ ok: z.literal(true), provider: z.string(), name: z.string() }),
  },
});
