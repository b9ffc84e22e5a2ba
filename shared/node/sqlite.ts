/** SQLite as Node brings it, loaded where it is needed. */
import { SetupError } from "../errors.ts";
import { advice } from "../remedy.ts";

/**
 * The module. Node 22 announces it as experimental on stderr at its first import, which users cannot act on and do not see. Fails with
 * `RUNTIME_MISSING` where Node was built without it.
 */
export async function loadSqlite(): Promise<typeof import("node:sqlite")> {
  const original = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return await import("node:sqlite");
  } catch (cause) {
    const node = `${process.execPath} (Node ${process.versions.node})`;
    throw new SetupError(
      "RUNTIME_MISSING",
      advice`${node} was built without the module node:sqlite, which the gateway needs.`,
      {
        cause,
        fix: "use another Node, such as the one from https://nodejs.org, and none of the options that switch modules off",
      },
    );
  } finally {
    process.emitWarning = original;
  }
}

/** SQLite's own code of an error, see sqlite.org/rescode.html, without what it says beside; undefined for an error of somebody else's. */
export function sqliteCode(error: unknown): number | undefined {
  const isCoded = error instanceof Error && "errcode" in error && typeof error.errcode === "number";
  return isCoded ? Number(error.errcode) & 0xff : undefined;
}
