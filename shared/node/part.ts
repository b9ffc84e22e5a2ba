/** Parts of the program that are loaded when they are needed, which may be after an upgrade took them away. */
import { SetupError, systemCode } from "../errors.ts";

/** What `load`, an `import()`, resolves with. Fails with `PROGRAM_REPLACED` when the part is no longer there. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (systemCode(cause) !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new SetupError(
      "PROGRAM_REPLACED",
      "another program was installed in the place of this one, so a part of it is gone; restart it to go on with the new one",
      { cause },
    );
  }
}
