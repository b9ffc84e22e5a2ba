/** Which request is meant, as it was typed. */
import type { TypedValues } from "../typed-values.ts";

export function typedRequest(channel: string, code: string): TypedValues {
  return { channel: { place: "<channel>", value: channel }, code: { place: "<code>", value: code } };
}
