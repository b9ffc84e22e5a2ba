/** `/pin`: the last answer stays word for word. */
import { neutralLine } from "../../../../shared/foreign-text.ts";
import { type Command, NO_ARGS } from "../command.ts";
import { textsIn } from "../texts/index.ts";

const PREVIEW = 120;

export const pin: Command = {
  name: "pin",
  aliases: [],
  group: "session",
  who: "owner",
  text: { en: "keep the last answer word for word", de: "die letzte Antwort wörtlich behalten" },
  args: NO_ARGS,
  isAvailable: ({ session }) => session.pin !== undefined,
  run: async (_args, { language, session }) => {
    const texts = textsIn(language);
    const text = await session.pin?.();
    return { text: text === undefined ? texts.nothingToPin : texts.pinned(neutralLine(text, PREVIEW)) };
  },
};
