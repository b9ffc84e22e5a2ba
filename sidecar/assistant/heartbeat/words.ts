/** What is said of looks around: to the model that takes one, and to people where none comes any more. */
import type { Catalogue } from "../../../shared/languages.ts";

/** What a model is told where nobody wrote. */
export const LOOK_AROUND = "Look after what HEARTBEAT.md asks for.";

/** Of whatever is said outside the hours; `opens` is when they begin again. */
export function waitsUntil(opens: string): string {
  return `What you say is delivered at ${opens}, when the hours for it begin. Begin your reply with [[urgent]] if it cannot wait until then, and only then.`;
}

const URGENT = /\[\[\s*urgent\s*\]\]/gi;

/** What was said, without the mark of what cannot wait. */
export function urgencyOf(said: string): { text: string; isUrgent: boolean } {
  const text = said.replace(URGENT, "").trim();
  return { text, isUrgent: text.length < said.trim().length };
}

interface HeartbeatWords {
  /** Nobody has written for so many days. */
  idle(days: number): string;
  failed(reason: string): string;
}

export const HEARTBEAT_WORDS: Catalogue<HeartbeatWords> = {
  en: {
    idle: (days) =>
      `Nobody has written to me for ${days} days: I do not look after HEARTBEAT.md any more, as each look costs something. I go on as soon as you write.`,
    failed: (reason) =>
      `Looking after HEARTBEAT.md failed three times in a row and is paused until you write: ${reason}`,
  },
  de: {
    idle: (days) =>
      `Seit ${days} Tagen hat mir niemand geschrieben: Ich sehe nicht mehr nach HEARTBEAT.md, weil jeder Blick etwas kostet. Ich mache weiter, sobald Sie schreiben.`,
    failed: (reason) =>
      `Der Blick auf HEARTBEAT.md ist dreimal hintereinander gescheitert und pausiert, bis Sie schreiben: ${reason}`,
  },
};
