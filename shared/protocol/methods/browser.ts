/** The agents' browser, for whoever looks after it. */
import * as z from "zod";
import { methods } from "../contract.ts";

const Fields = z.record(z.string().max(64), z.unknown());

export const browserMethods = methods({
  /**
   * Asks the agents' browser, as the original's control service is asked: `GET /`, `/profiles`, `/tabs`, `/snapshot`, `/console`; `POST
   * /start`, `/stop`, `/tabs/open`, `/tabs/focus`, `/navigate`, `/screenshot`, `/pdf`, `/act`, `/hooks/dialog`; `DELETE /tabs/<id>`. Fields
   * are those of the tool `browser`; files are not given to pages this way, and code runs in them only with `browser.evaluateEnabled`.
   * Fails with `BROWSER_UNAVAILABLE` and `BROWSER_FAILED`.
   */
  "browser.request": {
    access: "operator.write",
    params: z.strictObject({
      method: z.enum(["GET", "POST", "DELETE"]),
      path: z.string().min(1).max(200),
      query: Fields.optional(),
      body: Fields.optional(),
      timeoutMs: z.int().min(1).max(600_000).optional(),
    }),
    result: z.looseObject({ text: z.string() }),
  },
});
