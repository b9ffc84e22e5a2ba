/** Puts text into the clipboard with the program the desktop has for it; the text goes through its input. */
import { execa } from "execa";
import type { CommandLine, Desktop } from "../../shared/node/open.ts";

const TIMEOUT_MS = 5_000;

/** False when no program could take the text. */
export async function copyText(text: string, desktop: Desktop): Promise<boolean> {
  for (const [program, ...args] of clipboardCommands(desktop)) {
    const result = await execa(program, args, {
      env: desktop.env,
      extendEnv: false,
      // clip.exe takes UTF-16 with its mark for what it is, and anything else for the system's code page.
      input: desktop.platform === "win32" ? Buffer.from(`\uFEFF${text}`, "utf16le") : text,
      // xclip and wl-copy stay behind to serve the text and would hold a pipe open.
      stdout: "ignore",
      stderr: "ignore",
      reject: false,
      timeout: TIMEOUT_MS,
    });
    if (!result.failed) return true;
  }
  return false;
}

/** What would help, for messages. */
export function clipboardNames({ platform, env }: Desktop): string {
  if (platform !== "linux")
    return clipboardCommands({ platform, env })
      .map(([program]) => program)
      .join(", ");
  return env.WAYLAND_DISPLAY ? "wl-clipboard, xclip, xsel" : "xclip, xsel";
}

function clipboardCommands({ platform, env }: Desktop): CommandLine[] {
  if (platform === "darwin") return [["/usr/bin/pbcopy"]];
  if (platform === "win32") return [["clip.exe"]];
  const x11: CommandLine[] = [
    ["xclip", "-selection", "clipboard"],
    ["xsel", "--clipboard", "--input"],
  ];
  return env.WAYLAND_DISPLAY ? [["wl-copy"], ...x11] : x11;
}
