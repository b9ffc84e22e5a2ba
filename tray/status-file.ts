/** The file by which a running tray tells other programs what it shows, and its reader. */

import { join } from "node:path";
import { errorText, systemCode } from "../shared/errors.ts";
import type { Paths } from "../shared/node/paths.ts";
import { isSameProcess, startIdOf } from "../shared/node/process-identity.ts";
import { readJson, writeJsonFile } from "../shared/node/run-state.ts";
import { advice, ours, spell } from "../shared/remedy.ts";
import type { Tell } from "./model/texts/index.ts";
import type { DerivedView } from "./model/view.ts";

/** What the file holds and `--status` prints. */
export type TrayStatus =
  | { readonly running: false; readonly message: string }
  | ({ readonly running: true; readonly pid: number; readonly startId: string } & DerivedView);

export function statusFile({ runDir }: Pick<Paths, "runDir">): string {
  return join(runDir, "tray.json");
}

/** Never fails: a tray that cannot write its status still works. */
export function writeStatus(file: string, view: DerivedView, warn: (tell: Tell) => void): void {
  try {
    const status: TrayStatus = {
      running: true,
      pid: process.pid,
      startId: startIdOf(process.pid) ?? "",
      ...view,
    };
    // The lock of the tray has made the directory; a place that somebody took away stays away.
    writeJsonFile(file, status, { durable: false, parents: false });
  } catch (error) {
    const why = systemCode(error) ?? errorText(error);
    warn((texts) => texts.file.unwritable(file, why));
  }
}

/** What the tray of the profile shows, or that there is none and how to start one. A file left behind by a tray that died does not count. */
export function readStatus(file: string, profile?: string): TrayStatus {
  const status = readJson(file) as Partial<Extract<TrayStatus, { running: true }>> | undefined;
  const { pid, startId } = status ?? {};
  const isThere = typeof pid === "number" && typeof startId === "string" && isSameProcess(pid, startId);
  if (isThere) return status as TrayStatus;
  const sentence = advice`no tray runs for this profile; start it with ${ours`tray`}`;
  return { running: false, message: spell(sentence, { name: "clawdbot", profile }) };
}
