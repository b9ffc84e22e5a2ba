/** `/models`: those to choose from, by their numbers. */
import type { Command } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";

const MOST = 40;

export const models: Command = {
  name: "models",
  aliases: [],
  group: "model",
  who: "trusted",
  text: { en: "models to choose from", de: "Modelle zur Auswahl" },
  args: (context) => [{ name: "provider", isOptional: true, choices: providersIn(context) }],
  run: async (args, context) => ({ text: modelList(args === "" ? undefined : args.toLowerCase(), context) }),
};

/** Numbers are those of the whole list, whichever part is shown. */
export function modelList(
  provider: string | undefined,
  { language, models: { choices } }: CommandContext,
): string {
  const texts = textsIn(language);
  const lines = choices().flatMap(({ ref, alias }, index) => {
    if (provider !== undefined && !ref.toLowerCase().startsWith(`${provider}/`)) return [];
    return [`${index + 1}. ${ref}${alias === undefined ? "" : ` (${alias})`}`];
  });
  if (lines.length === 0) return texts.noModels(provider?.slice(0, 80));
  const shown = lines.length > MOST ? [...lines.slice(0, MOST), texts.more(lines.length - MOST)] : lines;
  return [texts.models(provider), ...shown].join("\n");
}

function providersIn({ models: { choices } }: CommandContext): string[] {
  return [...new Set(choices().map(({ ref }) => ref.split("/", 1)[0] ?? ""))];
}
