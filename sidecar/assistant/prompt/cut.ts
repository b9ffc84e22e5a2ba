/** Long texts as a model gets them: their beginning and their end, with a line between that says what is missing and where it is. */

/** How much stays of a text, in characters. */
export interface Kept {
  head: number;
  tail: number;
}

/** The text, or its two ends around the line that `gap` makes of the number of characters left out. */
export function headAndTail(text: string, { head, tail }: Kept, gap: (missing: number) => string): string {
  if (text.length <= head + tail) return text;
  const begin = wholeBefore(text, head);
  const end = wholeAfter(text, text.length - tail);
  return `${text.slice(0, begin)}\n${gap(end - begin)}\n${text.slice(end)}`;
}

/** The last characters of a text, none of them torn. */
export function tailOf(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(wholeAfter(text, text.length - chars));
}

function wholeBefore(text: string, index: number): number {
  return isTorn(text, index) ? index - 1 : index;
}

function wholeAfter(text: string, index: number): number {
  return isTorn(text, index) ? index + 1 : index;
}

/** Whether a character of two units lies on the cut. */
function isTorn(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
