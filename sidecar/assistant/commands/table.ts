/** All commands of a chat, in the order in which they are listed. */
import { isAtLeast } from "../authority.ts";
import type { Command } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { approve } from "./gateway/approve.ts";
import { budget } from "./gateway/budget.ts";
import { restart } from "./gateway/restart.ts";
import { commandsCommand } from "./info/commands.ts";
import { context } from "./info/context.ts";
import { helpCommand } from "./info/help.ts";
import { status } from "./info/status.ts";
import { whoami } from "./info/whoami.ts";
import { reasoning } from "./levels/reasoning.ts";
import { think } from "./levels/think.ts";
import { usage } from "./levels/usage.ts";
import { verbose } from "./levels/verbose.ts";
import { model } from "./model/model.ts";
import { models } from "./model/models.ts";
import { activation } from "./session/activation.ts";
import { compact } from "./session/compact.ts";
import { newSession, resetSession } from "./session/new.ts";
import { pin } from "./session/pin.ts";
import { queue } from "./session/queue.ts";
import { search } from "./session/search.ts";
import { send } from "./session/send.ts";
import { stop } from "./session/stop.ts";
import { subagents } from "./session/subagents.ts";
import { undo } from "./session/undo.ts";
import { skill, skillCommands } from "./skills/skill.ts";

const COMMANDS: readonly Command[] = [
  helpCommand(usableCommands),
  commandsCommand(usableCommands),
  status,
  whoami,
  context,
  newSession,
  resetSession,
  stop,
  compact,
  undo,
  pin,
  search,
  queue,
  subagents,
  activation,
  send,
  model,
  models,
  think,
  verbose,
  reasoning,
  usage,
  restart,
  budget,
  skill,
  approve,
];

/** Every name that a command has, whether it is there or not. */
export function commandNames(): string[] {
  return COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** Those whose parts are there. */
export function availableCommands(around: CommandContext): readonly Command[] {
  return [...COMMANDS, ...skillCommands(around)].filter((command) => command.isAvailable?.(around) ?? true);
}

/** Those that the sender may use. */
export function usableCommands(around: CommandContext): readonly Command[] {
  return availableCommands(around).filter((command) => mayUse(command, around));
}

export function mayUse({ who, whoInGroup = who }: Command, { speaker }: CommandContext): boolean {
  return isAtLeast(speaker.authority, speaker.isInGroup ? whoInGroup : who);
}
