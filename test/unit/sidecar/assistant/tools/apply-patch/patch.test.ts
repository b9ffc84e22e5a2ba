import { expect, test } from "@playwright/test";
import { parsePatch, patched } from "../../../../../../sidecar/assistant/tools/apply-patch/patch.ts";

const wrapped = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

/** The text after the pieces of a patch of one file. */
function after(text: string, ...lines: string[]): string {
  const [step] = parsePatch(wrapped("*** Update File: a", ...lines));
  return step?.kind === "update" ? patched("a", text, step.pieces) : "no update";
}

test.describe("a patch", () => {
  test("adds, deletes, updates and moves", () => {
    const steps = parsePatch(
      wrapped(
        "*** Add File: a b.md",
        "+one",
        "+",
        "+two",
        "*** Delete File: c",
        "*** Update File: d",
        "*** Move to: e",
        "@@",
        "-x",
        "+y",
      ),
    );

    expect(steps).toMatchObject([
      { kind: "add", path: "a b.md", text: "one\n\ntwo\n" },
      { kind: "delete", path: "c" },
      { kind: "update", path: "d", to: "e", pieces: [{ old: ["x"], fresh: ["y"] }] },
    ]);
  });

  test("puts each piece where its lines are, below those it names, and at the end", () => {
    const text = "class A\n  f\n    x\nclass B\n  f\n    x\nend\n";

    expect(after(text, "@@ class B", "@@   f", "-    x", "+    y")).toBe(text.replace(/x\nend/, "y\nend"));
    expect(after(text, "@@", "   f", "-    x", "+    y", "@@", " end", "+more", "*** End of File")).toBe(
      "class A\n  f\n    y\nclass B\n  f\n    x\nend\nmore\n",
    );
    expect(after("a\r\nb\r\n", "-b", "+c")).toBe("a\r\nc\r\n");
    expect(after("a  \nb", "-a", "+c")).toBe("c\nb");
    expect(after("", "+a")).toBe("a\n");
  });

  for (const [what, input, says] of [
    ["no beginning", "*** Add File: a", 'begins with the line "*** Begin Patch"'],
    ["no end", "*** Begin Patch\n*** Delete File: a", 'ends with the line "*** End Patch"'],
    ["nothing", wrapped(), "changes nothing"],
    ["another line", wrapped("hello"), "is none that a patch may have here"],
    ["a new file without marks", wrapped("*** Add File: a", "x"), "begins with +"],
    ["a piece without marks", wrapped("*** Update File: a", "x"), "begins with none of a blank, + and -"],
  ] as const)
    test(`with ${what} says what is wrong with it`, () => {
      expect(() => parsePatch(input)).toThrow(says);
    });

  test("whose lines are not there says so", () => {
    expect(() => after("a\n", "-b", "+c")).toThrow("a has no such lines");
    expect(() => after("b\na\n", "-b", "+c", "*** End of File")).toThrow("at its end");
  });
});
