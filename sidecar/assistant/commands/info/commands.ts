/** `/commands`: what the sender may use here, and nothing else. */
import { COMMAND_GROUPS, type Command, commandLine, NO_ARGS } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { textsIn } from "../texts/index.ts";

/** `usable` tells what the sender may use: this command is among it. */
export function commandsCommand(usable: (context: CommandContext) => readonly Command[]): Command {
  return {
    name: "commands",
    aliases: [],
    group: "info",
    who: "guest",
    text: { en: "all commands", de: "alle Befehle" },
    isInline: true,
    args: NO_ARGS,
    run: async (_args, context) => {
      const { commandsTitle, groups } = textsIn(context.language);
      const all = usable(context);
      const sections = COMMAND_GROUPS.flatMap((group) => {
        const lines = all.filter((each) => each.group === group).map((each) => commandLine(each, context));
        return lines.length === 0 ? [] : [`${groups[group]}\n${lines.join("\n")}`];
      });
      return { text: [commandsTitle, ...sections].join("\n\n") };
    },
  };
}
