/** A message that no gateway would take is refused before it is sent: at a frame that is too large it ends the connection, each time. */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { RequestError } from "../../shared/errors.ts";
import { advice } from "../../shared/remedy.ts";

/** What stands around the parameters. */
const FRAME_BYTES = 200;

/** Fails with `MESSAGE_TOO_LONG`. */
export function refuseTooLong(params: object, { hello }: Pick<GatewayConnection, "hello">): void {
  const bytes = Buffer.byteLength(JSON.stringify(params)) + FRAME_BYTES;
  const { maxPayload } = hello.policy;
  if (bytes <= maxPayload) return;
  throw new RequestError(
    "MESSAGE_TOO_LONG",
    advice`The message has ${bytes} bytes, and the gateway takes ${maxPayload}; send it in parts.`,
  );
}
