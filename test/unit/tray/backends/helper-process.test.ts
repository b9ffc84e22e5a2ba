/** What the helper says. */
import { expect, test } from "@playwright/test";
import { parseHelperEvent } from "../../../../tray/backends/helper-process.ts";

test.describe("parseHelperEvent", () => {
  test("understands that the helper is ready", () => {
    expect(parseHelperEvent('{"type": "ready"}')).toEqual({ type: "ready" });
  });

  test("takes the number of the clicked item", () => {
    const line = '{"type":"clicked","item":{"title":"Start","__id":10},"seq_id":8,"__id":10}';

    expect(parseHelperEvent(line)).toEqual({ type: "clicked", itemNumber: 10 });
  });

  for (const line of [
    "",
    "Gtk-Message: no module",
    '{"type":"cli',
    "null",
    "[]",
    '"ready"',
    '{"type":"clicked","__id":"10"}',
    '{"type":"clicked"}',
    '{"type":"other"}',
  ]) {
    test(`takes no notice of ${JSON.stringify(line)}`, () => {
      expect(parseHelperEvent(line)).toBeUndefined();
    });
  }
});
