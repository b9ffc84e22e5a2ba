/** `/usage`: what stands below answers, and what was used. */
import { patchOf } from "../../sessions/patch.ts";
import type { Command } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";

const FOOTERS = ["off", "tokens", "full"] as const;

export const usage: Command = {
  name: "usage",
  aliases: [],
  group: "levels",
  who: "trusted",
  text: { en: "usage below answers, or in sums", de: "Verbrauch unter Antworten oder in Summen" },
  args: (context) => [{ name: "form", isOptional: true, choices: choicesFor(context) }],
  run: async (args, context) => {
    const { language, session, usage: sums } = context;
    const texts = textsIn(language);
    const choices = choicesFor(context);
    const written = args.toLowerCase();
    if (written === "cost" && choices.includes("cost") && sums !== undefined) {
      const [ofSession, today, month] = await Promise.all([
        sums.ofSession(),
        sums.today(),
        sums.last30Days(),
      ]);
      return { text: [texts.usageTitle, ...texts.usage(ofSession, today, month)].join("\n") };
    }
    if (written === "") {
      const { responseUsage } = await session.fields();
      const value = typeof responseUsage === "string" ? responseUsage : "off";
      return { text: texts.level("usage", value, choices.join(", ")) };
    }
    const footer = FOOTERS.find((each) => each === written);
    if (footer === undefined)
      return { text: texts.chooseOne("usage", args.slice(0, 40), choices.join(", ")) };
    await session.patch(patchOf({ responseUsage: footer }, session.key, {}));
    return { text: texts.levelSet("usage", footer) };
  },
};

/** What everybody has used is the owner's to know. */
function choicesFor({ speaker, usage: sums }: CommandContext): string[] {
  return sums !== undefined && speaker.authority === "owner" ? [...FOOTERS, "cost"] : [...FOOTERS];
}
