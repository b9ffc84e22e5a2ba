/** `/whoami`: as whom the sender is known. */
import { type Command, NO_ARGS } from "../command.ts";
import { textsIn } from "../texts/index.ts";

export const whoami: Command = {
  name: "whoami",
  aliases: ["id"],
  group: "info",
  who: "guest",
  text: { en: "as whom you are known here", de: "als wer Sie hier bekannt sind" },
  isInline: true,
  args: NO_ARGS,
  run: async (_args, { language, speaker }) => ({ text: textsIn(language).whoami(speaker) }),
};
