/** What a turn says by itself: why it ended before its time, that it came late, that nothing came. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { type Catalogue, chooseLanguage, type Language } from "../../../shared/languages.ts";
import { textOf } from "../../base/store/message.ts";
import type { StartedTurn } from "../../base/store/session-store.ts";
import { replyLanguage } from "../commands/language.ts";

/** Why a turn was ended although nobody stopped it. */
export type EndReason =
  | { kind: "steps" | "calls"; most: number }
  | { kind: "unknownTool" | "alternating" }
  | { kind: "sameCall" | "sameError"; tool: string; times: number }
  /** The model said nothing, and nothing again. */
  | { kind: "empty" };

interface TurnWords {
  ended(reason: EndReason): string;
  /** The model stopped where it may say no more at a time. */
  cut: string;
  /** A message waited for so long, in ms, because nobody was there to answer it. */
  late(ms: number): string;
  /** So many messages were too many: dropped, or shortened for the model. */
  overflow(count: number, areDropped: boolean): string;
  /** Two processes were cut off in the middle of the answer. */
  givenUp: string;
  /** The answer is there, and the disk does not take it. */
  heldUp(why: string): string;
}

/** In which a turn speaks that answers the messages, the oldest of them first. */
export function turnLanguage({ agents }: GatewayConfig, said: readonly string[]): Language {
  return replyLanguage(agents?.defaults?.language, said.toReversed());
}

/** The same of a whole turn: whoever writes only a word now has told before which language it is. */
export function languageOf({ conversation, inputs }: StartedTurn, config: GatewayConfig): Language {
  const before = conversation
    .slice(-MOST_SAID_BEFORE)
    .flatMap(({ message }) => (message.role === "user" ? [textOf(message)] : []));
  const said = [...before, ...inputs.map(({ text }) => text)];
  const otherwise = chooseLanguage({ configured: config.language });
  return replyLanguage(config.agents?.defaults?.language, said.toReversed(), otherwise);
}

const MOST_SAID_BEFORE = 20;

export function turnWords(language: Language): TurnWords {
  return WORDS[language];
}

const WORDS: Catalogue<TurnWords> = {
  en: {
    ended: (reason) =>
      reason.kind === "empty"
        ? "The model gave an empty answer, twice. Send the message again, or choose another model with /model."
        : `The answer was ended: ${ENDED_EN[reason.kind](reason as never)}.`,
    cut: "(The answer ends here because the model says no more at a time. Ask it to go on for the rest.)",
    late: (ms) => `This message waited for ${minutes(ms)} minutes until it could be answered.`,
    overflow: (count, areDropped) =>
      areDropped
        ? `Too many messages waited: the oldest ${count} of them are not answered.`
        : `Too many messages waited: of the oldest ${count} only the beginnings are answered.`,
    givenUp:
      "The gateway was cut off twice while it answered this message, and does not try a third time. Please send it again.",
    heldUp: (why) => `The answer is there and comes as soon as it can be kept: ${why}`,
  },
  de: {
    ended: (reason) =>
      reason.kind === "empty"
        ? "Das Modell hat zweimal eine leere Antwort gegeben. Senden Sie die Nachricht erneut, oder wählen Sie mit /model ein anderes Modell."
        : `Die Antwort wurde beendet: ${ENDED_DE[reason.kind](reason as never)}.`,
    cut: "(Die Antwort endet hier, weil das Modell nicht mehr auf einmal sagt. Bitten Sie es, fortzufahren.)",
    late: (ms) => `Diese Nachricht hat ${minutes(ms)} Minuten gewartet, bis sie beantwortet werden konnte.`,
    overflow: (count, areDropped) =>
      areDropped
        ? `Es haben zu viele Nachrichten gewartet: die ältesten ${count} davon werden nicht beantwortet.`
        : `Es haben zu viele Nachrichten gewartet: von den ältesten ${count} werden nur die Anfänge beantwortet.`,
    givenUp:
      "Das Gateway wurde zweimal unterbrochen, während es diese Nachricht beantwortete, und versucht es nicht noch einmal. Bitte senden Sie sie erneut.",
    heldUp: (why) => `Die Antwort ist da und kommt, sobald sie gespeichert werden kann: ${why}`,
  },
};

type Sayings = {
  [Kind in Exclude<EndReason["kind"], "empty">]: (reason: Extract<EndReason, { kind: Kind }>) => string;
};

const ENDED_EN: Sayings = {
  steps: ({ most }) => `it took more than ${most} steps`,
  calls: ({ most }) => `more than ${most} tools were called`,
  unknownTool: () => "a tool that does not exist was called three times",
  alternating: () => "two calls alternated without anything coming of it",
  sameCall: ({ tool, times }) => `the same call of ${tool} was made ${times} times`,
  sameError: ({ tool, times }) => `${tool} failed ${times} times with the same error`,
};

const ENDED_DE: Sayings = {
  steps: ({ most }) => `sie brauchte mehr als ${most} Schritte`,
  calls: ({ most }) => `mehr als ${most} Werkzeuge wurden aufgerufen`,
  unknownTool: () => "ein Werkzeug, das es nicht gibt, wurde dreimal aufgerufen",
  alternating: () => "zwei Aufrufe wechselten sich ab, ohne dass etwas dabei herauskam",
  sameCall: ({ tool, times }) => `derselbe Aufruf von ${tool} kam ${times}-mal`,
  sameError: ({ tool, times }) => `${tool} ist ${times}-mal mit demselben Fehler gescheitert`,
};

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
