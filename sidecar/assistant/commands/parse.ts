/** What of a message are commands. Looked at is only what the sender wrote, never what was quoted, forwarded or put around it. */
import { editDistance, nearestName } from "../../../shared/config/near-name.ts";
import type { Command } from "./command.ts";
import type { CommandContext } from "./context.ts";

/** A command as it was written. */
export interface Invocation {
  command: Command;
  args: string;
}

export type Parsed =
  /** Commands and nothing else: each is carried out, and no model is asked. */
  | { kind: "commands"; invocations: readonly Invocation[] }
  /**
   * Something for the model: `text` without what was taken out of it. Directives hold for this message alone; `inline` are answered
   * beside it.
   */
  | { kind: "text"; text: string; directives: readonly Invocation[]; inline: readonly Command[] }
  /** Nothing but a word with a slash that is nearly one of a command. */
  | { kind: "unknown"; written: string; meant: string };

/** `commands` are those that are there; whether the sender may use one is for `mayUse` to say. */
export function parseMessage(
  message: string,
  commands: readonly Command[],
  context: CommandContext,
  mayUse: (command: Command) => boolean = () => true,
): Parsed {
  const whole = message.trim();
  const [, name = "", rest = ""] = /^\/([a-z0-9][a-z0-9_-]*)(?:\s*:|(?=\s|$))([\s\S]*)$/i.exec(whole) ?? [];
  const first = commandNamed(name, commands);
  const args = rest.trim();
  if (first !== undefined && isAlone(first, args, context))
    return { kind: "commands", invocations: [{ command: first, args }] };
  const isForTurn = (each: Command) => each.takes === undefined || context.turnDirectives.includes(each.name);
  const usable = commands.filter((each) => mayUse(each) || each === first);
  const all = takenOut(whole, usable, context);
  if (all.text === "" && all.directives.length + all.inline.length > 0)
    return {
      kind: "commands",
      invocations: [...all.directives, ...all.inline.map((command) => ({ command, args: "" }))],
    };
  const meant =
    first === undefined && args === "" && name !== "" ? similar(name, commands.filter(mayUse)) : undefined;
  if (meant !== undefined) return { kind: "unknown", written: name, meant };
  const { text, directives, inline } = takenOut(whole, usable.filter(isForTurn), context);
  return { kind: "text", text: directives.length + inline.length === 0 ? message : text, directives, inline };
}

/** The command of the name or alias, in any case. */
export function commandNamed(name: string, commands: readonly Command[]): Command | undefined {
  const written = name.toLowerCase();
  return commands.find((each) => each.name === written || each.aliases.includes(written));
}

/** One that is no directive has the whole message; a directive has it when nothing, or nothing that it knows, follows. */
function isAlone(command: Command, args: string, context: CommandContext): boolean {
  if (command.takes === undefined)
    return (
      command.isInline !== true || args === "" || (command.owns?.(args) ?? command.args(context).length > 0)
    );
  return args === "" || command.takes(wordsOf(args), context) === 0;
}

/** At most two slips of the finger. */
function similar(name: string, commands: readonly Command[]): string | undefined {
  const written = name.toLowerCase();
  const found = nearestName(
    written,
    commands.map((each) => each.name),
  );
  return found !== undefined && editDistance(written, found) <= 2 ? found : undefined;
}

/** No directive has longer ones. */
const MOST_ARGUMENT_CHARS = 1_000;

const WORD = /(^|\s)\/([a-z][a-z0-9_-]*)(?:\s*:|(?=\s|$))/gi;

function takenOut(message: string, commands: readonly Command[], context: CommandContext) {
  const directives: Invocation[] = [];
  const inline: Command[] = [];
  const pieces: string[] = [];
  const code = new CodeMarks(message);
  let from = 0;
  for (const found of message.matchAll(WORD)) {
    const [written, , name = ""] = found;
    const end = found.index + written.length;
    const command = commandNamed(name, commands);
    if (found.index < from || command === undefined || code.isAt(found.index)) continue;
    const { count, length } = argumentsAt(message.slice(end, end + MOST_ARGUMENT_CHARS), command, context);
    if (count > 0) directives.push({ command, args: message.slice(end, end + length).trim() });
    else if (command.isInline === true && !inline.includes(command)) inline.push(command);
    else continue;
    pieces.push(message.slice(from, found.index));
    from = end + length;
  }
  pieces.push(message.slice(from));
  return {
    text: pieces
      .map((each) => each.trim())
      .filter((each) => each !== "")
      .join(" "),
    directives,
    inline,
  };
}

/** How many words behind the name are its own, and how long they are. */
function argumentsAt(
  rest: string,
  command: Command,
  context: CommandContext,
): { count: number; length: number } {
  const line = rest.split("\n", 1)[0] ?? "";
  const count = command.takes?.(wordsOf(line), context) ?? 0;
  const own = new RegExp(`^(?:\\s*\\S+){${count}}`).exec(line)?.[0] ?? "";
  return { count, length: own.length };
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Between backticks nobody asks for anything. To be asked from the front to the back, so that a message is gone through once. */
class CodeMarks {
  #message: string;
  #isInCode = false;
  #from = 0;

  constructor(message: string) {
    this.#message = message;
  }

  isAt(index: number): boolean {
    const marks = this.#message.slice(this.#from, index).match(/`+/g) ?? [];
    if (marks.length % 2 === 1) this.#isInCode = !this.#isInCode;
    this.#from = index;
    return this.#isInCode;
  }
}
