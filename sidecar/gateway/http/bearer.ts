/** The secret that comes with an HTTP request (RFC 6750, 2.1). */
import type { IncomingMessage } from "node:http";
import type { ClientAddress } from "../auth/client-address.ts";

/** Whether a secret that was sent is the gateway's; `undefined` when the sender has guessed too often to be heard. */
export type SecretCheck = (secret: string, origin: ClientAddress) => boolean | undefined;

/** The bearer token of the request; undefined without one. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
}
