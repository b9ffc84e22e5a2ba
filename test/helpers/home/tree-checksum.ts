/** A fingerprint of a directory tree, to prove that nothing in it was touched. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";

/** Hex SHA-256 over the name, mode, time and content of everything below `root`; links are not followed. */
export function treeChecksum(root: string): string {
  const hash = createHash("sha256");
  for (const path of walk(root)) {
    const stat = lstatSync(path);
    hash.update(`${relative(root, path)}\0${stat.mode}\0${stat.mtimeMs}\0`);
    if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
    else if (stat.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function walk(path: string): string[] {
  if (!lstatSync(path).isDirectory()) return [path];
  return [
    path,
    ...readdirSync(path)
      .sort()
      .flatMap((name) => walk(join(path, name))),
  ];
}
