/** `/compact`: shortens the conversation now. */
import { anyText, type Command } from "../command.ts";
import { numberIn } from "../texts/format.ts";
import { textsIn } from "../texts/index.ts";

const MAX_FOCUS = 800;

export const compact: Command = {
  name: "compact",
  aliases: [],
  group: "session",
  who: "trusted",
  text: { en: "shorten the conversation for the model", de: "das Gespräch für das Modell verkürzen" },
  args: anyText("focus"),
  isAvailable: ({ session }) => session.compact !== undefined,
  run: async (args, { language, session }) => {
    const texts = textsIn(language);
    const done = await session.compact?.(args.slice(0, MAX_FOCUS));
    if (done === undefined) return { text: texts.nothingToCompact };
    const { tokensBefore, tokensAfter, kept } = done;
    return { text: texts.compacted(numberIn(language, tokensBefore), numberIn(language, tokensAfter), kept) };
  },
};
