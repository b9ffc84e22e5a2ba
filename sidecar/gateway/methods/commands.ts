/** Handler of `commands.list`. */
import { loadPart } from "../../../shared/node/part.ts";
import { commandsMethods } from "../../../shared/protocol/methods/commands.ts";
import { implement, type Method } from "../rpc/implement.ts";
import type { ChatCommands } from "./chat-commands.ts";

export function commandsHandlers(commands: ChatCommands): Method[] {
  return implement(commandsMethods, {
    "commands.list": async ({ sessionKey }, { identity }) => {
      const [{ usableCommands }, context] = await Promise.all([
        loadPart(() => import("../../assistant/commands/table.ts")),
        commands.contextOf(sessionKey, identity),
      ]);
      return usableCommands(context).map(({ name, aliases, args, group, text, kind }) => ({
        name,
        aliases: [...aliases],
        args: args(context).map((each) => ({ ...each, choices: [...each.choices] })),
        group,
        text,
        kind: kind ?? ("command" as const),
      }));
    },
  });
}
