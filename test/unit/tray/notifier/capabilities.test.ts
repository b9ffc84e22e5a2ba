import { expect, test } from "@playwright/test";
import { parseCapabilities } from "../../../../tray/notifier/capabilities.ts";

test.describe("parseCapabilities", () => {
  for (const [tool, output] of [
    ["gdbus", "(['actions', 'body', 'body-hyperlinks', 'body-markup', 'icon-static'],)\n"],
    ["busctl", 'as 5 "actions" "body" "body-hyperlinks" "body-markup" "icon-static"\n'],
    [
      "dbus-send",
      'method return time=1 sender=:1.5 -> destination=:1.9 serial=3 reply_serial=2\n   array [\n      string "actions"\n      string "body"\n      string "body-markup"\n   ]\n',
    ],
  ]) {
    test(`F13: reads what ${tool} prints`, () => {
      expect(parseCapabilities(output as string)).toEqual({ bodyMarkup: true, actions: true });
    });
  }

  test("F13: takes a word for what it is, not for the beginning of another", () => {
    const output = "(['body', 'body-hyperlinks', 'x-body-markup-not'],)";

    expect(parseCapabilities(output)).toEqual({ bodyMarkup: false, actions: false });
  });
});
