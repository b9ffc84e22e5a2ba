/** Commands that show or set one level of the conversation. Only they do: a word in a sentence never changes one. */
import type { Language } from "../../../../shared/languages.ts";
import type { SessionFields } from "../../../base/store/session-store.ts";
import type { Authority } from "../../authority.ts";
import { patchOf, storedWord } from "../../sessions/patch.ts";
import { type Command, oneOf } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";
import type { LevelName } from "../texts/texts.ts";

export interface Level {
  command: { name: string; aliases: readonly string[]; text: Readonly<Record<Language, string>> };
  level: LevelName;
  field: "thinkingLevel" | "verboseLevel" | "reasoningLevel";
  choices: readonly string[];
  /** Who may set it in a chat of several people, where that is not everybody who is trusted. */
  whoInGroup?: Authority;
  /** The level that holds where the session has none. */
  shown(fields: SessionFields, context: CommandContext): string | Promise<string>;
}

export function levelCommand({ command, level, field, choices, whoInGroup, shown }: Level): Command {
  const isLevel = (words: string) => storedWord(field, words) !== undefined;
  return {
    ...command,
    group: "levels",
    who: "trusted",
    ...(whoInGroup === undefined ? {} : { whoInGroup }),
    args: oneOf("level", ...choices),
    takes: ([first = "", second = ""]) => {
      if (isLevel(`${first} ${second}`)) return 2;
      return isLevel(first) ? 1 : 0;
    },
    meaning: (args) => storedWord(field, args) ?? args,
    run: async (args, context) => {
      const { language, session } = context;
      const texts = textsIn(language);
      const all = choices.join(", ");
      if (args === "") return { text: texts.level(level, await shown(await session.fields(), context), all) };
      if (!isLevel(args)) return { text: texts.chooseOne(command.name, args.slice(0, 40), all) };
      const change = patchOf({ [field]: args }, session.key, {});
      await session.patch(change);
      const stored = change[field];
      return { text: texts.levelSet(level, typeof stored === "string" ? stored : "off") };
    },
  };
}

/** For levels without a default of their own. */
export function offUnlessSet(field: Level["field"]): Level["shown"] {
  return (fields) => {
    const value = fields[field];
    return typeof value === "string" ? value : "off";
  };
}
