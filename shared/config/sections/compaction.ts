/** `agents.defaults.compaction`: what is done when a conversation becomes too long for its model. */
import * as z from "zod";
import { key } from "../key.ts";
import { meaning } from "../meanings.ts";

const MemoryFlush = z.looseObject({
  enabled: key(z.boolean().optional(), {
    en: "Whether the assistant notes in `memory/` and `MEMORY.md` what is worth keeping before a conversation of the owner is summed up.",
    de: "Ob der Assistent in `memory/` und `MEMORY.md` festhält, was bleiben soll, bevor ein Gespräch des Eigentümers zusammengefasst wird.",
  }),
  softThresholdTokens: key(z.int().min(0).max(10_000_000).optional(), {
    en: "How many tokens before the end of the room that is done.",
    de: "Wie viele Tokens vor dem Ende des Platzes das geschieht.",
  }),
  prompt: key(meaning("words", z.string().trim().min(1).max(10_000)).optional(), {
    en: "What the assistant is asked then.",
    de: "Worum der Assistent dann gebeten wird.",
  }),
  systemPrompt: key(meaning("words", z.string().trim().min(1).max(10_000)).optional(), {
    en: "What it is told besides its instructions then.",
    de: "Was ihm dann neben seinen Anweisungen gesagt wird.",
  }),
});

export const Compaction = z.looseObject({
  memoryFlush: key(MemoryFlush.optional(), {
    en: "Notes before a conversation is summed up. Nothing of it is shown or kept in the conversation.",
    de: "Notizen, bevor ein Gespräch zusammengefasst wird. Nichts davon wird gezeigt oder bleibt im Gespräch.",
  }),
});
