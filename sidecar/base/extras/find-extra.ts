/** Whether an extra is there, and whether it is the whole of it. Nothing is loaded for that. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { Extra } from "./extra.ts";

export type FoundExtra =
  /** `entry` is the file to import. In a checkout it is the one of the checkout. */
  | { state: "ready"; folder: string; entry: string; isOfCheckout: boolean }
  /** `version` is what lies there, of another release; undefined for what is not whole. */
  | { state: "unusable"; folder: string; version: string | undefined }
  | { state: "missing"; folder: string };

/** The last file of an installation to be written. */
export const MARK = "installed.json";

/** Looks in the state directory, then beside this program. */
export function findExtra(extra: Extra, stateDir: string): FoundExtra {
  const folder = extraFolder(extra, stateDir);
  const installed = installedIn(extra, folder);
  if (installed.state === "ready") return installed;
  const own = besideProgram(extra);
  return own === undefined
    ? installed
    : { state: "ready", folder: own, entry: join(own, extra.entry), isOfCheckout: true };
}

/** Where it is installed. */
export function extraFolder({ folder }: Extra, stateDir: string): string {
  return join(stateDir, "tools", folder);
}

/** What is in the folder of an installation, and nowhere else. */
export function installedIn(extra: Extra, folder: string): FoundExtra {
  if (!existsSync(folder)) return { state: "missing", folder };
  const home = join(folder, "node_modules", extra.package);
  const { version, integrity } = jsonIn(join(folder, MARK));
  const entry = join(home, extra.entry);
  const isWhole =
    typeof version === "string" &&
    jsonIn(join(home, "package.json")).version === version &&
    existsSync(entry);
  if (!isWhole) return { state: "unusable", folder, version: undefined };
  if (version !== extra.version || integrity !== extra.integrity)
    return { state: "unusable", folder, version };
  return { state: "ready", folder, entry, isOfCheckout: false };
}

/** In a checkout it is one of the packages that its development takes. */
function besideProgram(extra: Extra): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${extra.package}/package.json`);
    return jsonIn(manifest).version === extra.version ? dirname(manifest) : undefined;
  } catch {
    return undefined; // No checkout.
  }
}

function jsonIn(file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {}; // It is not there, or was not written to its end.
  }
}
