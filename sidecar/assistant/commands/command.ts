/** What a command of a chat is. */
import type { Language } from "../../../shared/languages.ts";
import type { Authority } from "../authority.ts";
import type { CommandContext } from "./context.ts";

export const COMMAND_GROUPS = ["info", "session", "model", "levels", "gateway", "skills"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** One argument, for completion. `choices` are all words that do, where they can be told. */
export interface CommandArgument {
  name: string;
  isOptional: boolean;
  choices: readonly string[];
}

export interface CommandReply {
  text: string;
  /** What the model is to be asked next, without the command. */
  follow?: string;
}

export interface Command {
  /** Without the slash, lower case. */
  name: string;
  aliases: readonly string[];
  group: CommandGroup;
  /** It calls a skill of the agent. */
  kind?: "skill";
  /** Who may use it, or more. */
  who: Authority;
  /** The same for a chat of several people, where it is another one. */
  whoInGroup?: Authority;
  /** What it does, in a few words. */
  text: Readonly<Record<Language, string>>;
  args(context: CommandContext): readonly CommandArgument[];
  /** Whether what it needs is there, and the chat is of its kind; absent for one that always can. */
  isAvailable?(context: CommandContext): boolean;
  /** Answers inside of a sentence as well. */
  isInline?: boolean;
  /** Of one that does: whether the words after it are its own and no sentence; all are where this is absent and it has arguments. */
  owns?(words: string): boolean;
  /**
   * May stand inside of a sentence and then holds for that message: how many of the words after it belong to it, none where it is no
   * directive there.
   */
  takes?(words: readonly string[], context: CommandContext): number;
  /** Of a directive for one message: what its words stand for. */
  meaning?(args: string, context: CommandContext): string;
  /** What else is in the message may be for the model: a file goes with it. Others take none. */
  isFollowed?: boolean;
  /** `args` is what stands after the name, trimmed. */
  run(args: string, context: CommandContext): Promise<CommandReply>;
}

export const NO_ARGS = () => [];

/** One argument of a few words. */
export function oneOf(name: string, ...choices: string[]): () => CommandArgument[] {
  return () => [{ name, isOptional: true, choices }];
}

/** One argument of any words. */
export function anyText(name: string, isOptional = true): () => CommandArgument[] {
  return () => [{ name, isOptional, choices: [] }];
}

/** How it is written, and what it does. */
export function commandLine(command: Command, context: CommandContext): string {
  const args = command.args(context).map(({ name, isOptional }) => (isOptional ? `[${name}]` : `<${name}>`));
  return `${[`/${command.name}`, ...args].join(" ")} – ${command.text[context.language]}`;
}
