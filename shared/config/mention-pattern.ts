/** Patterns in `messages.groupChat.mentionPatterns`, as they are read. */

/** Ignores case. Older files hold escapes that only the older of both grammars knows; undefined for what neither knows. */
export function mentionPattern(source: string): RegExp | undefined {
  for (const flags of ["iu", "i"]) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The other grammar may know it.
    }
  }
  return undefined;
}
