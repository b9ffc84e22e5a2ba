/** `/think`: how long the model thinks. */
import { levelCommand } from "./level.ts";

export const think = levelCommand({
  command: {
    name: "think",
    aliases: ["t", "thinking"],
    text: { en: "how long the model thinks", de: "wie lange das Modell nachdenkt" },
  },
  level: "thinking",
  field: "thinkingLevel",
  choices: ["off", "minimal", "low", "medium", "high"],
  shown: async (fields, { models }) => {
    const inForce = await models.inForce(fields);
    if (!("problem" in inForce)) return inForce.thinking;
    return typeof fields.thinkingLevel === "string" ? fields.thinkingLevel : "off";
  },
});
