/** What a summary must not lose: things with a name, an amount or a place that were spoken of more than once. */

/** None of them starts anew within a word that it has been through: anybody may have chosen the text. */
const KINDS: readonly RegExp[] = [
  // Dates and times.
  /\b\d{4}-\d{2}-\d{2}\b/g,
  /\b\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})?/g,
  /\b\d{1,2}\/\d{1,2}\/\d{2,4}\b/g,
  /\b\d{1,2}:\d{2}\b/g,
  // Amounts of money.
  /[$€£¥]\s?\d[\d.,]*\d|[$€£¥]\s?\d|(?<![\w.,])\d[\d.,]*\s?(?:€|(?:EUR|USD|CHF|GBP)\b)/g,
  // Addresses on the web and of people.
  /\bhttps?:\/\/[^\s<>"')\]]+/g,
  /(?<![\w/.+-])@?[\w.+-]+@[\w.-]+\.\w+|(?<!\w)@\w{2,}/g,
  // Paths of files.
  /(?<![\w/.:])(?:~|\.{1,2})?(?:\/[\w.@+-]+){2,}|\b[A-Z]:\\[\w.\\-]+/g,
  // Long numbers.
  /(?<![\d.,:/-])\d{4,}(?!\d|[.,:/-]+\d)/g,
];

/** The end of a sentence belongs to nothing that is named in it. */
const TAIL = /(?<![.,;:!?])[.,;:!?]+$/;

/** Everything of these kinds in the text, each as often as it stands there. */
export function factsIn(text: string): string[] {
  return KINDS.flatMap((kind) => text.match(kind) ?? []).map((found) => found.replace(TAIL, ""));
}

/** What stands at least twice in the texts together. */
export function repeatedFacts(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const fact of factsIn(text)) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  return [...counts].flatMap(([fact, count]) => (count > 1 ? [fact] : []));
}
