/** `commands.*`: what can be written with a slash in a chat. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

/** A command as it is offered. `choices` are all words that do as the argument, where they can be told. */
export const ChatCommand = z.object({
  name: z.string(),
  aliases: z.array(z.string()),
  args: z.array(z.object({ name: z.string(), isOptional: z.boolean(), choices: z.array(z.string()) })),
  group: z.enum(["info", "session", "model", "levels", "gateway", "skills"]),
  text: z.object({ en: z.string(), de: z.string() }),
  kind: z.enum(["command", "skill"]),
});
export type ChatCommand = z.infer<typeof ChatCommand>;

export const commandsMethods = methods({
  /** The commands that the caller may use in the conversation, in the order in which they are listed. Names are without their slash. */
  "commands.list": {
    access: "operator.read",
    params: z.strictObject({ sessionKey: z.string().min(1).max(MAX_SESSION_KEY_CHARS) }),
    result: z.array(ChatCommand),
  },
});
