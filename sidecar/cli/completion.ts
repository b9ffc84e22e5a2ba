/** `clawdbot completion <shell>`: prints a script that completes command lines in that shell. */

import { quoted, RequestError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { advice } from "../../shared/remedy.ts";
import { bashCompletion } from "./completion/bash.ts";
import { fishCompletion } from "./completion/fish.ts";
import { powershellCompletion } from "./completion/powershell.ts";
import { type Vocabulary, vocabularyOf } from "./completion/vocabulary.ts";
import { zshCompletion } from "./completion/zsh.ts";
import type { Definition } from "./definition.ts";
import type { Invocation } from "./invocation.ts";

const SHELLS: Record<string, (vocabulary: Vocabulary) => string> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** `commands` is the whole table, which this one is part of. */
export function printCompletion(
  { arguments: [shell = ""], output }: Invocation,
  commands: readonly Definition[],
): number {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell]?.(vocabularyOf(commands)) : undefined;
  if (script === undefined) {
    const known = Object.keys(SHELLS).join(", ");
    throw new RequestError("USAGE", advice`completion knows no shell ${quoted(shell)}: ${known}`);
  }
  output.repeat(script.trimEnd());
  output.document({ shell, script });
  return EXIT.ok;
}
