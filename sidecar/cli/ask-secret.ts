/** Asks for a secret in a terminal that does not show it. */
import { Writable } from "node:stream";
import type { Remedy } from "../../shared/remedy.ts";
import type { Output } from "./output.ts";

/** What was typed; undefined when nobody can answer, or the person left with Ctrl-C or Ctrl-D. */
export async function askSecret(output: Output, question: Remedy): Promise<string | undefined> {
  const { dialogue } = output;
  if (dialogue === undefined) return undefined;
  const { createInterface } = await import("node:readline/promises");
  dialogue.output.write(output.spell(question));
  // What the reader would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: dialogue.input, output: nowhere, terminal: true });
  const gone = new Promise<undefined>((resolve) => terminal.once("close", () => resolve(undefined)));
  const answer = await output.whileAsking(Promise.race([terminal.question(""), gone]));
  terminal.close();
  dialogue.output.write("\n");
  return answer?.trim();
}
