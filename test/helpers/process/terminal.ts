/** A real terminal in which a test reads the screen and presses keys: tmux with a server of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pauseAfterLook } from "../time/pause.ts";

export interface Terminal {
  /** What stands on the screen and above it, without colours. */
  text(): string;
  /** The same with the escape sequences of colours. */
  colouredText(): string;
  /** Resolves with the text once it matches; rejects with it when it does not in time, or when the program ends without. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Presses keys by tmux's names, such as `Enter`, `C-c`, `Down` or `y`, one keystroke each. */
  press(...keys: string[]): void;
  /** Types a text, one keystroke per character. */
  type(text: string): void;
  /** Puts a text in as a paste, which the terminal brackets where the program asked for that. */
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** How many keys were pressed so far. */
  keystrokes(): number;
  /** Resolves with the exit code of the program. */
  ended(timeoutMs?: number): Promise<number>;
  /** Ends whatever still runs in it. */
  close(): void;
}

export interface TerminalOptions {
  env: Record<string, string>;
  columns?: number;
  rows?: number;
  cwd?: string;
}

const POLL_MS = 60;
const DEFAULT_TIMEOUT_MS = 60_000;

/** Runs the program in a terminal of its own until it ends or `close` is called. */
export function openTerminal(words: readonly string[], options: TerminalOptions): Terminal {
  const { env, columns = 100, rows = 50, cwd = env.HOME ?? "/" } = options;
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-tmux-"));
  const tmuxReading = (input: string, ...args: string[]) => {
    const call = ["-S", join(folder, "socket"), "-f", "/dev/null", ...args];
    const { status, stdout, stderr } = spawnSync("tmux", call, {
      encoding: "utf8",
      input,
      env: { TMPDIR: folder, PATH: process.env.PATH ?? "", LANG: "C.UTF-8" },
    });
    if (status !== 0) throw new Error(`tmux ${args[0]} failed: ${stderr}`);
    return stdout;
  };
  const tmux = (...args: string[]) => tmuxReading("", ...args);
  const close = () => {
    spawnSync("tmux", ["-S", join(folder, "socket"), "kill-server"]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", close);
  const clean = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  tmux(
    ...["new-session", "-d", "-x", String(columns), "-y", String(rows), "-c", cwd, "sleep 1000"],
    ...[
      ";",
      "set",
      "-g",
      "remain-on-exit",
      "on",
      ";",
      "set",
      "-g",
      "history-limit",
      "5000",
      ";",
      "set",
      "-g",
      "escape-time",
      "0",
    ],
  );
  // tmux does not always notice how a program ended. The environment of the program is this one and nothing of tmux.
  const statusFile = join(folder, "status");
  const noting = ["sh", "-c", 'trap : INT; "$@"; echo $? > "$0"', statusFile];
  tmux("respawn-pane", "-k", ...noting, "env", "-i", "TERM=screen-256color", ...clean, ...words);
  const capture = (...more: string[]) => tmux("capture-pane", "-p", "-J", "-S", "-", ...more).trimEnd();
  const exitCode = () => {
    const text = existsSync(statusFile) ? readFileSync(statusFile, "utf8") : "";
    return text.endsWith("\n") ? Number(text) : undefined;
  };
  let pressed = 0;
  return {
    text: () => capture(),
    colouredText: () => capture("-e"),
    waitFor: async (pattern, timeoutMs = DEFAULT_TIMEOUT_MS) => {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const lookedAt = performance.now();
        const isOver = exitCode() !== undefined || lookedAt > deadline;
        const text = capture();
        if (pattern.test(text)) return text;
        if (isOver) throw new Error(`${pattern} did not appear on the screen:\n${text}`);
        await pauseAfterLook(lookedAt, POLL_MS);
      }
    },
    press: (...keys) => {
      pressed += keys.length;
      tmux("send-keys", ...keys);
    },
    type: (text) => {
      pressed += [...text].length;
      tmux("send-keys", "-l", "--", text);
    },
    paste: (text) => {
      tmuxReading(text, "load-buffer", "-");
      tmux("paste-buffer", "-p");
    },
    resize: (columns, rows) => {
      tmux("resize-window", "-x", String(columns), "-y", String(rows));
    },
    keystrokes: () => pressed,
    ended: async (timeoutMs = DEFAULT_TIMEOUT_MS) => {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const code = exitCode();
        if (code !== undefined) return code;
        if (performance.now() > deadline) throw new Error(`the program did not end:\n${capture()}`);
        await delay(POLL_MS);
      }
    },
    close: () => {
      process.removeListener("exit", close);
      close();
    },
  };
}
