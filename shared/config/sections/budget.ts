/** `budget`: what answers may cost. */
import * as z from "zod";
import { key } from "../key.ts";

const dollars = () => z.number().min(0).max(1_000_000).optional();
const tokens = () => z.int().min(0).max(1_000_000_000_000).optional();

export const Budget = z.strictObject({
  perTurnUsd: key(dollars(), {
    en: "What one answer may cost, in US dollars; 0 is no limit.",
    de: "Was eine Antwort kosten darf, in US-Dollar; 0 heißt ohne Grenze.",
  }),
  perDayUsd: key(dollars(), {
    en: "What a day may cost, in US dollars; 0 is no limit.",
    de: "Was ein Tag kosten darf, in US-Dollar; 0 heißt ohne Grenze.",
  }),
  perMonthUsd: key(dollars(), {
    en: "What a month may cost, in US dollars; 0 is no limit.",
    de: "Was ein Monat kosten darf, in US-Dollar; 0 heißt ohne Grenze.",
  }),
  backgroundShare: key(z.number().min(0).max(1).optional(), {
    en: "How much of the day's limit may go to what nobody waits for, from 0 to 1.",
    de: "Welcher Teil der Tagesgrenze für das sein darf, worauf niemand wartet, von 0 bis 1.",
  }),
  guestPerDayUsd: key(dollars(), {
    en: "What answers to one guest may cost a day, in US dollars; 0 is no limit.",
    de: "Was die Antworten an einen Gast am Tag kosten dürfen, in US-Dollar; 0 heißt ohne Grenze.",
  }),
  perTurnTokens: key(tokens(), {
    en: "How many tokens one answer may take, where a model has a price or nobody knows it; 0 is no limit.",
    de: "Wie viele Tokens eine Antwort brauchen darf, wenn das Modell etwas kostet oder niemand den Preis kennt; 0 heißt ohne Grenze.",
  }),
  perDayTokens: key(tokens(), {
    en: "How many tokens a day may take, counted the same way; 0 is no limit.",
    de: "Wie viele Tokens ein Tag brauchen darf, ebenso gezählt; 0 heißt ohne Grenze.",
  }),
  onLimit: key(z.enum(["ask", "stop"]).optional(), {
    en: "At a limit, `ask` waits for more with `clawdbot budget add 5`, `stop` ends the answer with a word about why.",
    de: "An einer Grenze wartet `ask` auf mehr, mit `clawdbot budget add 5`; `stop` beendet die Antwort und sagt, warum.",
  }),
});
