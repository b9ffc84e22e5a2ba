import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveSurroundings } from "../../../shared/node/surroundings.ts";
import {
  autostartFor,
  desktopEntry,
  isActiveDesktopEntry,
  launchAgent,
  startupScript,
} from "../../../tray/autostart.ts";
import { test } from "../../helpers/temp-home.ts";

const COMMAND = ["/opt/my node/bin/node", "/opt/a&b/launch.cjs", "tray"];

test.describe("autostartFor", () => {
  for (const [platform, file] of [
    ["linux", ".config/autostart/clawdbot.desktop"],
    ["darwin", "Library/LaunchAgents/com.clawdbot.tray.plist"],
    ["win32", "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/clawdbot.vbs"],
  ] as const) {
    test(`writes and removes ${file} on ${platform}`, ({ home }) => {
      const surroundings = resolveSurroundings({ profile: undefined, dev: false }, home.env(), platform);
      const autostart = autostartFor(surroundings, COMMAND);
      expect(autostart.isEnabled()).toBe(false);

      autostart.set(true);
      expect(autostart.isEnabled()).toBe(true);
      expect(readFileSync(join(home.path, file)).length).toBeGreaterThan(0);

      rmSync(join(home.path, file));
      expect(autostart.isEnabled()).toBe(false);
      autostart.set(false);
      expect(autostart.isEnabled()).toBe(false);
    });
  }

  test("keeps the entries of profiles apart and honours XDG_CONFIG_HOME", ({ home }) => {
    const env = home.env({ XDG_CONFIG_HOME: join(home.path, "config") });
    const surroundings = resolveSurroundings({ profile: "work", dev: false }, env, "linux");

    autostartFor(surroundings, COMMAND).set(true);

    const entry = readFileSync(join(home.path, "config/autostart/clawdbot-work.desktop"), "utf8");
    expect(entry).toContain("Type=Application");
  });

  test("believes an entry that the desktop's own settings switched off", ({ home }) => {
    const surroundings = resolveSurroundings({ profile: undefined, dev: false }, home.env(), "linux");
    const autostart = autostartFor(surroundings, COMMAND);
    autostart.set(true);
    const file = join(home.path, ".config/autostart/clawdbot.desktop");

    writeFileSync(file, `${readFileSync(file, "utf8")}Hidden=true\n`);

    expect(autostart.isEnabled()).toBe(false);
  });
});

test.describe("desktopEntry", () => {
  test("quotes every argument and escapes what the two layers of the format take for something else", () => {
    const exec = /^Exec=(.*)$/m.exec(desktopEntry(["/a b/node", 'q"d', "c$e", "b\\s", "50%", "`x`"]))?.[1];

    expect(exec).toBe('"/a b/node" "q\\\\"d" "c\\\\$e" "b\\\\\\\\s" "50%%" "\\\\`x\\\\`"');
  });

  test("is active until a key says otherwise", () => {
    const entry = desktopEntry(COMMAND);

    expect(isActiveDesktopEntry(entry)).toBe(true);
    expect(isActiveDesktopEntry(`${entry}Hidden=true\n`)).toBe(false);
    expect(isActiveDesktopEntry(entry.replace("enabled=true", "enabled=false"))).toBe(false);
  });
});

test.describe("launchAgent", () => {
  test("escapes the words for XML", () => {
    const agent = launchAgent("com.clawdbot.tray", ["/opt/a&b/<node>"]);

    expect(agent).toContain("<string>/opt/a&amp;b/&lt;node&gt;</string>");
    expect(agent).toContain("<key>RunAtLoad</key>\n  <true/>");
  });
});

test.describe("startupScript", () => {
  test("quotes for the program first and for the script then", () => {
    const script = startupScript(["C:\\Program Files\\node.exe", 'a"b', "C:\\dir\\"]);

    expect(script).toBe(
      'CreateObject("WScript.Shell").Run """C:\\Program Files\\node.exe"" ""a\\""b"" ""C:\\dir\\\\""", 0, False\r\n',
    );
  });
});
