/**
 * What a backup says of itself. Its first entry is a label, by which a program tells whether it can read the rest; its last one is
 * the manifest, which names every file between them. A backup without it was not written to its end.
 */

import * as z from "zod";
import { advice, type Remedy } from "../../../shared/remedy.ts";

/** Raised when an older program could not restore what a newer one writes. */
export const BACKUP_FORMAT = 1;

export const LABEL_NAME = "clawdbot-backup.json";
export const MANIFEST_NAME = "clawdbot-manifest.json";
/** What lies in the state directory stands below this one. */
export const STATE_PREFIX = "state/";

/** Largest of the two, in bytes: some 300,000 files. */
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/** The first entry. `profile` is null for the default one. */
export const BackupLabel = z.object({
  format: z.int().min(1),
  version: z.string().min(1).max(100),
  profile: z.string().max(100).nullable(),
  createdAtMs: z.int().nonnegative(),
});
export type BackupLabel = z.infer<typeof BackupLabel>;

/** One file; `path` is relative to the state directory, with slashes. */
export const BackupFile = z.object({
  path: z.string().min(1).max(4_096),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupFile = z.infer<typeof BackupFile>;

export const BackupManifest = z.object({ ...BackupLabel.shape, files: z.array(BackupFile) });
export type BackupManifest = z.infer<typeof BackupManifest>;

/** Number and size of the files of one kind. */
export interface BackupPart {
  what: string;
  files: number;
  sizeBytes: number;
}

/** The files by what they are, in the order in which a person thinks of them. */
export function partsOf(files: readonly BackupFile[]): BackupPart[] {
  const parts = new Map(KINDS.map(([what]) => [what, { what, files: 0, sizeBytes: 0 }]));
  for (const { path, sizeBytes } of files) {
    const part = parts.get(KINDS.find(([, pattern]) => pattern.test(path))?.[0] ?? "");
    if (part === undefined) continue;
    part.files += 1;
    part.sizeBytes += sizeBytes;
  }
  return [...parts.values()].filter((part) => part.files > 0);
}

/** `12 files, 3.4 MiB`. */
export function amountOf(files: number, sizeBytes: number): Remedy {
  const size = sizeText(sizeBytes);
  return files === 1 ? advice`1 file, ${size}` : advice`${files} files, ${size}`;
}

const KINDS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["configuration", /^clawdbot\.(last-good\.)?json|^\.env$|^service\.env$/],
  ["credentials", /^(credentials|identity|node)\//],
  ["devices", /^(devices|nodes)\//],
  ["chats", /^agents\/[^/]+\/sessions\/|^clawdbot\.db/],
  ["other state", /^/],
];

function sizeText(sizeBytes: number): Remedy {
  if (sizeBytes < 1024) return advice`${sizeBytes} bytes`;
  const units = [
    (whole: number, tenths: number) => advice`${whole}.${tenths} KiB`,
    (whole: number, tenths: number) => advice`${whole}.${tenths} MiB`,
    (whole: number, tenths: number) => advice`${whole}.${tenths} GiB`,
  ] as const;
  const unit = sizeBytes < 1024 ** 2 ? 0 : sizeBytes < 1024 ** 3 ? 1 : 2;
  const tenths = Math.round((sizeBytes / 1024 ** (unit + 1)) * 10);
  return units[unit](Math.floor(tenths / 10), tenths % 10);
}
