import { expect, test } from "@playwright/test";
import { browserCommands } from "../../../../shared/node/open.ts";

const URL = "http://127.0.0.1:1/#code=a$b";

test.describe("browserCommands", () => {
  for (const [browser, commands] of [
    [undefined, []],
    ["", []],
    ["/opt/my-browser", [["/opt/my-browser", URL]]],
    ["firefox --new-window", [["firefox", "--new-window", URL]]],
    [
      "first %s:second",
      [
        ["first", URL],
        ["second", URL],
      ],
    ],
    ["x --url=%s", [["x", `--url=${URL}`]]],
  ] as const) {
    test(`reads ${browser ?? "no value"}`, () => {
      expect(browserCommands(URL, { BROWSER: browser })).toEqual(commands);
    });
  }
});
