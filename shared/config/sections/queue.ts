/** `messages.queue`: what comes while another message is answered. */
import * as z from "zod";
import { key } from "../key.ts";
import { words } from "../meanings.ts";

const QUEUE_MODES = [
  "collect",
  "followup",
  "steer",
  "steer-backlog",
  "steer+backlog",
  "interrupt",
  "abort",
  "queue",
  "queued",
] as const;

export const DROPS = ["summarize", "old", "new"] as const;

export const Queue = z.looseObject({
  mode: key(z.enum(QUEUE_MODES).optional(), {
    en: "What a message does while another one is answered: `collect` and `followup` wait, `steer` joins in, `interrupt` takes its place.",
    de: "Was eine Nachricht tut, während eine andere beantwortet wird: `collect` und `followup` warten, `steer` mischt sich ein, `interrupt` tritt an ihre Stelle.",
  }),
  debounceMs: key(z.int().min(0).max(3_600_000).optional(), {
    en: "After an answer, how long nothing has to come before what waits is answered, in ms.",
    de: "Wie lange nach einer Antwort nichts kommen darf, bevor das Wartende beantwortet wird, in ms.",
  }),
  cap: key(z.int().min(1).max(100_000).optional(), {
    en: "How many messages of a conversation wait at most, or are answered whole; see `drop`.",
    de: "Wie viele Nachrichten eines Gesprächs höchstens warten, oder ganz beantwortet werden; siehe `drop`.",
  }),
  drop: key(z.enum(DROPS).optional(), {
    en: "What happens to more of them: `summarize` shows the model the beginnings of the oldest ones, `old` drops those, `new` refuses what comes. The sender is told.",
    de: "Was mit mehr davon geschieht: `summarize` zeigt dem Modell von den ältesten nur die Anfänge, `old` verwirft diese, `new` lehnt ab, was kommt. Der Absender erfährt es.",
  }),
  byChannel: key(z.record(words(100), z.enum(QUEUE_MODES)).optional(), {
    en: "The mode for single channels.",
    de: "Der Modus für einzelne Kanäle.",
  }),
  debounceMsByChannel: key(z.record(words(100), z.int().min(0).max(3_600_000)).optional(), {
    en: "The pause after an answer for single channels, in ms.",
    de: "Die Pause nach einer Antwort für einzelne Kanäle, in ms.",
  }),
});
