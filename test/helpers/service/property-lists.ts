/** Values and texts that tempt an encoder of property lists. */
import fc from "fast-check";
import type { PropertyDict } from "../../../shared/node/property-list.ts";

/** What tempts an encoder to get it wrong. */
export const ODD: PropertyDict = {
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
export const TEXT = fc
  .string({ unit: "binary", maxLength: 40 })
  .filter((text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text));
