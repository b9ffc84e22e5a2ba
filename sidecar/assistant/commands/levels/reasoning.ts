/** `/reasoning`: whether what the model thinks is shown. */
import { levelCommand, offUnlessSet } from "./level.ts";

export const reasoning = levelCommand({
  command: {
    name: "reasoning",
    aliases: ["reason"],
    text: { en: "whether the model's thoughts are shown", de: "ob die Gedanken des Modells gezeigt werden" },
  },
  level: "reasoning",
  field: "reasoningLevel",
  choices: ["off", "on", "stream"],
  // Thoughts repeat what stands in files and memories, for whoever is there to read.
  whoInGroup: "owner",
  shown: offUnlessSet("reasoningLevel"),
});
