/** Reading the gateway's own log over the wire. */
import * as z from "zod";
import { methods } from "../contract.ts";

export const logsMethods = methods({
  /**
   * Raw lines of the log file. `cursor` is the file size after the read in bytes: pass it back to get only newer
   * lines; `reset` tells that the file was rotated or the cursor is too far behind.
   */
  "logs.tail": {
    access: "operator.read",
    params: z.strictObject({
      cursor: z.int().min(0).optional(),
      limit: z.int().min(1).max(5_000).optional(),
      maxBytes: z.int().min(1).max(1_000_000).optional(),
    }),
    result: z.object({
      file: z.string(),
      cursor: z.int().min(0),
      size: z.int().min(0),
      lines: z.array(z.string()),
      truncated: z.boolean(),
      reset: z.boolean(),
    }),
  },
});
