import { expect, test } from "@playwright/test";
import { Screen } from "../../../../../sidecar/cli/chat/screen.ts";

/** A screen that keeps what is written, without the sequences that move and hide the cursor. */
function screenOf(columns: number) {
  const written: string[] = [];
  const stream = { columns, rows: 20, write: (text: string) => written.push(text) };
  const screen = new Screen(stream);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const plain = () =>
    written
      .join("")
      .replace(/\u001b\[\??\d*[A-Za-z]/g, "")
      .replace(/^\r/, "");
  const draw = () => screen.draw({ above: [], text: "", cursor: 0, prompt: "> " });
  return { screen, stream, written, plain, draw };
}

test("words that come one by one are broken as if they had come at once", () => {
  const text = "alpha beta gamma delta epsilon zeta eta theta iota kappa";
  const slow = screenOf(24);
  for (const part of text.match(/\S+\s*/g) ?? []) slow.screen.write(part);
  slow.screen.endText();
  slow.draw();
  const quick = screenOf(24);
  quick.screen.print(text);
  quick.draw();

  expect(slow.plain()).toBe(quick.plain());
  expect(quick.plain().split("\r\n")[0]).toBe("alpha beta gamma delta");
});

test("code keeps its blanks, in and after its fence lines are words again", () => {
  const { screen, draw, plain } = screenOf(20);
  screen.write("```\nif (a)      {  b();  } else { c(); }\n```\nand then words that are long\n");
  draw();

  expect(plain().split("\r\n").slice(0, 6)).toEqual([
    "```",
    "if (a)      {  b();",
    "  } else { c(); }",
    "```",
    "and then words that",
    "are long",
  ]);
});

test("an empty line between paragraphs stays, and none is left at the end", () => {
  const { screen, draw, plain } = screenOf(40);
  screen.write("one\n\ntwo\n");
  screen.endText();
  draw();

  expect(plain().replace(/\r(?!\n).*/s, "")).toBe("one\r\n\r\ntwo\r\n> ");
});

test("a text that is taller than the terminal shows the lines around the cursor", () => {
  const { screen, stream, written } = screenOf(40);
  stream.rows = 6;
  const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n");
  screen.draw({ above: [], text, cursor: text.length, prompt: "> " });

  expect(written.at(-1)).toContain("line 29");
  expect(written.at(-1)).not.toContain("line 20");
});

test("a terminal that grew narrower is gone up as far as its broken rows", () => {
  const { screen, stream, written } = screenOf(60);
  const live = { above: ["-".repeat(50)], text: "x".repeat(50), cursor: 50, prompt: "> " };
  screen.draw(live);
  stream.columns = 30;
  screen.draw(live);

  // Two rows of what was one above the cursor's, and one more within it.
  expect(written.at(-1)).toContain("\u001b[3A\r\u001b[J");
});
