/** `agents.defaults.blockStreaming…` and `humanDelay`: answers of channels that are sent in blocks while they are being written. */
import * as z from "zod";
import { key } from "../key.ts";

/** How somebody who types would pause between messages. */
const HumanDelay = z
  .looseObject({
    mode: key(z.enum(["off", "natural", "custom"]).optional(), {
      en: "`natural` waits 800 to 2,500 ms between the blocks of an answer, `custom` as `minMs` and `maxMs` say.",
      de: "`natural` wartet zwischen den Blöcken einer Antwort 800 bis 2500 ms, `custom` so lange, wie `minMs` und `maxMs` sagen.",
    }),
    minMs: key(z.int().min(0).max(60_000).optional(), {
      en: "The shortest pause of `custom`, in milliseconds.",
      de: "Die kürzeste Pause von `custom`, in Millisekunden.",
    }),
    maxMs: key(z.int().min(0).max(60_000).optional(), {
      en: "The longest pause of `custom`, in milliseconds.",
      de: "Die längste Pause von `custom`, in Millisekunden.",
    }),
  })
  .refine(({ minMs, maxMs }) => isInOrder(minMs, maxMs), {
    path: ["minMs"],
    error: "must not be more than maxMs; lower it, or raise maxMs",
  });
export type HumanDelay = z.infer<typeof HumanDelay>;

export const humanDelay = (en: string, de: string) => key(HumanDelay.optional(), { en, de });

const blockChars = () => z.int().min(1).max(100_000).optional();

/** One that is not given is fitted to the other. */
function isInOrder(least: number | undefined, most: number | undefined): boolean {
  return least === undefined || most === undefined || least <= most;
}

function isRange({ minChars, maxChars }: { minChars?: number | undefined; maxChars?: number | undefined }) {
  return isInOrder(minChars, maxChars);
}

const NO_RANGE = { path: ["minChars"], error: "must not be more than maxChars; lower it, or raise maxChars" };

/** How blocks are joined; a channel or an account may have its own, of which what it does not say comes from here. */
export const Coalesce = z
  .looseObject({
    minChars: key(blockChars(), {
      en: "As `blockStreamingChunk.minChars`, where it is more. Without it 1,500 for Signal, Slack, Discord, Mattermost and Google Chat.",
      de: "Wie `blockStreamingChunk.minChars`, wo es mehr ist. Ohne Angabe 1500 für Signal, Slack, Discord, Mattermost und Google Chat.",
    }),
    maxChars: key(blockChars(), {
      en: "The most characters of a block, in the place of `blockStreamingChunk.maxChars`.",
      de: "So viele Zeichen hat ein Block höchstens, anstelle von `blockStreamingChunk.maxChars`.",
    }),
    idleMs: key(z.int().min(0).max(60_000).optional(), {
      en: "A block that is large enough is sent when nothing was added for so long, in milliseconds.",
      de: "Ein Block, der groß genug ist, wird gesendet, wenn so lange nichts dazukam, in Millisekunden.",
    }),
  })
  .refine(isRange, NO_RANGE);

/** The keys beside the others of the agents. */
export const blockStreaming = () => ({
  blockStreamingDefault: key(z.enum(["off", "on"]).optional(), {
    en: "Whether channels send an answer in blocks while it is being written. `blockStreaming` and `blockStreamingCoalesce` of a channel count more, in a release that brings it; this one brings none.",
    de: "Ob Kanäle eine Antwort in Blöcken senden, während sie geschrieben wird. `blockStreaming` und `blockStreamingCoalesce` eines Kanals zählen mehr, in einer Version, die ihn mitbringt; diese bringt keinen mit.",
  }),
  blockStreamingBreak: key(z.enum(["text_end", "message_end"]).optional(), {
    en: "`text_end` sends a block as soon as it is large enough, `message_end` when a message is whole, such as before a tool.",
    de: "`text_end` sendet einen Block, sobald er groß genug ist, `message_end`, wenn eine Nachricht ganz ist, etwa vor einem Werkzeug.",
  }),
  blockStreamingChunk: key(
    z
      .looseObject({
        minChars: key(blockChars(), {
          en: "The least characters of a block, unless the message ends.",
          de: "So viele Zeichen hat ein Block mindestens, wenn die Nachricht nicht endet.",
        }),
        maxChars: key(blockChars(), {
          en: "The most characters of a block.",
          de: "So viele Zeichen hat ein Block höchstens.",
        }),
      })
      .refine(isRange, NO_RANGE)
      .optional(),
    { en: "How large blocks are.", de: "Wie groß Blöcke sind.", ofOthers: "breakPreference" },
  ),
  blockStreamingCoalesce: key(Coalesce.optional(), {
    en: "When blocks are sent.",
    de: "Wann Blöcke gesendet werden.",
  }),
  humanDelay: humanDelay(
    "A pause between the blocks of an answer, as somebody makes who types.",
    "Eine Pause zwischen den Blöcken einer Antwort, wie jemand sie macht, der tippt.",
  ),
});
