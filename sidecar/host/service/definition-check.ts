/** What no service manager can hold, and what would let a value of a definition pose as a part of it. */

import { quoted, SetupError } from "../../../shared/errors.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import type { ServiceDefinition } from "./service-manager.ts";

/**
 * Fails with `SERVICE_REFUSED`, naming the place, when a text of the definition holds a control character, half a character or
 * none that Unicode has, or when a variable has no proper name. Every manager asks before it writes anything.
 */
export function checkDefinition(definition: ServiceDefinition): void {
  const { description, command, workingDirectory, environment, environmentFile, logDir } = definition;
  refuseUnwritable("the description", description);
  for (const [index, word] of command.entries()) {
    refuseUnwritable(
      index === 0 ? "the path of the runtime" : advice`argument ${index} of the command`,
      word,
    );
  }
  refuseUnwritable("the working directory", workingDirectory);
  refuseUnwritable("the path of the environment file", environmentFile);
  refuseUnwritable("the path of the log directory", logDir);
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw refusal(
        advice`${quoted(name)} is not the name of a variable`,
        "rename it (letters, digits and _)",
      );
    }
    refuseUnwritable(advice`the variable ${name}`, value);
  }
}

const UNWRITABLE = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

function refuseUnwritable(place: Remedy, text: string): void {
  const found = UNWRITABLE.exec(text)?.[0];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw refusal(
    advice`${whole(place)} (${quoted(text)}) holds the character U+${code}`,
    "rename the file or change the value so that it holds no control character",
  );
}

function refusal(what: Remedy, fix: Remedy): SetupError {
  return new SetupError("SERVICE_REFUSED", advice`The service cannot be installed: ${what}.`, { fix });
}
