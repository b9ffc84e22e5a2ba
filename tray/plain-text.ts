/** Makes text from anywhere fit to be shown in a menu or a notification: neutral, and of a known length. */
import { neutralLine, neutralText, shortened } from "../shared/foreign-text.ts";

/** Returns `text` on one line, at most `maxLength` characters, the last one an ellipsis when it was cut. */
export function oneLine(text: string, maxLength: number): string {
  return neutralLine(text, maxLength);
}

/** Like `oneLine`, but line breaks stay. */
export function severalLines(text: string, maxLength: number): string {
  return shortened(neutralText(text).replaceAll("\t", " ").trim(), maxLength);
}
