/** Takes the commands of a message: says what is left for the model, and what is answered without one. */
import { errorSentence, RequestError } from "../../../shared/errors.ts";
import { advice } from "../../../shared/remedy.ts";
import { toldIn } from "../../texts/told-in.ts";
import type { CommandReply } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { type Invocation, parseMessage } from "./parse.ts";
import { availableCommands, mayUse } from "./table.ts";
import { textsIn } from "./texts/index.ts";

export type Taken =
  /** No model is asked; an empty text is silence. `follow` is what the model is to be asked next, as a message of the same sender. */
  | { kind: "answered"; text: string; follow?: string }
  /** `text` is for the model, `directives` hold for it, and `reply` is said beside it. */
  | { kind: "message"; text: string; directives: readonly Directive[]; reply?: string };

/** A level or choice for one message, such as `{name: "think", args: "high"}`; a level as it is stored, a model as its reference. */
export interface Directive {
  name: string;
  args: string;
}

/**
 * Carries out what stands alone or is answered inside of a sentence. What went wrong is said; fails only with `ATTACHMENT_REFUSED`, before
 * anything is done, where files came with commands that have no use for them.
 */
export async function takeCommands(
  message: string,
  context: CommandContext,
  hasFiles = false,
): Promise<Taken> {
  const parsed = parseMessage(message, availableCommands(context), context, (command) =>
    mayUse(command, context),
  );
  const texts = textsIn(context.language);
  switch (parsed.kind) {
    case "unknown":
      return { kind: "answered", text: texts.didYouMean(parsed.written, parsed.meant) };
    case "commands": {
      if (hasFiles && !parsed.invocations.some(({ command }) => command.isFollowed === true))
        throw new RequestError("ATTACHMENT_REFUSED", A_FILE_TOO_MANY);
      const replies = [];
      for (const each of parsed.invocations) {
        const reply = await answered(each, context);
        replies.push(hasFiles && reply.isDone && each.command.isFollowed ? { follow: "", ...reply } : reply);
      }
      const text = replies
        .map((reply) => reply.text)
        .filter((each) => each !== "")
        .join("\n\n");
      const follow = replies.find((reply) => reply.follow !== undefined)?.follow;
      return { kind: "answered", text, ...(follow === undefined ? {} : { follow }) };
    }
    case "text": {
      const { directives, inline, text } = parsed;
      const named = directives.map(({ command, args }) => ({
        name: command.name,
        args: command.meaning?.(args, context) ?? args,
      }));
      if (inline.length === 0) return { kind: "message", text, directives: named };
      const replies = [];
      for (const command of inline) replies.push((await answered({ command, args: "" }, context)).text);
      return { kind: "message", text, directives: named, reply: replies.join("\n\n") };
    }
  }
}

const A_FILE_TOO_MANY = advice`A command takes no file, and nothing was done: send the file with another message, or the command alone.`;

async function answered(
  { command, args }: Invocation,
  context: CommandContext,
): Promise<CommandReply & { isDone?: boolean }> {
  const texts = textsIn(context.language);
  // In a group nobody is interested in what somebody may not do.
  if (!mayUse(command, context))
    return { text: context.speaker.isInGroup ? "" : texts.refused(command.name) };
  await context.gateway.commanded?.(command.name);
  try {
    return { ...(await command.run(args, context)), isDone: true };
  } catch (error) {
    return { text: texts.failed(await toldIn(context.language, errorSentence(error))) };
  }
}
