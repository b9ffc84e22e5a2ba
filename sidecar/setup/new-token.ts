/** Tokens that the program makes itself. */
import { randomBytes } from "node:crypto";

/** Bytes of randomness in a generated token. */
const TOKEN_BYTES = 24;

/** A token nobody can guess, in hex. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("hex");
}
