/** `chat.page` and `chat.part`: a conversation by pages, for clients that scroll. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";
import { ForkPoint, StoredMessage } from "./chat.ts";

/** Of an entry, as `chat.page` names it. */
const EntryId = z.string().min(1).max(200);

export const chatPageMethods = methods({
  /**
   * A part of the conversation, oldest first: what stands before, after or around the entry that is named, else the newest; in at most
   * 1 MiB, so that it may be fewer messages than asked for. A part of a message with more than `maxChars` characters (32,768) is cut there
   * and says so with `truncated` and the `bytes` of the whole. `head` is the newest entry, null where there is none. Fails with `NOT_FOUND`.
   */
  "chat.page": {
    access: "operator.read",
    params: z.strictObject({
      sessionKey: z.string().min(1).max(MAX_SESSION_KEY_CHARS),
      before: EntryId.optional(),
      after: EntryId.optional(),
      around: EntryId.optional(),
      limit: z.int().min(1).max(200).optional(),
      maxChars: z.int().min(1).max(262_144).optional(),
    }),
    result: z.object({
      sessionKey: z.string(),
      sessionId: z.string().optional(),
      fork: ForkPoint.optional(),
      messages: z.array(StoredMessage),
      hasBefore: z.boolean(),
      hasAfter: z.boolean(),
      head: z.string().nullable(),
    }),
  },
  /**
   * Reads on in a part of a message: `limit` characters (32,768) from `offset`, both counted as in a string of JavaScript. `part` is its
   * place in `content`. Of a tool call it is the arguments as JSON, of an image the base64, and of any other file nothing:
   * `/media` gives it. `next` is where to go on, null at the end.
   */
  "chat.part": {
    access: "operator.read",
    params: z.strictObject({
      sessionKey: z.string().min(1).max(MAX_SESSION_KEY_CHARS),
      id: EntryId,
      part: z.int().min(0),
      offset: z.int().min(0).optional(),
      limit: z.int().min(1).max(524_288).optional(),
    }),
    result: z.object({
      id: z.string(),
      part: z.int(),
      type: z.string(),
      text: z.string(),
      offset: z.int(),
      next: z.int().nullable(),
      bytes: z.int(),
    }),
  },
});
