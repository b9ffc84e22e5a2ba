/** Makes text from anywhere fit to be shown: no control characters, no half characters, no invisible direction changes, a known length. */

const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;
const CONTROL_EXCEPT_NEWLINE = /[^\P{Cc}\n]+|[\p{Cs}\u2028\u2029]+/gu;
const DIRECTION_CHANGES = /[\u202a-\u202e\u2066-\u2069]/gu;

/** Returns `text` on one line, at most `maxLength` characters, the last one an ellipsis when it was cut. */
export function oneLine(text: string, maxLength: number): string {
  return cut(clean(text, CONTROL), maxLength);
}

/** Like `oneLine`, but line breaks stay. */
export function severalLines(text: string, maxLength: number): string {
  return cut(clean(text.replace(/\r\n?/g, "\n"), CONTROL_EXCEPT_NEWLINE), maxLength);
}

function clean(text: string, unwanted: RegExp): string {
  return text.replace(unwanted, " ").replace(DIRECTION_CHANGES, "").trim();
}

function cut(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length <= maxLength
    ? text
    : `${characters
        .slice(0, maxLength - 1)
        .join("")
        .trimEnd()}…`;
}
