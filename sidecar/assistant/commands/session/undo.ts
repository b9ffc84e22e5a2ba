/** `/undo`: takes the last new beginning back. */
import { type Command, NO_ARGS } from "../command.ts";
import { textsIn } from "../texts/index.ts";

export const undo: Command = {
  name: "undo",
  aliases: [],
  group: "session",
  who: "owner",
  text: { en: "bring back the conversation before /new", de: "das Gespräch vor /new zurückholen" },
  args: NO_ARGS,
  isAvailable: ({ session }) => session.undo !== undefined,
  run: async (_args, { language, session }) => {
    const texts = textsIn(language);
    const back = await session.undo?.();
    if (back === undefined) return { text: texts.nothingToUndo };
    return { text: texts.undone(new Date(back.startedAtMs).toLocaleString(language), back.messages) };
  },
};
