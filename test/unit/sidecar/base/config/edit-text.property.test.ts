import { isDeepStrictEqual } from "node:util";
import { test } from "@playwright/test";
import fc from "fast-check";
import JSON5 from "json5";
import { type Token, tokensOf } from "../../../../../shared/config/json5-tokens.ts";
import { valueAt, withoutValueAt, withValueAt } from "../../../../../sidecar/base/config/dotted-path.ts";
import { editText } from "../../../../../sidecar/base/config/edit-text.ts";

/** What people put between the words of a JSON5 file. */
const gaps = fc.constantFrom(
  "",
  "",
  " ",
  "\n  ",
  "\r\n\t",
  "\u00a0",
  " /* why */ ",
  " // {not: 'code'},\n",
  "/*\n*/",
  "\n\n",
);
/** Keys as they are written, with names that come back. */
const names = fc.constantFrom("a", '"a"', "'a'", "\\u0061", "b", '"b"', "$x", "'two words'", '"d.e"', "null");
const scalars = fc.constantFrom(
  "1",
  "+1",
  ".5",
  "5.",
  "0x10",
  "-0",
  "1e400",
  "Infinity",
  "-Infinity",
  "NaN",
  "233734246190153728",
  "true",
  "null",
  "'it\\'s'",
  '"// no {comment}"',
  '"\\u0041\\\n b"',
  "''",
);

const { value: texts } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalars,
    list(
      fc.tuple(gaps, tie("value"), gaps).map((parts) => parts.join("")),
      "[]",
    ),
    list(memberOf(tie("value")), "{}"),
  ),
}));
const files = fc.tuple(
  fc.constantFrom("", "\uFEFF", "// mine\n"),
  list(memberOf(texts), "{}"),
  fc.constantFrom("", "\n", "\r\n", " // end"),
);
const keys = fc.array(fc.constantFrom("a", "b", "$x", "two words", "d.e", "null", "0", "1", "new"), {
  minLength: 1,
  maxLength: 4,
});
const singles = fc.constantFrom<unknown>("it's", 'a "b"', "\u2028", 7, -0, true, null, "", "\\'\n");
const values = fc.oneof(
  singles,
  fc.constantFrom<unknown>([], {}, [1, { x: "y" }], { k: { "a b": ["c"] }, l: 2 }),
);

function memberOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(gaps, names, gaps, gaps, value, gaps)
    .map(([before, name, afterName, beforeValue, text, after]) => {
      return `${before}${name}${afterName}:${beforeValue}${text}${after}`;
    });
}

/** Members in brackets, with or without a comma behind the last one; empty ones may hold comments. */
function list(member: fc.Arbitrary<string>, [open, close]: string): fc.Arbitrary<string> {
  const filled = fc
    .tuple(fc.array(member, { minLength: 1, maxLength: 4 }), fc.boolean(), gaps)
    .map(([members, trailing, end]) => `${open}${members.join(",")}${trailing ? `,${end}` : ""}${close}`);
  return fc.oneof(
    { weight: 4, arbitrary: filled },
    gaps.map((gap) => `${open}${gap}${close}`),
  );
}

const parse = (text: string) => JSON5.parse(text.replace(/^\uFEFF/, ""));

/** The tokens with what is written in them; line ends inside of comments are part of them. */
function wordsOf(text: string): string[] {
  return [...tokensOf(text)].map(({ start, end }: Token) => text.slice(start, end));
}

/** Whether all of `some` come in `all`, in this order. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let next = 0;
  for (const word of all) if (word === some[next]) next += 1;
  return next === some.length;
}

/** What stands between the tokens. */
function blanksOf(text: string): string[] {
  const tokens = [...tokensOf(text)];
  return tokens.map(({ start }, index) => text.slice(tokens[index - 1]?.end ?? 0, start));
}

/** Whether a value is at the end of the path, or null on the way, in whose place an object comes. */
function holds(values: unknown, place: readonly string[], path: readonly string[]): boolean {
  const value = valueAt(values, place);
  return place.length === path.length ? value !== undefined : value === null;
}

function expected(change: () => unknown): unknown {
  try {
    return change();
  } catch {
    return undefined; // Something else stands in the way, which the writer is told before.
  }
}

test.describe("editText", () => {
  test("F2: setting a value changes that value, and every word and comment around it stays", () => {
    fc.assert(
      fc.property(files, keys, values, (parts, path, value) => {
        const text = parts.join("");
        const before = parse(text);
        const wanted = expected(() => withValueAt(before, path, value));
        fc.pre(wanted !== undefined);

        const after = editText(text, [{ kind: "set", keys: path, value }]);

        // What was there is replaced, comments inside and all; what was not is added to what was.
        const isReplaced = path.some((_key, index) => holds(before, path.slice(0, index + 1), path));
        const isKept = isReplaced || isWithin(wordsOf(text), wordsOf(after));
        if (!isDeepStrictEqual(parse(after), wanted) || !isKept) {
          throw new Error(JSON.stringify({ text, path, value, after }));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("F2: setting a single value in the place of another changes no character outside of it", () => {
    fc.assert(
      fc.property(files, keys, singles, (parts, path, value) => {
        const text = parts.join("");
        const old = valueAt(parse(text), path);
        fc.pre(old !== undefined && (typeof old !== "object" || old === null));

        const after = editText(text, [{ kind: "set", keys: path, value }]);

        const [before, now] = [wordsOf(text), wordsOf(after)];
        const changed = now.filter((word, index) => word !== before[index]);
        const isSame = before.length === now.length && changed.length <= 1;
        if (!isSame || !isDeepStrictEqual(blanksOf(after), blanksOf(text))) {
          throw new Error(JSON.stringify({ text, path, value, after }));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("F2: removing a value removes that value, and adds nothing", () => {
    fc.assert(
      fc.property(files, keys, (parts, path) => {
        const text = parts.join("");
        const wanted = expected(() => withoutValueAt(parse(text), path));
        fc.pre(wanted !== undefined);

        const after = editText(text, [{ kind: "unset", keys: path }]);

        const isRemoved = isDeepStrictEqual(parse(after), wanted);
        if (!isRemoved || !isWithin(wordsOf(after), wordsOf(text))) {
          throw new Error(JSON.stringify({ text, path, after }));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("F2: setting what was just set changes nothing, and removing it again leaves the values as they were", () => {
    fc.assert(
      fc.property(files, values, (parts, value) => {
        const text = parts.join("");
        const path = ["entirely new", "key"];

        const once = editText(text, [{ kind: "set", keys: path, value }]);
        const twice = editText(once, [{ kind: "set", keys: path, value }]);
        const back = editText(once, [{ kind: "unset", keys: ["entirely new"] }]);

        const isBack = isDeepStrictEqual(parse(back), parse(text)) && isWithin(wordsOf(text), wordsOf(once));
        if (twice !== once || !isBack) throw new Error(JSON.stringify({ text, once, twice, back }));
      }),
      { numRuns: 300 },
    );
  });
});
