/** What notify-send is called with. */
import { expect, test } from "@playwright/test";
import { notifySendArguments, parseFeatures } from "../../../../tray/notifier/notify-send.ts";

const NOTIFICATION = {
  key: "down",
  title: "Gateway down",
  body: "again in 2 s",
  urgency: "critical",
} as const;
const ALL = { printId: true, replaceId: true, action: true };
const NONE = { printId: false, replaceId: false, action: false };

test.describe("notifySendArguments", () => {
  test("ends the options before any text, so that a title cannot be one", () => {
    const args = build({ ...NOTIFICATION, title: "--help", body: "-u low" });

    expect(args.slice(-3)).toEqual(["--", "--help", "-u low"]);
  });

  test("keeps markup and backslashes of the body from being read as such", () => {
    const args = build({ ...NOTIFICATION, body: "<b>&\\n" });

    expect(args.at(-1)).toBe("&lt;b&gt;&amp;\\\\n");
  });

  test("F13: writes the signs of markup as they are for a daemon that would show entities", () => {
    const args = notifySendArguments(
      { ...NOTIFICATION, body: "Fix: <b> & \\n" },
      { features: ALL, isMarkup: false, iconPath: "/i.png", replaceId: undefined },
    );

    expect(args.at(-1)).toBe("Fix: <b> & \\\\n");
  });

  test("takes the place of the earlier notification", () => {
    expect(build(NOTIFICATION, "17")).toContain("--replace-id=17");
  });

  test("offers the actions", () => {
    expect(build({ ...NOTIFICATION, actions: [{ id: "approve", label: "Approve" }] })).toContain(
      "--action=approve=Approve",
    );
  });

  test("uses no option that the installed version lacks", () => {
    const actions = [{ id: "approve", label: "Approve" }];

    const args = notifySendArguments(
      { ...NOTIFICATION, actions },
      { features: NONE, isMarkup: true, iconPath: "/i.png", replaceId: "1" },
    );

    expect(args).toEqual([
      "--app-name=Clawdbot",
      "--urgency=critical",
      "--icon=/i.png",
      "--",
      "Gateway down",
      "again in 2 s",
    ]);
  });
});

test.describe("parseFeatures", () => {
  test("finds the options of a newer version", () => {
    const help =
      "  -p, --print-id   Print\n  -r, --replace-id=ID  The ID\n  -A, --action=[NAME=]Text...  Specifies";

    expect(parseFeatures(help)).toEqual(ALL);
  });

  test("misses them in an older one", () => {
    expect(parseFeatures("  -u, --urgency=LEVEL  Specifies\n  -v, --version")).toEqual(NONE);
  });
});

function build(notification: Parameters<typeof notifySendArguments>[0], replaceId?: string): string[] {
  return notifySendArguments(notification, { features: ALL, isMarkup: true, iconPath: "/i.png", replaceId });
}
