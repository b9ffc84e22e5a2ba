/** Words that stop what runs, alone in a message. In an idle chat they are words like any others. */

const STOP_WORDS: ReadonlySet<string> = new Set(["stop", "esc", "abort", "wait", "exit", "interrupt"]);

/** Whether the message is one of them, with whatever mark behind it. To be asked while a run of the session is under way. */
export function isStopWord(message: string): boolean {
  return STOP_WORDS.has(
    message
      .trim()
      .toLowerCase()
      .replace(/(?<![.!…])[.!…]+$/, ""),
  );
}
