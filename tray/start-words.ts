/**
 * The words with which the tray's process is started: by the command line, which has read and checked what a person typed, by
 * entries at login, and by the tray itself. The launcher knows the same words.
 */
import { RequestError } from "../shared/errors.ts";
import type { ProfileChoice } from "../shared/node/profile-context.ts";
import { advice, ours } from "../shared/remedy.ts";

export interface TrayStart extends ProfileChoice {
  /** Print what the tray of this profile shows, and end. */
  status: boolean;
  /** Without a tray on the desktop, run the gateway in the foreground instead. */
  orForeground: boolean;
}

/** Reads `tray [--status] [--or-foreground] [--dev] [--profile <name>]`. Fails with `USAGE` on anything else. */
export function readStartWords(argv: readonly string[]): TrayStart {
  const start: TrayStart = { status: false, orForeground: false, profile: undefined, dev: false };
  const words = argv.values();
  for (const word of words) {
    if (word === "--status") start.status = true;
    else if (word === "--or-foreground") start.orForeground = true;
    else if (word === "--dev") start.dev = true;
    else if (word === "--profile") start.profile = words.next().value;
    else if (word !== "tray")
      throw new RequestError("USAGE", advice`${word} is not for the tray; see ${ours`tray --help`}`);
  }
  return start;
}
