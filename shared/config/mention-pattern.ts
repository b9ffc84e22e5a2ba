/** Patterns in `messages.groupChat.mentionPatterns`, as they are read. */

/**
 * Ignores case, so that `(?i)` at the beginning says nothing more. Older files hold escapes that only the older of both grammars knows;
 * undefined for what neither knows, and for a blank, which every message has.
 */
export function mentionPattern(source: string): RegExp | undefined {
  const pattern = source.replace(/^\(\?i\)/, "");
  if (pattern.trim() === "") return undefined;
  for (const flags of ["iu", "i"]) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // The other grammar may know it.
    }
  }
  return undefined;
}
