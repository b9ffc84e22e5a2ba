import { expect, test } from "@playwright/test";
import fc from "fast-check";
import {
  isPropertyDict,
  readPropertyList,
  renderPropertyList,
} from "../../../../shared/node/property-list.ts";
import { ODD, TEXT } from "../../../helpers/service/property-lists.ts";

test.describe("a property list", () => {
  test("gives back every value it was made of", () => {
    expect(readPropertyList(renderPropertyList(ODD))).toEqual(ODD);
  });

  test("gives back any text, as key and as value", () => {
    fc.assert(
      fc.property(
        fc.dictionary(TEXT, fc.oneof(TEXT, fc.array(TEXT), fc.boolean(), fc.integer())),
        (values) => {
          expect(readPropertyList(renderPropertyList(values))).toEqual({ ...values });
        },
      ),
    );
  });

  for (const [name, text] of Object.entries({
    "a newline": "a\nb",
    "a carriage return": "a\rb",
    "a tab": "a\tb",
    "an escape": "a\u001bb",
    "a next line": "a\u0085b",
    "half a character": "a\ud83eb",
    "a non-character": "a\uffffb",
  })) {
    test(`row 33: cannot hold ${name}, and says where it stood`, () => {
      const attempt = () => renderPropertyList({ EnvironmentVariables: { PLACE: text } });

      expect(attempt).toThrow(expect.objectContaining({ code: "SERVICE_REFUSED" }));
      expect(attempt).toThrow(/^EnvironmentVariables › PLACE: /);
      expect(attempt).not.toThrow(/a.b/s);
      expect(() => renderPropertyList({ [text]: "x" })).toThrow(/a key/);
    });
  }
});

test.describe("readPropertyList", () => {
  test("understands what others write", () => {
    const text = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r
<!-- made by hand -->
<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "x" [ <!ELEMENT plist ANY> ]>
<plist version='1.0'>
<dict>
\t<key>Label</key><!-- a remark --><string>com.<!-- in -->example</string>
\t<key>Args</key><array ><string><![CDATA[a & <b>]]> c</string><string/><string>&#252;&#xFC;&apos;</string></array>
\t<key>On</key><true />
\t<key>When</key><date>2026-01-01T00:00:00Z</date>
\t<key>Bytes</key><data>AAEC</data>
\t<key>Count</key><integer> 3 </integer>
\t<key>__proto__</key><string>own</string>
</dict>
</plist>
`;

    const values = readPropertyList(text);

    expect(isPropertyDict(values) && Object.entries(values)).toEqual([
      ["Label", "com.example"],
      ["Args", ["a & <b> c", "", "üü'"]],
      ["On", true],
      ["When", "2026-01-01T00:00:00Z"],
      ["Bytes", "AAEC"],
      ["Count", 3],
      ["__proto__", "own"],
    ]);
  });

  const plist = (inner: string) => `<plist version="1.0">${inner}</plist>`;

  for (const [name, text] of Object.entries({
    "an empty text": "",
    "another kind of file": "[Desktop Entry]\nType=Application\n",
    "a binary one": "bplist00\u0001\u0002",
    "one that is cut off": plist("<dict><key>A</key>").slice(0, -8),
    "a value without a key": plist("<dict><string>a</string></dict>"),
    "a key without a value": plist("<dict><key>a</key></dict>"),
    "text between values": plist("<array>a<string>b</string></array>"),
    "two values": plist("<true/><true/>"),
    "something behind the end": `${plist("<true/>")}<true/>`,
    "an unknown element": plist("<uid>1</uid>"),
    "an unknown entity": plist("<string>&auml;</string>"),
    "a bare ampersand": plist("<string>a & b</string>"),
    "a character that does not exist": plist("<string>&#x110000;</string>"),
    "a number in words": plist("<integer>two</integer>"),
    "elements that cross": plist("<array><string>a</array></string>"),
    "lists without end": plist(`${"<array>".repeat(500)}${"</array>".repeat(500)}`),
    "too much": plist(`<string>${"a".repeat(1_100_000)}</string>`),
  })) {
    test(`does not take ${name} for one`, () => {
      expect(readPropertyList(text)).toBeUndefined();
    });
  }

  test("answers to any text, and soon", () => {
    const words = [
      "<plist>",
      "</plist>",
      "<dict>",
      "</dict>",
      "<key>",
      "</key>",
      "<string/>",
      "<!--",
      "-->",
      "&",
      " ",
      "<a",
      "/>",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 200 }), (list) => {
        readPropertyList(list.join(""));
      }),
    );
  });
});
