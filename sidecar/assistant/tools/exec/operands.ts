/** What the arguments of a command stand for on the disk: an answer to the command is an answer to just these files and places. */
import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** Which file or place it is, in which state; empty for what names none. Of one that is not there, the place where it would be. */
export function operandOf(arg: string, cwd: string): string {
  const named = arg.startsWith("-") ? arg.slice(arg.indexOf("=") + 1 || arg.length) : arg;
  if (named === "" || named.includes("\0")) return "";
  let path = isAbsolute(named) ? named : join(cwd, named);
  for (let isOwn = true; ; isOwn = false) {
    const state = stateOf(path, isOwn);
    if (state !== undefined) return state;
    const above = dirname(path);
    if (above === path) return "";
    path = above;
  }
}

/** Of a directory only which one it is: what is in it changes while somebody thinks. */
function stateOf(path: string, isOwn: boolean): string | undefined {
  try {
    const { dev, ino, size, mtimeMs } = statSync(path);
    const real = realpathSync.native(path);
    const isFile = statSync(path).isFile();
    return isOwn && isFile ? `${real} ${dev}:${ino}:${size}:${mtimeMs}` : `${real} ${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
