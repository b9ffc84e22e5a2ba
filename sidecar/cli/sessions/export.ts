/** `clawdbot sessions export`: one conversation on the standard output, read from the store of this machine. */
import { join } from "node:path";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import { isThere } from "../../../shared/node/is-there.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { markdownLines, transcriptLines } from "../../assistant/import/export.ts";
import { canonicalKey, fittingKey, keyRules } from "../../assistant/session-key.ts";
import { MediaStore } from "../../base/media/media-store.ts";
import { lookIntoDatabase } from "../../base/store/database.ts";
import { ImportTables } from "../../base/store/sqlite/import.ts";
import type { sessionsExport } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";

const LOOK_EVERY = 100;

export async function run(invocation: Invocation<typeof sessionsExport>): Promise<number> {
  const {
    arguments: [name = ""],
    values,
    context,
    output,
    readerGone,
  } = invocation;
  const { paths } = context;
  if (!isThere(paths.storeFile)) throw unknown(name);
  // A store that is being written can be read all the while.
  const store = new ImportTables(await lookIntoDatabase(paths.storeFile));
  try {
    const reading = readConfig(paths.configFile, context.env);
    const rules = keyRules(reading.state === "valid" ? reading.config : {});
    const session = store.find(name) ?? store.find(fittingKey(canonicalKey(name, rules)));
    if (session === undefined) throw unknown(name);
    const media = new MediaStore(join(paths.stateDir, "media"));
    const lines = values.markdown ? markdownLines(session, store) : transcriptLines(session, store, media);
    let printed = 0;
    for (const line of lines) {
      if (values.markdown) output.stream(`${line}\n`);
      else output.jsonLine(line);
      printed += 1;
      // Whether the reader has gone is told in between.
      if (printed % LOOK_EVERY === 0) await new Promise(setImmediate);
      if (readerGone.aborted) break;
    }
    return EXIT.ok;
  } finally {
    store.close();
  }
}

function unknown(name: string): RequestError {
  return new RequestError(
    "NOT_FOUND",
    advice`There is no conversation ${quoted(name)} on this machine; see ${ours`sessions`}`,
  );
}
