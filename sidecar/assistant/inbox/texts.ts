/** What people in a chat are told by the gateway itself, in each language. */

import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { type Catalogue, chooseLanguage, type Language } from "../../../shared/languages.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { Busy } from "../turns/run-announcer.ts";

interface ChatTexts {
  /** To a stranger; `command` is what the owner types. */
  pairing(code: string, command: string): string;
  approved: string;
  queueFull: string;
  /** A process ended while it carried out a command. */
  commandCut: string;
  /** A turn ended without a word to somebody who waits for one. */
  noAnswer: string;
  failed(reason: string): string;
  tooLong: string;
  /** To the owner: an answer did not arrive. `command` sends it again. */
  notDelivered(where: string, reason: string, command: string): string;
  /** Before something that may have arrived already. */
  repeated: string;
  /** So many messages come before somebody's. */
  waits(before: number): string;
  /** In the place of that, when it is taken up. */
  goesOn: string;
  /** An answer takes its time: what is done for it, the name of a tool where it is one. */
  working(what: Busy): string;
}

const TEXTS: Catalogue<ChatTexts> = {
  en: {
    pairing: (code, command) =>
      `This assistant answers only people whom its owner has let in.\n\nYour pairing code: ${code}\n\nGive it to the owner, who approves it with:\n${command}\n\nIt is valid for an hour. What you wrote was not kept.`,
    approved: "You have been let in. What you wrote before was not kept: please write again.",
    queueFull: "Too many messages wait here already. Please send this one again when they are answered.",
    commandCut:
      "The gateway was cut off while it carried out your command. Please look whether it took effect, and send it again if it did not.",
    noAnswer: "I have no answer to this.",
    failed: (reason) => `This could not be answered: ${reason}`,
    tooLong: "The answer took too long and was stopped.",
    notDelivered: (where, reason, command) =>
      `An answer in ${where} could not be delivered: ${reason}\n\nSend it again with:\n${command}`,
    repeated: "↻",
    waits: (before) =>
      before === 0
        ? "Your message is answered next."
        : `Your message waits: ${before} ${before === 1 ? "comes" : "come"} before it.`,
    goesOn: "Your message is being answered.",
    working: (what) =>
      typeof what === "string"
        ? what === "thinking"
          ? "Thinking …"
          : "Working on the answer …"
        : "tool" in what
          ? `Working: ${what.tool} …`
          : "says" in what
            ? what.says
            : `Waiting for the model (${what.waitsFor}) …`,
  },
  de: {
    pairing: (code, command) =>
      `Dieser Assistent antwortet nur Personen, die sein Eigentümer zugelassen hat.\n\nIhr Kopplungscode: ${code}\n\nGeben Sie ihn dem Eigentümer, der ihn so freigibt:\n${command}\n\nEr gilt eine Stunde. Was Sie geschrieben haben, wurde nicht aufbewahrt.`,
    approved:
      "Sie sind zugelassen. Was Sie vorher geschrieben haben, wurde nicht aufbewahrt: bitte schreiben Sie noch einmal.",
    queueFull:
      "Hier warten schon zu viele Nachrichten. Bitte senden Sie diese noch einmal, wenn sie beantwortet sind.",
    commandCut:
      "Das Gateway wurde unterbrochen, während es Ihren Befehl ausführte. Bitte sehen Sie nach, ob er gewirkt hat, und senden Sie ihn sonst noch einmal.",
    noAnswer: "Darauf habe ich keine Antwort.",
    failed: (reason) => `Das konnte nicht beantwortet werden: ${reason}`,
    tooLong: "Die Antwort hat zu lange gedauert und wurde abgebrochen.",
    notDelivered: (where, reason, command) =>
      `Eine Antwort in ${where} konnte nicht zugestellt werden: ${reason}\n\nSo senden Sie sie noch einmal:\n${command}`,
    repeated: "↻",
    waits: (before) =>
      before === 0
        ? "Ihre Nachricht wird als nächste beantwortet."
        : `Ihre Nachricht wartet: ${before} ${before === 1 ? "kommt" : "kommen"} vor ihr.`,
    goesOn: "Ihre Nachricht wird beantwortet.",
    working: (what) =>
      typeof what === "string"
        ? what === "thinking"
          ? "Denkt nach …"
          : "Die Antwort entsteht …"
        : "tool" in what
          ? `In Arbeit: ${what.tool} …`
          : "says" in what
            ? what.says
            : `Wartet auf das Modell (${what.waitsFor}) …`,
  },
};

export function chatTexts(config: GatewayConfig): ChatTexts {
  return TEXTS[languageOf(config)];
}

/** To somebody whose language is known. */
export function chatTextsIn(language: Language): ChatTexts {
  return TEXTS[language];
}

/** Of the agents, else that of the program. */
function languageOf({ agents, language }: GatewayConfig): Language {
  const own = isRecord(agents?.defaults) ? agents.defaults.language : undefined;
  return chooseLanguage({ configured: own ?? language });
}
