/** `/search`: what was said, in all conversations. */
import { neutralLine } from "../../../../shared/foreign-text.ts";
import { anyText, type Command } from "../command.ts";
import { textsIn } from "../texts/index.ts";

const MOST = 8;
const PREVIEW = 200;

export const search: Command = {
  name: "search",
  aliases: [],
  group: "session",
  who: "owner",
  text: { en: "find what was said", de: "finden, was gesagt wurde" },
  args: anyText("text", false),
  isAvailable: ({ session }) => session.search !== undefined,
  run: async (args, { language, session }) => {
    const texts = textsIn(language);
    if (args === "") return { text: texts.searchUsage };
    const wanted = neutralLine(args, 200);
    const hits = (await session.search?.(args, MOST)) ?? [];
    if (hits.length === 0) return { text: texts.noHits(wanted) };
    const lines = hits.map(
      ({ atMs, sessionKey, text }) =>
        `- ${new Date(atMs).toLocaleDateString(language)}, ${sessionKey}: ${neutralLine(text, PREVIEW)}`,
    );
    return { text: [texts.hits(hits.length, wanted), ...lines].join("\n") };
  },
};
