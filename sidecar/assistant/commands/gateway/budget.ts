/** `/budget`: what may be spent, and more of it for today. */
import { type Command, oneOf } from "../command.ts";
import type { BudgetFacts, CommandContext } from "../context.ts";
import { moneyIn } from "../texts/format.ts";
import { textsIn } from "../texts/index.ts";

/** A slip of the finger must not open the door. */
const MOST_USD = 1_000;

export const budget: Command = {
  name: "budget",
  aliases: [],
  group: "gateway",
  who: "owner",
  text: { en: "what may be spent", de: "was ausgegeben werden darf" },
  args: oneOf("change", "show", "+5", "off-today", "on"),
  isAvailable: (context) => context.budget !== undefined,
  run: async (args, context) => ({ text: await answer(args.toLowerCase(), context) }),
};

async function answer(word: string, { budget: port, language }: CommandContext): Promise<string> {
  const texts = textsIn(language);
  if (port === undefined) return "";
  const shown = ({ today, month, isLifted }: BudgetFacts) => {
    const line = ({ usedUsd, limitUsd }: BudgetFacts["today"]) => ({
      used: moneyIn(language, usedUsd),
      limit: limitUsd === undefined ? undefined : moneyIn(language, limitUsd),
    });
    const lines = texts.budget(line(today), line(month));
    return [...lines, ...(isLifted ? [texts.budgetLifted] : [])].join("\n");
  };
  if (word === "" || word === "show") return shown(await port.show());
  if (word === "off-today") return shown(await port.lift());
  if (word === "on") return shown(await port.restore());
  const [, amount = ""] = /^(?:\+|add\s)\s*\$?(\d+(?:[.,]\d{1,2})?)\s*\$?$/.exec(word) ?? [];
  const usd = Number(amount.replace(",", "."));
  if (amount === "" || usd <= 0 || usd > MOST_USD) {
    return texts.budgetUsage(word.slice(0, 40), moneyIn(language, MOST_USD));
  }
  return shown(await port.add(usd));
}
