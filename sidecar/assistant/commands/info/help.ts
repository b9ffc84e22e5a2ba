/** `/help`: where to begin, or what one command does. */
import { nearestName } from "../../../../shared/config/near-name.ts";
import { plainText } from "../../../../shared/errors.ts";
import { type Command, commandLine, oneOf } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { commandNamed } from "../parse.ts";
import { textsIn } from "../texts/index.ts";

const MOST_NAME_CHARS = 40;

/** `usable` tells what the sender may use. */
export function helpCommand(usable: (context: CommandContext) => readonly Command[]): Command {
  return {
    name: "help",
    aliases: [],
    group: "info",
    who: "guest",
    text: { en: "where to begin", de: "womit man anfängt" },
    isInline: true,
    args: oneOf("command"),
    // More than a word is a sentence that /help stands in.
    owns: (words) => /^\/?\S+$/.test(words),
    run: async (args, context) => {
      const texts = textsIn(context.language);
      if (args === "") return { text: texts.help };
      const written = plainText(args.replace(/^\//, ""), MOST_NAME_CHARS);
      const all = usable(context);
      const command = commandNamed(written, all);
      if (command !== undefined) return { text: commandLine(command, context) };
      const near = nearestName(
        written,
        all.map(({ name }) => name),
      );
      return { text: near === undefined ? texts.noCommand(written) : texts.didYouMean(written, near) };
    },
  };
}
