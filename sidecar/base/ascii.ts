/** Our signs for a terminal that shows ASCII only. */

const ASCII_SIGNS: Readonly<Record<string, string>> = {
  "✓": "OK",
  "✗": "FAILED",
  "→": "->",
  "…": "...",
  "–": "-",
  "—": "-",
  "·": "-",
  "•": "*",
  "│": "|",
};
const SIGNS = new RegExp(`[${Object.keys(ASCII_SIGNS).join("")}]`, "gu");

/** The text with what stands for each of our signs in ASCII; whatever else it holds, such as a name, stays as it is. */
export function inAscii(text: string): string {
  return text.replace(SIGNS, (sign) => ASCII_SIGNS[sign] ?? sign);
}
