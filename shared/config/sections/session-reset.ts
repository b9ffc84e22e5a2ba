/** `session.reset` and what goes before it: when a conversation begins anew by itself. */
import * as z from "zod";
import { key } from "../key.ts";
import { words } from "../meanings.ts";
import { RESET_MODES } from "../modes.ts";

const mode = () => z.enum(RESET_MODES).optional();
const atHour = () => z.int().min(0).max(23).optional();
/** At most a year. */
const idleMinutes = () => z.int().min(1).max(525_600).optional();

/** For everything. */
export const Reset = z.looseObject({
  mode: key(mode(), {
    en: "`none` goes on, `daily` begins anew at `atHour`, `idle` when nobody has written for `idleMinutes`. Without it, what is set of the two counts, and `none` where neither is.",
    de: "`none` geht weiter, `daily` beginnt um `atHour` neu, `idle`, wenn `idleMinutes` lang niemand geschrieben hat. Ohne Angabe zählt, was von beiden gesetzt ist, und sonst `none`.",
  }),
  atHour: key(atHour(), {
    en: "The hour of `daily`, from 0 to 23, in the owner's time zone.",
    de: "Die Stunde für `daily`, von 0 bis 23, in der Zeitzone des Eigentümers.",
  }),
  idleMinutes: key(idleMinutes(), {
    en: "The minutes of `idle`; without it 60. With `daily` it counts as well, and the earlier of both ends the conversation.",
    de: "Die Minuten für `idle`; ohne Angabe 60. Bei `daily` gilt es zusätzlich, und was zuerst eintritt, beendet das Gespräch.",
  }),
});

/** For some conversations: what is not said comes from `Reset`. */
const ruleFor = (en: string, de: string) =>
  z
    .looseObject({
      mode: key(mode(), { en: `\`session.reset.mode\` for ${en}.`, de: `\`session.reset.mode\` für ${de}.` }),
      atHour: key(atHour(), { en: `Its hour for ${en}.`, de: `Die Stunde dazu für ${de}.` }),
      idleMinutes: key(idleMinutes(), { en: `Its minutes for ${en}.`, de: `Die Minuten dazu für ${de}.` }),
    })
    .optional();

export const ResetByType = z.looseObject({
  dm: ruleFor("conversations with one person", "Gespräche mit einer Person"),
  direct: ruleFor(
    "the same, as later releases of others spell it",
    "dieselben, wie es spätere Versionen anderer schreiben",
  ),
  group: ruleFor("groups and rooms", "Gruppen und Räume"),
  thread: ruleFor("threads and topics", "Threads und Themen"),
});

/** By the name of a channel. */
export const ResetByChannel = z.record(
  words(100, 1),
  z.looseObject({ mode: mode(), atHour: atHour(), idleMinutes: idleMinutes() }),
);
