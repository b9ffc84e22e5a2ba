/** What stands below an answer and is no part of it: that it is not all, and what it took, where `/usage` asked for that. */
import type { Catalogue, Language } from "../../../shared/languages.ts";
import type { TurnResult } from "../../base/store/session-store.ts";
import { moneyIn, numberIn } from "../commands/texts/format.ts";
import { turnWords } from "./words.ts";

type Told = Pick<TurnResult, "usage" | "model" | "provider" | "isCut">;

/** Empty where nothing is to stand there. `level` is the session's `responseUsage`. */
export function footerOf(level: unknown, result: Told, language: Language): string {
  const cut = result.isCut === true ? turnWords(language).cut : "";
  return [cut, usageFooter(level, result, language)].filter((part) => part !== "").join("\n\n");
}

function usageFooter(level: unknown, { usage, model, provider }: Told, language: Language): string {
  if ((level !== "tokens" && level !== "full") || usage === undefined) return "";
  const { input, output, cacheRead, cacheWrite, cost } = usage;
  const tokens = TOKENS[language](
    numberIn(language, input + cacheRead + cacheWrite),
    numberIn(language, output),
  );
  return level === "tokens" ? tokens : `${tokens} · ${moneyIn(language, cost.total)} · ${provider}/${model}`;
}

const TOKENS: Catalogue<(input: string, output: string) => string> = {
  en: (input, output) => `Tokens: ${input} in, ${output} out`,
  de: (input, output) => `Tokens: ${input} hinein, ${output} heraus`,
};
