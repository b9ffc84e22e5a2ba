/** `/verbose`: whether what tools do is told. */
import { levelCommand, offUnlessSet } from "./level.ts";

export const verbose = levelCommand({
  command: {
    name: "verbose",
    aliases: ["v"],
    text: { en: "whether what tools do is told", de: "ob erzählt wird, was Werkzeuge tun" },
  },
  level: "verbose",
  field: "verboseLevel",
  choices: ["off", "on", "full"],
  shown: offUnlessSet("verboseLevel"),
});
