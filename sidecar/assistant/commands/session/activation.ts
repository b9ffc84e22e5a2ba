/** `/activation`: whether a group is answered always or when it asks. */
import { type Command, oneOf } from "../command.ts";
import { textsIn } from "../texts/index.ts";

const CHOICES = ["mention", "always"] as const;

export const activation: Command = {
  name: "activation",
  aliases: [],
  group: "session",
  who: "owner",
  text: { en: "when I answer in this group", de: "wann ich in dieser Gruppe antworte" },
  args: oneOf("when", ...CHOICES),
  isAvailable: ({ speaker }) => speaker.isInGroup,
  run: async (args, { language, session }) => {
    const texts = textsIn(language);
    if (args === "") {
      const { groupActivation } = await session.fields();
      return { text: texts.activation(typeof groupActivation === "string" ? groupActivation : "mention") };
    }
    const chosen = CHOICES.find((each) => each === args.toLowerCase());
    if (chosen === undefined)
      return { text: texts.chooseOne("activation", args.slice(0, 40), CHOICES.join(", ")) };
    await session.patch({ groupActivation: chosen });
    return { text: texts.activationSet(chosen) };
  },
};
