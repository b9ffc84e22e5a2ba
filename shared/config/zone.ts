/** Names of time zones. */

/** Whether this runtime knows the IANA name. Reads calendars for it, so it is asked only where somebody configured one. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false; // Intl says so by throwing.
  }
}
