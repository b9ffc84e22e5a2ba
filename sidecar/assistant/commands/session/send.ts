/** `/send`: whether answers of this conversation are sent. It works in a conversation that sends nothing, too. */
import { type Command, oneOf } from "../command.ts";
import { textsIn } from "../texts/index.ts";

const POLICIES: Readonly<Record<string, "allow" | "deny" | null>> = {
  on: "allow",
  allow: "allow",
  off: "deny",
  deny: "deny",
  inherit: null,
  default: null,
};
const CHOICES = ["on", "off", "inherit"];

export const send: Command = {
  name: "send",
  aliases: [],
  group: "session",
  who: "owner",
  text: {
    en: "whether answers of this conversation are sent",
    de: "ob Antworten dieses Gesprächs gesendet werden",
  },
  args: oneOf("whether", ...CHOICES),
  run: async (args, { language, session }) => {
    const texts = textsIn(language);
    if (args === "") return { text: texts.send(wordOf((await session.fields()).sendPolicy)) };
    const written = args.toLowerCase();
    if (!Object.hasOwn(POLICIES, written))
      return { text: texts.chooseOne("send", args.slice(0, 40), CHOICES.join(", ")) };
    const sendPolicy = POLICIES[written] ?? null;
    await session.patch({ sendPolicy });
    return { text: texts.sendSet(wordOf(sendPolicy)) };
  },
};

function wordOf(policy: unknown): string {
  if (policy === "allow") return "on";
  return policy === "deny" ? "off" : "inherit";
}
