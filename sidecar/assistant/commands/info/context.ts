/** `/context`: where the room of the model goes. */
import { type Command, oneOf } from "../command.ts";
import type { ContextSizes } from "../context.ts";
import { numberIn } from "../texts/format.ts";
import { textsIn } from "../texts/index.ts";

/** Largest parts that the short list names. */
const MOST = 12;

export const context: Command = {
  name: "context",
  aliases: [],
  group: "info",
  who: "trusted",
  text: { en: "what the model is sent, by size", de: "was das Modell bekommt, nach Größe" },
  args: oneOf("form", "list", "detail", "json"),
  isAvailable: ({ session }) => session.contextSizes !== undefined,
  run: async (args, { language, session }) => {
    const sizes = await session.contextSizes?.();
    if (sizes === undefined) return { text: "" };
    const form = args.toLowerCase();
    if (form === "json") return { text: `\`\`\`json\n${JSON.stringify(sizes, null, 2)}\n\`\`\`` };
    const texts = textsIn(language);
    const number = (value: number) => numberIn(language, value);
    const cut = sizes.parts.flatMap(({ name, chars, cutFrom }) =>
      cutFrom === undefined ? [] : [texts.contextCut(name, number(chars), number(cutFrom))],
    );
    return {
      text: [
        ...texts.context(sizes),
        ...cut,
        "",
        texts.contextParts,
        ...partLines(sizes, form === "detail" ? sizes.parts.length : MOST, { number, more: texts.more }).map(
          (line) => `- ${line}`,
        ),
      ].join("\n"),
    };
  },
};

/** The largest parts first. */
function partLines(
  { parts }: ContextSizes,
  most: number,
  { number, more }: { number: (value: number) => string; more: (count: number) => string },
): string[] {
  const sorted = [...parts].sort((a, b) => b.tokens - a.tokens);
  const lines = sorted.slice(0, most).map(({ kind, name, tokens }) => `${kind} ${name}: ${number(tokens)}`);
  return sorted.length > most ? [...lines, more(sorted.length - most)] : lines;
}
