import { expect, test } from "@playwright/test";
import { editText, type TextEdit } from "../../../../../sidecar/base/config/edit-text.ts";

const set = (path: string, value: unknown, text?: string): TextEdit => ({
  kind: "set",
  keys: path.split("."),
  value,
  text,
});
const unset = (path: string): TextEdit => ({ kind: "unset", keys: path.split(".") });
const move = (from: string, to: string): TextEdit => ({
  kind: "move",
  from: from.split("."),
  to: to.split("."),
});

const FILE = `{
  "gateway": {
    "port": 1, // one
    "id": 233734246190153728
  },
  "list": [1, 2]
}
`;

test.describe("editText", () => {
  const cases: [what: string, before: string, edits: TextEdit[], after: string][] = [
    [
      "leaves numbers, comments and line ends alone",
      "{\r\n  a: 1e400, // huge\r\n  b: +0x10, c: .5, d: NaN,\r\n}\r\n",
      [set("b", 17)],
      "{\r\n  a: 1e400, // huge\r\n  b: 17, c: .5, d: NaN,\r\n}\r\n",
    ],
    ["leaves a byte order mark", "\uFEFF{ a: 1 }", [set("a", 2)], "\uFEFF{ a: 2 }"],
    ["changes the last of two equal keys", "{ a: 1, b: 5, a: 2 }", [set("a", 9)], "{ a: 1, b: 5, a: 9 }"],
    [
      "keeps the quotes of a text",
      `{ a: 'x', "b": "y" }`,
      [set("a", "it's"), set("b", `"`)],
      `{ a: 'it\\'s', "b": "\\"" }`,
    ],
    ["keeps the spelling of an equal value", "{ port: 0x10 }", [set("port", 16)], "{ port: 0x10 }"],
    [
      "adds to the innermost object that is there, behind the comment of its last member",
      FILE.replace("153728", "153728 // two"),
      [set("gateway.auth.token", "t")],
      FILE.replace("153728", `153728, // two\n    "auth": {\n      "token": "t"\n    }`),
    ],
    [
      "adds in the style of the file: tabs, bare keys, single quotes, a comma at the end",
      "{\n\tgateway: {\n\t\tmode: 'local', // last\n\t},\n}\n",
      [set("gateway.bind", "lan"), set("gateway.a-b", 1)],
      "{\n\tgateway: {\n\t\tmode: 'local', // last\n\t\tbind: 'lan',\n\t\t'a-b': 1,\n\t},\n}\n",
    ],
    [
      "adds on the same line where everything is on one",
      `{ gateway: { port: 1 }, x: [] }`,
      [set("gateway.mode", "local"), set("x.0", "q")],
      `{ gateway: { port: 1, mode: "local" }, x: ["q"] }`,
    ],
    [
      "adds without blanks where there are none",
      `{"gateway":{"port":1}}`,
      [set("gateway.auth", { mode: "token" })],
      `{"gateway":{"port":1,"auth":{"mode":"token"}}}`,
    ],
    [
      "spreads out in an empty file",
      "{}\n",
      [set("gateway", { mode: "local", list: [1] })],
      '{\n  "gateway": {\n    "mode": "local",\n    "list": [\n      1\n    ]\n  }\n}\n',
    ],
    [
      "keeps the comment of an object without members",
      "{\n  // nothing yet\n}\n",
      [set("port", 1)],
      '{\n  // nothing yet\n  "port": 1\n}\n',
    ],
    [
      "puts an object in the place of null",
      `{ "gateway": null }`,
      [set("gateway.auth.token", "x")],
      `{ "gateway": { "auth": { "token": "x" } } }`,
    ],
    ["appends to a list", FILE, [set("list.2", 3)], FILE.replace("2]", "2, 3]")],
    [
      "writes what was typed where a value would lose digits",
      "{}",
      [set("chat", 0, "233734246190153728")],
      '{\n  "chat": 233734246190153728\n}',
    ],
    [
      "takes the line of a member along, and the comma that the last one has before it",
      FILE,
      [unset("gateway.id")],
      FILE.replace(`1, // one\n    "id": 233734246190153728`, "1 // one"),
    ],
    [
      "keeps the comment of what it takes out",
      FILE,
      [unset("gateway.port")],
      FILE.replace(`"port": 1, // one`, "// one"),
    ],
    ["takes out all of several equal keys", "{ a: 1, b: 5, a: 2, a: 3 }", [unset("a")], "{ b: 5  }"],
    ["takes one entry out of a list", FILE, [unset("list.0")], FILE.replace("[1, 2]", "[2]")],
    ["takes out nothing where nothing is", FILE, [unset("gateway.zzz"), unset("list.7")], FILE],
    [
      "keeps comments that part a value from its comma",
      "{ a: 1 /* x */ , b: 2 }",
      [unset("a")],
      "{ /* x */  b: 2 }",
    ],
    [
      "renames a key and keeps its value, its quotes and its place",
      "{ 'gatway': { port: 1e400 }, b: 1 }",
      [move("gatway", "gateway")],
      "{ 'gateway': { port: 1e400 }, b: 1 }",
    ],
    [
      "moves a value elsewhere as it is written",
      "{ gateway: { token: 'x\\u0041', port: 1 } }",
      [move("gateway.token", "gateway.auth.token")],
      "{ gateway: { port: 1, auth: { token: 'x\\u0041' } } }",
    ],
    [
      "sees no braces in texts and comments",
      `{ a: "}{", /* } */ b: 1 // }\n}`,
      [set("b", 2)],
      `{ a: "}{", /* } */ b: 2 // }\n}`,
    ],
  ];
  for (const [what, before, edits, after] of cases) {
    test(`F2: ${what}`, () => {
      expect(editText(before, edits)).toBe(after);
    });
  }

  test("S11: takes many equal keys out in one go", () => {
    const text = `{ ${"a: 1, ".repeat(20_000)} b: 2 }`;

    expect(editText(text, [unset("a")])).toBe("{ b: 2 }");
  });
});
