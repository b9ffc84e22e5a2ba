/** Checks of what somebody typed: each says in a few words what is wrong with a value, or nothing when it will do. */

import { isLoopback, isLoopbackUrl, parsePort } from "../../../shared/address.ts";
import type { BindMode } from "../../../shared/config/schema.ts";
import { MIN_SHARED_SECRET, missingCharacters, secretProblem } from "../../../shared/config/secrets.ts";
import { quoted } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { keyProblem } from "../../assistant/models/credentials/key-problem.ts";

/** More than any provider's key or anybody's password has. */
const MAX_SECRET_LENGTH = 10_000;

/** For one of a few words. */
export function choiceProblem(text: string, allowed: readonly string[]): Remedy | undefined {
  return allowed.includes(text)
    ? undefined
    : advice`expected one of ${allowed.join(", ")}; got ${quoted(text)}`;
}

/** For a TCP port. */
export function portProblem(text: string): Remedy | undefined {
  return parsePort(text) === undefined ? advice`expected 1-65535, got ${quoted(text)}` : undefined;
}

/** For a token or a password that the configuration is to hold; never repeats it. */
export function storedSecretProblem(text: string): Remedy | undefined {
  return secretProblem(text) ?? writtenProblem(text);
}

/** What a file of ours cannot hold as it is. */
function writtenProblem(text: string): Remedy | undefined {
  if (/\$\$?\{[^{}]*\}/.test(text))
    return "must not hold $ before {, which asks the configuration for a variable";
  return text.length > MAX_SECRET_LENGTH
    ? advice`must have at most ${MAX_SECRET_LENGTH} characters`
    : undefined;
}

/** For a secret that other machines may try; never repeats it. */
export function shortSecretProblem(text: string): Remedy | undefined {
  const missing = missingCharacters(text);
  if (missing === 0) return undefined;
  const length = MIN_SHARED_SECRET - missing;
  return advice`has ${length} characters; beyond this machine it needs at least ${MIN_SHARED_SECRET}`;
}

/** Whether other machines can reach a gateway that is bound like this; a name of an interface counts as if they could. */
export function reachesBeyond(bind: BindMode, customHost: string | undefined): boolean {
  return bind === "custom" ? customHost !== undefined && !isLoopback(customHost) : bind !== "loopback";
}

/** For a provider's key that a file of variables is to hold; never repeats it. */
export function storedKeyProblem(text: string): Remedy | undefined {
  const quotes = /["'`\\]/.test(text) ? "must not hold quotes or a backslash" : undefined;
  return keyProblem(text) ?? quotes ?? writtenProblem(text);
}

/** For the address of another gateway. */
export function remoteUrlProblem(text: string): Remedy | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    return advice`expected a ws:// or wss:// address, got ${quoted(text)}`;
  }
  if (url.username !== "" || url.password !== "") return "an address takes no user or password";
  if (url.href.includes("#")) return advice`an address of a gateway ends before the #, got ${quoted(text)}`;
  return text.length > 2_000 ? "must have at most 2000 characters" : undefined;
}

/** Whether what is sent to the address can be read on the way. */
export function isPlainRemote(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "ws:" && !isLoopbackUrl(url);
}
