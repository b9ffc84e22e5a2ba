/** What the sender of a message may do: decided once, where the message comes in, and never by what it says. */

/** The least first. */
export const AUTHORITIES = ["stranger", "guest", "trusted", "owner"] as const;
export type Authority = (typeof AUTHORITIES)[number];

/** Whether the one is the other or more. */
export function isAtLeast(authority: Authority, needed: Authority): boolean {
  return AUTHORITIES.indexOf(authority) >= AUTHORITIES.indexOf(needed);
}
