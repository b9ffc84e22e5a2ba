/**
 * Starts the tray at login: an XDG autostart entry, a launch agent, or a script in the Startup folder. The entry itself
 * is the truth, so that one the user removed by other means stays removed.
 */
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureDirectory } from "../shared/node/directory.ts";
import type { Surroundings } from "../shared/node/surroundings.ts";

export interface Autostart {
  isEnabled(): boolean;
  /** Writes or removes the entry. Throws the system's error. */
  set(enabled: boolean): void;
}

/** `command` is the program with its arguments. The entry carries the profile's name, so that each has its own. */
export function autostartFor({ platform, env, paths }: Surroundings, command: readonly string[]): Autostart {
  const name = paths.profile === undefined ? "clawdbot" : `clawdbot-${paths.profile}`;
  if (platform === "darwin") {
    const file = join(
      paths.home,
      "Library/LaunchAgents",
      `com.clawdbot.tray${paths.profile === undefined ? "" : `.${paths.profile}`}.plist`,
    );
    return entryFile(
      file,
      launchAgent(`com.clawdbot.tray.${paths.profile ?? "default"}`, command),
      () => true,
    );
  }
  if (platform === "win32") {
    const roaming = env.APPDATA ?? join(paths.home, "AppData", "Roaming");
    const file = join(roaming, "Microsoft/Windows/Start Menu/Programs/Startup", `${name}.vbs`);
    // The script host reads UTF-16 whatever the system's code page is.
    return entryFile(file, Buffer.from(`\uFEFF${startupScript(command)}`, "utf16le"), () => true);
  }
  const config = env.XDG_CONFIG_HOME || join(paths.home, ".config");
  return entryFile(join(config, "autostart", `${name}.desktop`), desktopEntry(command), isActiveDesktopEntry);
}

/** A desktop entry (specifications.freedesktop.org/desktop-entry-spec). */
export function desktopEntry(command: readonly string[]): string {
  return [
    "[Desktop Entry]",
    "Type=Application",
    "Version=1.0",
    "Name=Clawdbot",
    "Comment=Keeps the Clawdbot gateway running",
    `Exec=${command.map(desktopArgument).join(" ")}`,
    "Terminal=false",
    "X-GNOME-Autostart-enabled=true",
    "",
  ].join("\n");
}

/** Whether the desktop would start this entry: settings programs switch one off by a key instead of removing it. */
export function isActiveDesktopEntry(text: string): boolean {
  return !/^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(text);
}

/** A launch agent that starts once at login (launchd.plist(5)). */
export function launchAgent(label: string, command: readonly string[]): string {
  const words = command.map((word) => `    <string>${xmlText(word)}</string>`);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`,
    `<plist version="1.0">`,
    "<dict>",
    "  <key>Label</key>",
    `  <string>${xmlText(label)}</string>`,
    "  <key>ProgramArguments</key>",
    "  <array>",
    ...words,
    "  </array>",
    "  <key>RunAtLoad</key>",
    "  <true/>",
    "  <key>ProcessType</key>",
    "  <string>Interactive</string>",
    "</dict>",
    "</plist>",
    "",
  ].join("\n");
}

/** A script that starts the program without a console window. */
export function startupScript(command: readonly string[]): string {
  const line = command.map(windowsArgument).join(" ");
  return `CreateObject("WScript.Shell").Run "${line.replaceAll('"', '""')}", 0, False\r\n`;
}

function entryFile(path: string, content: string | Buffer, isActive: (text: string) => boolean): Autostart {
  return {
    isEnabled: () => {
      try {
        return isActive(readFileSync(path, "utf8"));
      } catch {
        return false; // No entry, or none that the desktop could read either.
      }
    },
    set: (enabled) => {
      if (!enabled) return rmSync(path, { force: true });
      ensureDirectory(dirname(path), 0o755);
      writeFileSync(path, content, { mode: 0o644 });
      chmodSync(path, 0o644);
    },
  };
}

/** Quoted for the Exec key, then escaped as the string that it is. */
function desktopArgument(word: string): string {
  const quoted = `"${word.replace(/["`$\\]/g, "\\$&")}"`;
  return quoted.replaceAll("\\", "\\\\").replaceAll("%", "%%");
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** As the C runtime splits it: backslashes count only in front of a quotation mark. */
function windowsArgument(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
