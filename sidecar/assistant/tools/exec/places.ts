/** Where a command line may look without asking: in the work directory, wherever links lead, and not where secrets are kept. */
import { realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, sep } from "node:path";
import { isWithin } from "./within.ts";

export interface Places {
  /** Of the command, without links. */
  cwd: string;
  /** The work directory, without links. */
  workspace: string;
  /** The gateway's own; without links. */
  stateDir: string;
}

/** Directories in which programs keep what opens other doors. */
const PRIVATE_DIRECTORIES =
  /(?:^|\/)\.(?:ssh|gnupg|aws|kube|docker|password-store|clawdbot[^/]*|mozilla|config\/(?:gcloud|gh|chromium|google-chrome))(?:\/|$)/;
/** Files in which programs keep it. */
const PRIVATE_FILES =
  /^(?:\.env(?:\..*|rc)?|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials|.*\.(?:pem|key|p12|pfx|kdbx)|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.json)?)$/i;

/** Whether the path, seen from the command's directory, leads to a place in the work directory that may be looked at. */
export function mayLook(path: string, { cwd, workspace, stateDir }: Places): boolean {
  const real = realOf(isAbsolute(path) ? path : `${cwd}${sep}${path}`);
  if (real === undefined || !isWithin(real, workspace) || hasOtherNames(real)) return false;
  const below = real.slice(workspace.length);
  if (PRIVATE_DIRECTORIES.test(below)) return false;
  // Where the gateway's directory lies in the work directory, nothing around it is looked through either.
  return !isWithin(stateDir, workspace) || !(isWithin(real, stateDir) || isWithin(stateDir, real));
}

/** A file with several names may be one from elsewhere. */
function hasOtherNames(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.nlink > 1;
}

/** Whether the file is one that holds secrets by its name. */
export function isPrivateFile(path: string, { cwd }: Pick<Places, "cwd">): boolean {
  const real = realOf(isAbsolute(path) ? path : `${cwd}${sep}${path}`);
  return PRIVATE_FILES.test(basename(path)) || (real !== undefined && PRIVATE_FILES.test(basename(real)));
}

/** Not tidied up first: what stands behind a link is above where the link leads. Undefined where nobody can tell. */
function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    if (path.split("/").includes("..")) return undefined;
    const cut = path.replace(/\/+$/, "").lastIndexOf("/");
    if (cut <= 0) return undefined;
    const above = realOf(path.slice(0, cut));
    return above === undefined ? undefined : `${above}${sep}${path.slice(cut + 1).replace(/\/+$/, "")}`;
  }
}
