/** `system.notify`: shows a person of this machine a notification, by the program that its desktop has for that. */
import { run } from "../../host/process/run.ts";
import { CommandError, type NodeCommand, textIn } from "./command.ts";
import { findProgram } from "./programs.ts";
import type { RunPlace } from "./system-run.ts";

const MOST_CHARS = 1_000;
const TIMEOUT_MS = 10_000;
const OURS = "Clawdbot";
/** The words are arguments, never part of the script. */
const MAC_SCRIPT = [
  "on run argv",
  "display notification (item 2 of argv) with title (item 1 of argv)",
  "end run",
];
const WINDOWS_SCRIPT = [
  "Add-Type -AssemblyName System.Windows.Forms, System.Drawing",
  "$icon = New-Object System.Windows.Forms.NotifyIcon",
  "$icon.Icon = [System.Drawing.SystemIcons]::Information",
  "$icon.Visible = $true",
  "$icon.ShowBalloonTip(10000, $env:CLAWDBOT_NOTIFY_TITLE, $env:CLAWDBOT_NOTIFY_BODY, 'None')",
  "Start-Sleep -Seconds 5",
  "$icon.Dispose()",
].join("; ");

/** Undefined where the desktop has no such program. */
export function systemNotify(place: Omit<RunPlace, "allowed">): NodeCommand | undefined {
  const { env, platform, home } = place;
  const [name, wordsFor] = PROGRAMS[platform === "darwin" || platform === "win32" ? platform : "linux"];
  const file = findProgram(name, { env, platform, directory: home });
  if (file === undefined) return undefined;
  return {
    async run(params, { signal }) {
      const [title, body] = ["title", "body"].map((part) => plain(textIn(params, part) ?? ""));
      if (!title && !body) throw new CommandError("INVALID_REQUEST", "title or body is needed");
      const [head = "", text = ""] = [title || OURS, body];
      const words = wordsFor(head, text);
      const environment = { ...env, CLAWDBOT_NOTIFY_TITLE: head, CLAWDBOT_NOTIFY_BODY: text || " " };
      const { end, stderr } = await run(file, words, { env: environment, timeoutMs: TIMEOUT_MS, signal });
      if (end.kind === "exited" && end.code === 0) return { ok: true };
      const why = stderr.trim().slice(0, 200) || end.kind;
      throw new CommandError("UNAVAILABLE", `${name} did not show it: ${why}`);
    },
  };
}

type WordsFor = (title: string, body: string) => string[];

const PROGRAMS: Record<"linux" | "darwin" | "win32", readonly [name: string, words: WordsFor]> = {
  linux: ["notify-send", (title, body) => [`--app-name=${OURS}`, "--", title, body]],
  darwin: ["osascript", (title, body) => [...MAC_SCRIPT.flatMap((line) => ["-e", line]), title, body]],
  win32: ["powershell.exe", () => ["-NoProfile", "-NonInteractive", "-Command", WINDOWS_SCRIPT]],
};

function plain(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MOST_CHARS);
}
