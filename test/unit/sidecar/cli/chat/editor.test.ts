import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { graphemes } from "../../../../../sidecar/base/display-width.ts";
import { LineEditor } from "../../../../../sidecar/cli/chat/editor.ts";

/** An editor with the text, in which `|` is the cursor. */
function editing(marked: string, history: string[] = []): LineEditor {
  const editor = new LineEditor(history);
  const at = marked.indexOf("|");
  editor.insert(marked.replace("|", ""));
  while (editor.cursor > at) editor.left();
  return editor;
}

function marked({ text, cursor }: LineEditor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const MOVES = [
  ["left", "ab|c", "a|bc"],
  ["left", "a👩‍👩‍👧‍👦|", "a|👩‍👩‍👧‍👦"],
  ["right", "|e\u0301x", "e\u0301|x"],
  ["left", "|", "|"],
  ["right", "a|", "a|"],
  ["wordLeft", "one two  |", "one |two  "],
  ["wordRight", "one| two x", "one two| x"],
  ["home", "a\nbc|d", "a\n|bcd"],
  ["end", "a|b\nc", "ab|\nc"],
  ["up", "abc\nde|f", "ab|c\ndef"],
  ["up", "a\nlong|er", "a|\nlonger"],
  ["down", "ab|c\nd", "abc\nd|"],
  ["deleteBefore", "a🇩🇪|b", "a|b"],
  ["deleteAfter", "a|日b", "a|b"],
  ["deleteWordBefore", "say hello|!", "say |!"],
  ["deleteWordAfter", "|say hello", "| hello"],
  ["deleteToHome", "a\nbc|d", "a\n|d"],
  ["deleteToHome", "a\n|d", "a|d"],
  ["deleteToEnd", "a|bc\nd", "a|\nd"],
  ["deleteToEnd", "a|\nd", "a|d"],
] as const;

for (const [act, before, after] of MOVES) {
  test(`${act} makes ${JSON.stringify(after)} of ${JSON.stringify(before)}`, () => {
    const editor = editing(before);

    editor[act]();

    expect(marked(editor)).toBe(after);
  });
}

test("up and down go through what was typed before, and back to what is being typed", () => {
  const editor = editing("dra|ft", ["oldest", "two\nlines"]);

  editor.up();
  expect(marked(editor)).toBe("two\nlines|");
  editor.up();
  editor.up();
  expect(editor.text).toBe("oldest");
  editor.up();
  expect(editor.text).toBe("oldest");
  editor.down();
  editor.down();
  expect(editor.text).toBe("draft");
  editor.down();
  expect(editor.text).toBe("draft");
});

test("what is taken is remembered once, and blank input is not", () => {
  const editor = new LineEditor(["hello"]);
  for (const text of ["hello", "  ", "bye"]) {
    editor.insert(text);
    expect(editor.take()).toBe(text);
  }

  editor.up();
  expect(editor.text).toBe("bye");
  editor.up();
  expect(editor.text).toBe("hello");
  editor.up();
  expect(editor.text).toBe("hello");
});

test("whatever is pressed, the cursor stands between two characters and nothing is torn", () => {
  const acts = [...new Set(MOVES.map(([act]) => act))];
  const steps = fc.array(
    fc.oneof(
      fc.constantFrom(...acts),
      fc.constantFrom("insert 👩‍👩‍👧‍👦", "insert a b", "insert \n", "insert 日"),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (keys) => {
      const editor = new LineEditor(["früher 👍🏽"]);
      for (const key of keys) {
        if (key.startsWith("insert ")) editor.insert(key.slice(7));
        else editor[key as (typeof acts)[number]]();
      }
      const { text, cursor } = editor;
      const parts = [...graphemes(text.slice(0, cursor)), ...graphemes(text.slice(cursor))];

      return cursor >= 0 && cursor <= text.length && parts.join("") === text && !/\p{Cs}/u.test(text);
    }),
  );
});
