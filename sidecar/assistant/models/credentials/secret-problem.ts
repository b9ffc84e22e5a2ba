/** What makes a text useless as a key, whoever gives it. */
import { placeholderProblem } from "../../../../shared/config/secrets.ts";

/** What is wrong with it, to follow its name; undefined for one that may be a key. Never repeats the text. */
export function secretProblem(secret: string): string | undefined {
  const placeholder = placeholderProblem(secret);
  if (placeholder !== undefined) return placeholder;
  if (secret === "") return "is empty; give the key itself";
  // Anything else cannot stand in a header of HTTP.
  return /^[\x21-\x7e]+$/.test(secret)
    ? undefined
    : "holds blanks or characters that no key has; give the key alone, without what stands around it";
}
