/** What the commands about backups have in common: their argument, and a backup in a few words. */

import { resolve } from "node:path";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import type { BackupLabel } from "../../setup/backup/manifest.ts";

/** No system has longer ones. */
const MOST_CHARS = 4_096;

/** The absolute path. Fails with `USAGE` for one that is blank or too long, and for `-`: a backup is read twice, and never printed. */
export function fileArgument(word: string, verb: string): string {
  if (word.trim() === "" || word.length > MOST_CHARS)
    throw new RequestError("USAGE", advice`backup ${verb} needs the path of a file, got ${quoted(word)}`);
  if (word === "-") {
    throw new RequestError("USAGE", advice`backup ${verb} takes a file, not "-"; ./- is a file of that name`);
  }
  return resolve(word);
}

/** `2026-01-31 09:05:00, version 0.1.0, default profile`, in the time of this machine. */
export function describeBackup({ createdAtMs, version, profile }: BackupLabel): Remedy {
  return advice`${localTime(createdAtMs)}, version ${version}, ${profileText(profile)}`;
}

/** `profile work`; `default profile` for none. */
export function profileText(profile: string | null): Remedy {
  return profile === null ? advice`default profile` : advice`profile ${profile}`;
}
