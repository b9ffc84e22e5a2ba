/** What of a page's snapshot is shown: all of it, or what can be used in it, and never more than is asked for. A pure function. */

export interface Showing {
  /** Only what can be clicked, written in or chosen. */
  isInteractive: boolean;
  /** Without what only holds other things. */
  isCompact: boolean;
  mostChars: number;
}

/** `snapshot` has an element on each line, deeper ones further in. */
export function shownSnapshot(snapshot: string, { isInteractive, isCompact, mostChars }: Showing): string {
  const lines = snapshot
    .split("\n")
    .filter((line) => !isInteractive || INTERACTIVE.test(line))
    .filter((line) => !isCompact || !HOLLOW.test(line));
  const text = lines.join("\n");
  if (text.trim() === "") return "(nothing is to be seen)";
  if (text.length <= mostChars) return text;
  const end = text.lastIndexOf("\n", mostChars);
  const shown = text.slice(0, end > 0 ? end : mostChars);
  return `${shown}\n(${text.length - shown.length} more characters)`;
}

const INTERACTIVE =
  /^\s*- (?:button|checkbox|combobox|link|listbox|menuitem\w*|option|radio|scrollbar|searchbox|slider|spinbutton|switch|tab|textbox|treeitem|heading)\b/;
/** A group without a name. */
const HOLLOW = /^\s*- (?:generic|group|none|presentation|paragraph|list)(?: \[[^\]]*\])*:?$/;
