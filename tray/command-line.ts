/** The command line of `clawdbot tray`. */
import { parseArgs } from "node:util";
import { RequestError } from "../shared/errors.ts";
import type { ProfileChoice } from "../shared/node/surroundings.ts";

export interface TrayCommand extends ProfileChoice {
  action: "run" | "status" | "help" | "version";
  /** Without a tray on the desktop, run the gateway in the foreground instead. */
  orForeground: boolean;
}

export const TRAY_HELP = `Usage: clawdbot tray [options]

Shows the tray, which starts the gateway and keeps it running.

Options:
  --status          print what the tray shows as JSON and exit (1 when no tray runs)
  --or-foreground   run the gateway in the foreground when the desktop has no tray
  --profile <name>  use the named instance, with its own state and configuration
  --dev             short for --profile dev
  -h, --help        show help
  -V, --version     show the version`;

const OPTIONS = {
  status: { type: "boolean" },
  "or-foreground": { type: "boolean" },
  profile: { type: "string" },
  dev: { type: "boolean" },
  json: { type: "boolean" },
  "no-color": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "V" },
} as const;

/** Reads the words after the program; the word `tray` itself may be among them. Fails with `USAGE`. */
export function parseCommandLine(argv: readonly string[]): TrayCommand {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const values: Record<string, string | true> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind === "option") values[token.name] = optionValue(token);
  }
  if (words[0] === "tray") words.shift();
  if (words.length > 0) throw new RequestError("USAGE", `"${words[0]}" is not expected here${SEE_HELP}`);
  return {
    action: actionOf(values),
    orForeground: values["or-foreground"] === true,
    profile: typeof values.profile === "string" ? values.profile : undefined,
    dev: values.dev === true,
  };
}

const SEE_HELP = "; see clawdbot tray --help";

function actionOf(values: Record<string, string | true>): TrayCommand["action"] {
  if (values.help) return "help";
  if (values.version) return "version";
  return values.status ? "status" : "run";
}

function optionValue({
  name,
  rawName,
  value,
}: {
  name: string;
  rawName: string;
  value?: string | undefined;
}): string | true {
  if (!Object.hasOwn(OPTIONS, name)) throw new RequestError("USAGE", `Unknown option ${rawName}${SEE_HELP}`);
  const takesValue = OPTIONS[name as keyof typeof OPTIONS].type === "string";
  if (takesValue && !value) throw new RequestError("USAGE", `${rawName} needs a value${SEE_HELP}`);
  if (!takesValue && value !== undefined) {
    throw new RequestError("USAGE", `${rawName} takes no value${SEE_HELP}`);
  }
  return value ?? true;
}
