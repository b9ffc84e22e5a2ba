import { expect, test } from "@playwright/test";
import fc from "fast-check";
import {
  type PropertyDict,
  readPropertyList,
  renderPropertyList,
} from "../../../../shared/node/property-list.ts";
import { readBinaryPlist } from "../../../fixtures/launchctl/binary-plist.ts";
import { noLaunchdReason, normalizedByPlistutil } from "../../../helpers/service/launchctl.ts";

/** What tempts an encoder to get it wrong. */
const ODD: PropertyDict = {
  spaces: " two  words ",
  percent: "100% %PATH% %%",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a shell would expand.
  shell: "a & b ^ c | d < e > f ! (g) `h` $HOME ${HOME} ~/x",
  quotes: `it's "quoted" &quot; &amp;amp; ]]>`,
  backslashes: "C:\\x20\\",
  "schlüssel & <name>": "Jürgen & Söhne, 雪 🦞 \u2028",
  empty: "",
  list: ["", "one", ["two"]],
  nothing: [],
  nobody: {},
  kept: { SuccessfulExit: false },
  numbers: [0, 10, -1, 1.5],
};

/** Text that may stand in a property list. */
const TEXT = fc
  .string({ unit: "binary", maxLength: 40 })
  .filter((text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text));

test.describe("a property list", () => {
  test("means the same to another program, byte for byte", () => {
    const reason = noLaunchdReason();
    test.skip(reason !== undefined, reason);
    const { numbers: _, ...values } = ODD;

    const text = renderPropertyList(values);

    expect(readBinaryPlist(normalizedByPlistutil(text, "bin"))).toEqual(values);
    expect(readPropertyList(normalizedByPlistutil(text, "xml").toString())).toEqual(values);
  });

  test("means the same to another program whatever its text", () => {
    const reason = noLaunchdReason();
    test.skip(reason !== undefined, reason);

    fc.assert(
      fc.property(fc.array(TEXT, { minLength: 20, maxLength: 60 }), (list) => {
        const bytes = normalizedByPlistutil(renderPropertyList({ list }), "bin");
        expect(readBinaryPlist(bytes)).toEqual({ list });
      }),
      { numRuns: 25 },
    );
  });
});
