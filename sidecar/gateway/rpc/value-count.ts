/** How much a JSON text holds, before anybody looks at what: keys of objects cost more to walk through than to parse. */

/** Values that a message may hold. The largest request of the protocol lists a thousand names three times. */
export const MAX_VALUES = 3_200;

/** Whether the text holds more than `limit` values, strings being one each however long they are. Stops looking there. */
export function holdsMoreThan(text: string, limit: number): boolean {
  // Each takes two characters at least: itself and what parts it from the next.
  if (text.length <= 2 * limit) return false;
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) {
      index = endOfString(text, index);
    } else if (character === COMMA || character === BRACKET || character === BRACE) {
      count += 1;
      if (count > limit) return true;
    }
  }
  return false;
}

/** Whether objects and lists stand deeper than `limit` in each other: walking through them takes as much of the stack. Stops looking there. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) index = endOfString(text, index);
    else if (character === BRACKET || character === BRACE) depth += 1;
    else if (character === BRACKET_END || character === BRACE_END) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

const [QUOTE, COMMA, BRACKET, BRACE, BRACKET_END, BRACE_END] = [0x22, 0x2c, 0x5b, 0x7b, 0x5d, 0x7d];

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = end - 1;
    while (text[escapes] === "\\") escapes -= 1;
    if ((end - escapes) % 2 === 1) return end;
  }
  return text.length;
}
