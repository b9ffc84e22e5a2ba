/** Ending the gateway over the wire, for platforms where a signal cannot be graceful (Windows). */
import * as z from "zod";
import { methods } from "../contract.ts";

export const lifecycleMethods = methods({
  /** Stops the gateway as SIGTERM does; the answer comes before the connection closes with 1012. */
  shutdown: {
    access: "operator.admin",
    params: z.strictObject({}),
    result: z.object({ ok: z.literal(true) }),
  },
});
