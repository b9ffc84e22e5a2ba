/** Names of time zones, and what the configuration takes for one. */

/** What the envelope of a message goes by besides the name of a zone. */
const PLACES = ["user", "local", "utc"] as const;

/** The zone that somebody configured; undefined, which is the machine's, for an empty text and a zone that nobody knows. */
export function ownZone(text: string): string | undefined {
  const name = text.trim();
  return isZone(name) ? name : undefined;
}

/** `user`, `local`, `utc` or a zone, in any case; undefined for an empty text, and `local` for what nobody knows. */
export function envelopeZone(text: string): string | undefined {
  const name = text.trim();
  if (name === "") return undefined;
  const place = name.toLowerCase();
  return PLACES.find((each) => each === place) ?? (isZone(name) ? name : "local");
}

/** The zone of the hours of a heartbeat: `local` for the machine's, else the owner's where there is no name that is known. */
export function heartbeatZone(text: string): string | undefined {
  return text.trim().toLowerCase() === "local" ? "local" : ownZone(text);
}

/** Whether a text is meant for a zone, or for a place of the envelope, and is none. */
export function isStrayZone(text: string, places: readonly string[] = []): boolean {
  const name = text.trim();
  return name !== "" && !places.includes(name.toLowerCase()) && !isZone(name);
}

/** How other releases write what the envelope goes by. */
export const ENVELOPE_PLACES: readonly string[] = [...PLACES, "host"];

/** Whether this runtime knows the IANA name. Reads calendars for it, so it is asked only where somebody configured one. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false; // Intl says so by throwing.
  }
}
