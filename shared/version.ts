/** The two version numbers everything else refers to. No imports: `--version` loads nothing but this. */

/** Version of the package, as in package.json (a unit test keeps the two equal). */
export const APP_VERSION = "0.1.0";

/** The only wire protocol version this gateway speaks. */
export const PROTOCOL_VERSION = 3;

/** The oldest Node that runs the program: the first with type stripping and `node:sqlite` without flags. */
export const MIN_NODE_VERSION = "22.18";

/** Compares the numbers of two versions from left to right; what follows a hyphen does not count. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split("-")[0]?.split(".").map(Number) ?? []);
  for (let index = 0; index < 3; index += 1) {
    const [left, right] = [a?.[index] ?? 0, b?.[index] ?? 0];
    if (left !== right) return left > right;
  }
  return false;
}
