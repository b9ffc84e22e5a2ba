/** What makes a text useless as a provider's key, whoever gives it. */
import { secretProblem } from "../../../../shared/config/secrets.ts";

/** What is wrong with it, to follow its name; undefined for one that may be a key. Never repeats the text. */
export function keyProblem(text: string): string | undefined {
  const problem = secretProblem(text);
  if (problem !== undefined) return problem;
  // Anything else cannot stand in a header of HTTP.
  return /^[\x21-\x7e]+$/.test(text)
    ? undefined
    : "holds blanks or characters that no key has; give the key alone, without what stands around it";
}
