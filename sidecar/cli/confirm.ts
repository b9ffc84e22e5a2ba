/** Asks the person in front of the terminal. */
import type { Dialogue, Output } from "./output.ts";

/** Whether somebody can answer: both ends are a terminal, and stdout is not promised to a program. */
export function canAsk({ dialogue }: Output): boolean {
  return dialogue !== undefined;
}

/** Yes or no; an empty answer means `byDefault`. False when nobody can answer. */
export async function confirm(output: Output, question: string, byDefault: boolean): Promise<boolean> {
  return (await ask(output, question, byDefault)) ?? false;
}

/** The same; undefined when nobody can answer, or the person left with Ctrl-C or Ctrl-D. */
export async function ask(
  output: Output,
  question: string,
  byDefault: boolean,
): Promise<boolean | undefined> {
  const { dialogue } = output;
  if (dialogue === undefined) return undefined;
  const answer = await output.whileAsking(answerTo(dialogue, question, byDefault));
  if (answer === undefined) {
    // What follows begins on a line of its own.
    output.say("");
    return undefined;
  }
  return answer === "" ? byDefault : /^y(es)?$/i.test(answer);
}

async function answerTo(
  dialogue: Dialogue,
  question: string,
  byDefault: boolean,
): Promise<string | undefined> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface(dialogue);
  const gone = new Promise<undefined>((resolve) => terminal.once("close", () => resolve(undefined)));
  const asked = terminal.question(`${question} ${byDefault ? "[Y/n]" : "[y/N]"} `);
  const answer = (await Promise.race([asked, gone]))?.trim();
  terminal.close();
  return answer;
}
