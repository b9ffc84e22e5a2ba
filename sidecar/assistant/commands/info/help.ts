/** `/help`: where to begin. */
import { type Command, NO_ARGS } from "../command.ts";
import { textsIn } from "../texts/index.ts";

export const help: Command = {
  name: "help",
  aliases: [],
  group: "info",
  who: "guest",
  text: { en: "where to begin", de: "womit man anfängt" },
  isInline: true,
  args: NO_ARGS,
  run: async (_args, { language }) => ({ text: textsIn(language).help }),
};
