import { expect, test } from "@playwright/test";
import { shownSnapshot } from "../../../../../../sidecar/assistant/tools/browser/child/shown-snapshot.ts";

const SNAPSHOT = [
  "- generic [active] [ref=e1]:",
  '  - heading "Hi" [level=1] [ref=e2]',
  "  - paragraph [ref=e3]: Some words",
  "  - generic [ref=e4]:",
  "    - text: Name",
  '    - textbox "Name" [ref=e5]',
].join("\n");
const WHOLE = { isInteractive: false, isCompact: false, mostChars: 10_000 };

test("a snapshot is shown whole, without what only holds other things, or as what can be used", () => {
  expect(shownSnapshot(SNAPSHOT, WHOLE)).toBe(SNAPSHOT);
  expect(shownSnapshot(SNAPSHOT, { ...WHOLE, isCompact: true }).split("\n")).toEqual([
    '  - heading "Hi" [level=1] [ref=e2]',
    "  - paragraph [ref=e3]: Some words",
    "    - text: Name",
    '    - textbox "Name" [ref=e5]',
  ]);
  expect(shownSnapshot(SNAPSHOT, { ...WHOLE, isInteractive: true }).split("\n")).toEqual([
    '  - heading "Hi" [level=1] [ref=e2]',
    '    - textbox "Name" [ref=e5]',
  ]);
});

test("a snapshot that is too long ends with a line, and says what is left out; an empty one says so", () => {
  const most = SNAPSHOT.indexOf("  - generic [ref=e4]") + 5;

  const shown = shownSnapshot(SNAPSHOT, { ...WHOLE, mostChars: most });

  expect(shown).toMatch(/Some words\n\(\d+ more characters\)$/);
  expect(shownSnapshot("", WHOLE)).toBe("(nothing is to be seen)");
});
