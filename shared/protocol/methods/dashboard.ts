/** Letting a browser in without telling it a secret. */
import * as z from "zod";
import { methods } from "../contract.ts";
import { LINK_TTL_MS } from "../frame.ts";

export const dashboardMethods = methods({
  /**
   * A code for the fragment of the dashboard's address, `#code=…`. The dashboard connects once with it, as with the secret, within
   * `ttlMs` milliseconds; it ends with the gateway as well.
   */
  "dashboard.code": {
    access: "operator.admin",
    params: z.strictObject({ ttlMs: z.int().min(1_000).max(LINK_TTL_MS.printed).optional() }),
    result: z.object({ code: z.string(), expiresAtMs: z.int() }),
  },
});
