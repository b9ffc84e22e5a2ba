/** Asks the person in front of the terminal. */
import { EXIT } from "../../shared/exit-codes.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";
import { columns } from "./layout.ts";
import type { Dialogue, Output } from "./output.ts";

/** Whether somebody can answer: both ends are a terminal, and stdout is not promised to a program. */
export function canAsk({ dialogue }: Output): boolean {
  return dialogue !== undefined;
}

/** Yes or no; an empty answer means `byDefault`. False when nobody can answer. */
export async function confirm(output: Output, question: Remedy, byDefault: boolean): Promise<boolean> {
  return (await ask(output, question, byDefault)) ?? false;
}

/** The same; undefined when nobody can answer, or the person left with Ctrl-C or Ctrl-D. */
export async function ask(
  output: Output,
  question: Remedy,
  byDefault: boolean,
): Promise<boolean | undefined> {
  const choice = output.spell(byDefault ? advice`[Y/n]` : advice`[y/N]`);
  const answer = await typedAnswer(output, `${output.spell(question)} ${choice} `);
  if (answer === undefined) return undefined;
  return answer === "" ? byDefault : YES.test(answer);
}

/** In every language that we speak: none of these means no in another one. */
const YES = /^(y(es)?|j(a)?)$/i;

/** One of the choices, by its number or its name; asked again until it is one, undefined as above. */
export async function choose<const Value extends string>(
  output: Output,
  question: Remedy,
  choices: readonly { value: Value; what: Remedy }[],
): Promise<Value | undefined> {
  output.say(question);
  const rows = choices.map(
    ({ value, what }, index) => [`${index + 1}  ${value}`, output.spell(what)] as const,
  );
  for (const line of columns(rows, output.width)) output.repeat(line);
  for (;;) {
    const answer = await typedAnswer(output, output.spell(PROMPT));
    if (answer === undefined) return undefined;
    const chosen = choices.find(({ value }, index) => answer === value || answer === String(index + 1));
    if (chosen !== undefined) return chosen.value;
  }
}

const PROMPT = advice`Number or name (Ctrl-C leaves): `;

/** For who left before anything happened: says so, and returns the exit code. */
export function leftUnchanged(output: Output): number {
  output.say("Nothing was changed.");
  return EXIT.interrupted;
}

/** What was typed, without the blanks around it; undefined when nobody can answer, or the person left with Ctrl-C or Ctrl-D. */
async function typedAnswer(output: Output, prompt: string): Promise<string | undefined> {
  const { dialogue } = output;
  if (dialogue === undefined) return undefined;
  const answer = await output.whileAsking(answerTo(dialogue, prompt));
  // What follows begins on a line of its own.
  if (answer === undefined) output.say("");
  return answer?.trim();
}

async function answerTo(dialogue: Dialogue, prompt: string): Promise<string | undefined> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface(dialogue);
  const gone = new Promise<undefined>((resolve) => terminal.once("close", () => resolve(undefined)));
  const answer = await Promise.race([terminal.question(prompt), gone]);
  terminal.close();
  return answer;
}
