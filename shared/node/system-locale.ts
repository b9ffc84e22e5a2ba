/** The language that the system was set to, where the environment does not name one. */

/** A tag such as `de-AT`. `Intl` says the same, but reads calendars for it that take 6 MB of memory for as long as the process runs. */
export function systemLocale(): string {
  // Node has had it since 21; whoever runs this with an older one reads English.
  return globalThis.navigator?.language ?? "en-US";
}
