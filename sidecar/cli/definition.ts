/** What a command is: its words, options and help text, and with them the type of its values. Its code is found by the table. */
import type { OptionSpecs } from "../base/options.ts";

export interface Definition {
  /** All words, such as `gateway status`. */
  name: string;
  summary: string;
  /** Positional arguments in order; `<x>` is required, `[x]` is not, and the last takes all that follows as `<x...>`. */
  arguments: readonly string[];
  options: OptionSpecs;
  /** Paragraphs below the options in help. */
  notes?: readonly string[];
  examples?: readonly string[];
}

/** Options every command takes, before or after the verb. */
export const ROOT_OPTIONS = {
  profile: {
    type: "text",
    value: "<name>",
    help: "use the named instance, with its own state and configuration",
  },
  dev: { type: "flag", help: "short for --profile dev" },
  "no-color": { type: "flag", help: "print no colours (also NO_COLOR)" },
  help: { type: "flag", short: "h", help: "show help" },
  version: { type: "flag", short: "V", help: "show the version" },
} as const satisfies OptionSpecs;

/** What people type first; each alone stands for the whole command. */
export const SHORTCUTS: Readonly<Record<string, string>> = {
  status: "gateway status",
  health: "gateway health",
};
