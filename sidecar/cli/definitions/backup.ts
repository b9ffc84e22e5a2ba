/** The commands about backups. */
import type { Definition } from "../definition.ts";
import { json } from "./common.ts";

export const backupCreate = {
  name: "backup create",
  summary: "Write configuration, credentials, devices and chats of a profile into one file",
  arguments: ["[path]"],
  options: { ...json },
  notes: [
    "The path is a new file or a directory; without one the file comes into the current directory. The gateway may run.",
    "Logs, the work directory and the service of this machine are not in it. It holds secrets in readable form.",
  ],
  examples: ["clawdbot backup create", "clawdbot backup create /mnt/backups"],
} as const satisfies Definition;

export const backupVerify = {
  name: "backup verify",
  summary: "Check a backup to its last byte and say what is in it",
  arguments: ["<file>"],
  options: { ...json },
} as const satisfies Definition;

export const backupRestore = {
  name: "backup restore",
  summary: "Put a backup in the place of a profile's state",
  arguments: ["<file>"],
  options: {
    force: { type: "flag", help: "move a state directory that is not empty to the trash first" },
    ...json,
  },
  notes: [
    "Checks all of it before anything is written. Neither a gateway nor a tray of the profile may run.",
    "--profile <name> restores into that profile, whichever one the backup is of.",
  ],
  examples: ["clawdbot backup restore clawdbot-backup-20260131-090500.tar.gz"],
} as const satisfies Definition;
