/**
 * Starts the tray at login: an XDG autostart entry, a launch agent, or a script in the Startup folder. The entry itself
 * is the truth, so that one the user removed by other means stays removed.
 */
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { quoted, SetupError } from "../shared/errors.ts";
import { ensureDirectory } from "../shared/node/directory.ts";
import { loginEntryFile } from "../shared/node/login-entry.ts";
import type { ProfileContext } from "../shared/node/profile-context.ts";
import { renderPropertyList } from "../shared/node/property-list.ts";
import { smallText } from "../shared/node/small-file.ts";

export interface Autostart {
  isEnabled(): boolean;
  /** Writes or removes the entry. Throws the system's error, or `SERVICE_REFUSED` for a command that no entry can hold. */
  set(enabled: boolean): void;
}

/** `command` is the program with its arguments. The entry carries the profile's name, so that each has its own. */
export function autostartFor(context: ProfileContext, command: readonly string[]): Autostart {
  const file = loginEntryFile(context);
  switch (context.platform) {
    case "darwin":
      return entryFile(
        file,
        () => launchAgent(basename(file, ".plist"), command),
        () => true,
      );
    case "win32":
      // The script host reads UTF-16 whatever the system's code page is.
      return entryFile(
        file,
        () => Buffer.from(`\uFEFF${startupScript(command)}`, "utf16le"),
        () => true,
      );
    default:
      return entryFile(file, () => desktopEntry(command), isActiveDesktopEntry);
  }
}

/** A desktop entry (specifications.freedesktop.org/desktop-entry-spec). Fails with `SERVICE_REFUSED` on control characters. */
export function desktopEntry(command: readonly string[]): string {
  return [
    "[Desktop Entry]",
    "Type=Application",
    "Version=1.0",
    "Name=Clawdbot",
    "Comment=Keeps the Clawdbot gateway running",
    `Exec=${writable(command).map(desktopArgument).join(" ")}`,
    "Terminal=false",
    "X-GNOME-Autostart-enabled=true",
    "",
  ].join("\n");
}

/** Whether the desktop would start this entry: settings programs switch one off by a key instead of removing it. */
export function isActiveDesktopEntry(text: string): boolean {
  return !/^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(text);
}

/** A launch agent that starts once at login (launchd.plist(5)). Fails with `SERVICE_REFUSED` on control characters. */
export function launchAgent(label: string, command: readonly string[]): string {
  return renderPropertyList({
    Label: label,
    ProgramArguments: writable(command),
    RunAtLoad: true,
    ProcessType: "Interactive",
  });
}

/** A script that starts the program without a console window. Fails with `SERVICE_REFUSED` on control characters. */
export function startupScript(command: readonly string[]): string {
  const line = writable(command).map(windowsArgument).join(" ");
  // `Run` replaces `%NAME%` by a variable, once: a sign that comes out of a variable stays.
  const kept = line.replaceAll("%", "%CLAWDBOT_PERCENT%");
  return [
    `Set shell = CreateObject("WScript.Shell")`,
    ...(kept === line ? [] : [`shell.Environment("PROCESS")("CLAWDBOT_PERCENT") = "%"`]),
    `shell.Run "${kept.replaceAll('"', '""')}", 0, False`,
    "",
  ].join("\r\n");
}

function entryFile(
  path: string,
  content: () => string | Buffer,
  isActive: (text: string) => boolean,
): Autostart {
  return {
    isEnabled: () => {
      // No entry, or none that the desktop could read either.
      const text = smallText(path);
      return text !== undefined && isActive(text);
    },
    set: (enabled) => {
      if (!enabled) return rmSync(path, { force: true });
      const entry = content();
      ensureDirectory(dirname(path), 0o755);
      writeFileSync(path, entry, { mode: 0o644 });
      chmodSync(path, 0o644);
    },
  };
}

/** The command, if each word can stand on a line of its file; a line break would become a line with a meaning of its own. */
function writable(command: readonly string[]): readonly string[] {
  for (const word of command) {
    if (!/[\p{Cc}\p{Cs}]/u.test(word)) continue;
    throw new SetupError(
      "SERVICE_REFUSED",
      `${quoted(word)} holds a line break or another control character, so no entry for the login can be written.`,
      { fix: "move Clawdbot, or Node, to a folder with a plain name" },
    );
  }
  return command;
}

/** Quoted for the Exec key, then escaped as the string that it is. */
function desktopArgument(word: string): string {
  const quoted = `"${word.replace(/["`$\\]/g, "\\$&")}"`;
  return quoted.replaceAll("\\", "\\\\").replaceAll("%", "%%");
}

/** As the C runtime splits it: backslashes count only in front of a quotation mark. */
function windowsArgument(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
