/** Text from the standard input, which may be anything. */
import { RequestError } from "../../shared/errors.ts";

/** Fails with `USAGE` for what is no UTF-8: guessed at, something else would be sent than was meant. */
export function utf8Of(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    throw new RequestError("USAGE", "The text on the standard input is no UTF-8; it was not sent.", {
      cause: error,
    });
  }
}
