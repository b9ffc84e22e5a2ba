/** Cuts texts of strangers where they are kept or passed on. */

/** At most `maxChars` UTF-16 units of the text, never half a character. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(maxChars - 1));
  return text.slice(0, isHalf ? maxChars - 1 : maxChars);
}
