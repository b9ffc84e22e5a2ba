/** `session.maintenance`: what is kept of conversations, and for how long. */
import * as z from "zod";
import { sizeBytes, spanMs } from "../amounts.ts";
import { key } from "../key.ts";
import { checked, meaning, SHOWN } from "../meanings.ts";

const AT_ONCE = { error: "would erase them at once; give a span of time such as 90d", params: SHOWN };
const NO_ROOM = { error: "leaves room for no conversation; give a size such as 2gb", params: SHOWN };

function isSomeTime(span: string | number): boolean {
  return spanMs(span) !== 0;
}

/** Bytes without a unit that are hardly any are meant for something else, such as gigabytes. */
function isSomeRoom(size: string | number): boolean {
  const hasUnit = typeof size === "string" && /[a-z]/i.test(size);
  return (sizeBytes(size) ?? 1) >= (hasUnit ? 1 : 2 ** 20);
}

export const Maintenance = z.looseObject({
  mode: key(z.enum(["enforce", "warn"]).optional(), {
    en: "`enforce` does what the others say, `warn` only tells what would go, in `clawdbot sessions` and `clawdbot doctor`.",
    de: "`enforce` tut, was die anderen sagen; `warn` sagt nur, was gehen würde, in `clawdbot sessions` und `clawdbot doctor`.",
  }),
  pruneAfter: key(
    z
      .union([
        meaning("span", checked("span", 40).refine(isSomeTime, AT_ONCE)),
        z.number().refine((days) => days > 0 && isSomeTime(days), AT_ONCE),
      ])
      .optional(),
    {
      en: "Conversations that nobody had are erased when they are older, such as `90d` (a number is days): those of schedules, hooks, sub-agents and single requests of the API. Conversations with people never are.",
      de: "Gespräche, die niemand geführt hat, werden gelöscht, wenn sie älter sind, etwa `90d` (eine Zahl meint Tage): die von Zeitplänen, Hooks, Unter-Agenten und einzelnen Anfragen der API. Gespräche mit Personen nie.",
    },
  ),
  maxEntries: key(z.int().min(1).max(1_000_000).optional(), {
    en: "Of more conversations than that, the oldest go that nobody had.",
    de: "Von mehr Gesprächen als so vielen gehen die ältesten, die niemand geführt hat.",
  }),
  maxDiskBytes: key(
    z
      .union([
        meaning("size", checked("size", 40).refine(isSomeRoom, NO_ROOM)),
        z.number().refine((bytes) => bytes > 0 && isSomeRoom(bytes), NO_ROOM),
      ])
      .optional(),
    {
      en: "When the store holds more, such as `2gb` (a number is bytes), the oldest conversations go that nobody had; then those with people that nobody touched for a month are moved into the folder `archive` of the state directory, and that is told.",
      de: "Hält der Speicher mehr, etwa `2gb` (eine Zahl meint Bytes), gehen die ältesten Gespräche, die niemand geführt hat; danach kommen solche mit Personen, die seit einem Monat ruhen, in den Ordner `archive` des Zustandsverzeichnisses, und das wird gesagt.",
    },
  ),
});
