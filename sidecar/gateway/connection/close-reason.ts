/** Close frames carry at most 123 bytes of reason (RFC 6455, 5.5); the protocol cuts at 120. */
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";

/** The longest prefix of `reason` within the limit that does not split a character. */
export function closeReason(reason: string): string {
  const bytes = Buffer.from(reason, "utf8");
  if (bytes.length <= WIRE_LIMITS.closeReasonBytes) return reason;
  let end: number = WIRE_LIMITS.closeReasonBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString("utf8");
}
