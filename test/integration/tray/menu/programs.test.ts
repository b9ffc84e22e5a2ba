/** Clipboard and opener with real programs: small scripts that record what they are given. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { openAddress, openFile } from "../../../../shared/node/open.ts";
import { clipboardNames, copyText } from "../../../../tray/menu/clipboard.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

test.skip(process.platform === "win32", "the recorders are shell scripts");

/** A folder for PATH with recorders of the given names; `exit` is what they end with. */
function recorders(home: TempHome, names: readonly string[], exit = 0) {
  const folder = join(home.path, "bin");
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const log = join(home.path, name);
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}.args'\n/bin/cat > '${log}.stdin'\nexit ${exit}\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o700);
  }
  const read = (name: string) => {
    const file = join(home.path, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return { env: { PATH: folder }, read };
}

test.describe("copyText", () => {
  test("gives the text to xclip through its input, not its arguments", async ({ home }) => {
    const { env, read } = recorders(home, ["xclip"]);

    expect(await copyText("tökén", { platform: "linux", env })).toBe(true);

    expect(read("xclip.stdin")).toBe("tökén");
    expect(read("xclip.args")).toBe("-selection\nclipboard\n");
  });

  test("prefers wl-copy under Wayland and falls back to the next that works", async ({ home }) => {
    const failing = recorders(home, ["wl-copy"], 1);
    const { read } = recorders(home, ["xsel"]);
    const env = { ...failing.env, WAYLAND_DISPLAY: "wayland-0" };

    expect(await copyText("x", { platform: "linux", env })).toBe(true);

    expect(read("wl-copy.stdin")).toBe("x");
    expect(read("xsel.stdin")).toBe("x");
  });

  test("fails without any program, and names what would help", async ({ home }) => {
    const { env } = recorders(home, []);

    expect(await copyText("x", { platform: "linux", env })).toBe(false);
    expect(clipboardNames({ platform: "linux", env })).toBe("xclip, xsel");
    expect(clipboardNames({ platform: "linux", env: { WAYLAND_DISPLAY: "1" } })).toContain("wl-clipboard");
  });
});

test.describe("openAddress", () => {
  test("uses $BROWSER first and passes the address as one argument", async ({ home }) => {
    const { env, read } = recorders(home, ["my-browser", "xdg-open"]);
    const url = "http://127.0.0.1:1/#code=a b;$(id)";

    expect(await openAddress(url, { platform: "linux", env: { ...env, BROWSER: "my-browser" } })).toBe(true);

    expect(read("my-browser.args")).toBe(`${url}\n`);
    expect(read("xdg-open.args")).toBeUndefined();
  });

  test("falls back to the desktop's own opener", async ({ home }) => {
    const { env, read } = recorders(home, ["xdg-open"]);

    expect(await openAddress("http://x/", { platform: "linux", env: { ...env, BROWSER: "absent" } })).toBe(
      true,
    );

    expect(read("xdg-open.args")).toBe("http://x/\n");
  });
});

test.describe("openFile", () => {
  test("fails when no program could open it", async ({ home }) => {
    const { env } = recorders(home, ["xdg-open", "gio"], 4);

    expect(await openFile("/tmp/x.log", { platform: "linux", env })).toBe(false);
  });
});
