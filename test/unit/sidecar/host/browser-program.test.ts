import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { findBrowser } from "../../../../sidecar/host/browser-program.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

function program(home: TempHome, path: string): string {
  const file = join(home.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  return file;
}

test.describe("a browser is found", () => {
  test("in the applications of a person on macOS", async ({ home }) => {
    const file = program(home, "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge");

    expect(findBrowser({ env: {}, platform: "darwin", home: home.path })).toBe(file);
  });

  test("where installers of Windows put it, Chrome before Edge", async ({ home }) => {
    const env = { PROGRAMFILES: "/none", LOCALAPPDATA: home.path };
    const edge = program(home, "Microsoft\\Edge\\Application\\msedge.exe");
    expect(findBrowser({ env, platform: "win32", home: "/none" })).toBe(edge);
    const chrome = program(home, "Google\\Chrome\\Application\\chrome.exe");
    expect(findBrowser({ env, platform: "win32", home: "/none" })).toBe(chrome);
  });

  test("on the PATH of Linux before other names, and nowhere where it cannot be started", async ({
    home,
  }) => {
    const env = { PATH: home.path };
    const chrome = program(home, "google-chrome-stable");
    expect(findBrowser({ env, platform: "linux", home: home.path })).toBe(chrome);
    chmodSync(chrome, 0o644);
    expect(findBrowser({ env, platform: "linux", home: home.path })).not.toBe(chrome);
  });
});
