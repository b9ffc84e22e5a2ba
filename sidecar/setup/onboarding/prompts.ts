/** Asks the questions in a terminal. The one place that knows the prompt library, which is loaded when the first question comes. */
import type { Remedy } from "../../../shared/remedy.ts";
import { inAscii } from "../../base/ascii.ts";
import { wrap } from "../../base/wrap.ts";
import type { Question } from "./steps.ts";

/** A dialogue with the person in front of the terminal. */
export interface Prompts {
  /** Says what begins here. */
  begin(title: Remedy): void;
  /** The answer to a question; undefined when the person broke off (Ctrl-C, Ctrl-D or Esc, or the terminal is gone). */
  ask(question: Question, problem: (text: string) => Remedy | undefined): Promise<string | undefined>;
  /** Ends the dialogue with a last line. */
  end(line: Remedy): void;
}

/** What the library puts before each line. */
const MARGIN = 3;
const USUAL_COLUMNS = 80;

/** What the terminal shows, and how sentences are read there. */
export interface TerminalLook {
  color: boolean;
  unicode: boolean;
  spell(sentence: Remedy): string;
}

/** Loads the library. `columns` tells how wide the terminal is just now. */
export async function openPrompts(columns: () => number | undefined, look: TerminalLook): Promise<Prompts> {
  tellLibrary(look);
  const clack = await import("@clack/prompts");
  const output = look.unicode ? process.stdout : asciiTerminal();
  return {
    begin: (title) => clack.intro(look.spell(title), { output }),
    end: (line) => clack.outro(look.spell(line), { output }),
    ask: async (question, problem) => {
      const width = (columns() ?? USUAL_COLUMNS) - MARGIN;
      const { remark } = question;
      if (remark !== undefined) clack.log.info(wrap(look.spell(remark), width).join("\n"), { output });
      const objection = (text: string) => spelled(problem(text), look);
      const answer = await withWayOut((signal) =>
        askOne(clack, look, question, objection, { signal, output }),
      );
      return typeof answer === "string" ? answer : undefined;
    },
  };
}

function spelled(sentence: Remedy | undefined, look: TerminalLook): string | undefined {
  return sentence === undefined ? undefined : look.spell(sentence);
}

/** The library decides by the environment alone, when it is loaded: the console of Linux is the terminal that it draws in ASCII. */
function tellLibrary({ color, unicode }: TerminalLook): void {
  if (!color) process.env.NO_COLOR = "1";
  if (!unicode) process.env.TERM = "linux";
}

/** This terminal, for the signs that the library draws on the console of Linux although they are no ASCII. */
function asciiTerminal(): NodeJS.WriteStream {
  const write: typeof process.stdout.write = (chunk: Uint8Array | string, ...rest: unknown[]) =>
    Reflect.apply(process.stdout.write, process.stdout, [
      typeof chunk === "string" ? inAscii(chunk) : chunk,
      ...rest,
    ]);
  return Object.create(process.stdout, { write: { value: write } });
}

/** The library itself would wait for ever for a terminal that has nothing more to say. */
async function withWayOut<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  const onKey = (_text: unknown, key?: { name?: string; ctrl?: boolean }) => {
    if (key?.ctrl === true && key.name === "d") leave();
  };
  process.stdin.on("keypress", onKey).once("end", leave);
  if (process.stdin.readableEnded) leave();
  try {
    return await ask(gone.signal);
  } finally {
    process.stdin.off("keypress", onKey).off("end", leave);
  }
}

type Library = typeof import("@clack/prompts");

async function askOne(
  clack: Library,
  look: TerminalLook,
  question: Question,
  problem: (text: string) => string | undefined,
  common: { signal: AbortSignal; output: NodeJS.WriteStream },
): Promise<string | symbol> {
  const message = look.spell(question.message);
  switch (question.kind) {
    case "confirm": {
      const yes = await clack.confirm({
        message,
        active: look.spell("Yes"),
        inactive: look.spell("No"),
        initialValue: question.byDefault === "yes",
        ...common,
      });
      return typeof yes === "boolean" ? (yes ? "yes" : "no") : yes;
    }
    case "select":
      return clack.select<string>({
        message,
        options: question.choices.map(({ value, label, hint }) => ({
          value,
          label: look.spell(label),
          ...(hint === undefined ? {} : { hint: look.spell(hint) }),
        })),
        initialValue: question.byDefault,
        showInstructions: false,
        ...common,
      });
    case "text": {
      const { byDefault } = question;
      const text = await clack.text({
        message,
        placeholder: byDefault,
        defaultValue: byDefault,
        validate: (typed) => problem(typed || byDefault),
        ...common,
      });
      return typeof text === "string" ? text || byDefault : text;
    }
    case "secret": {
      const secret = await clack.password({ message, validate: (typed) => problem(typed ?? ""), ...common });
      // Nothing typed may come back as nothing at all.
      return secret ?? "";
    }
  }
}
