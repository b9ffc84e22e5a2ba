/**
 * `clawdbot sessions import`: the histories of the original or of OpenClaw, brought into the store. Whoever writes the store holds the
 * lock of its state directory: the gateway while it runs, else this command, so that there is never more than one.
 */
import { join, resolve } from "node:path";
import { SetupError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { foreignLine } from "../../../shared/foreign-text.ts";
import { readJson5Object } from "../../../shared/node/json5-object.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, joined, ours } from "../../../shared/remedy.ts";
import { type ImportReport, importHistories } from "../../assistant/import/import-histories.ts";
import { findHistories, type Histories } from "../../assistant/import/sources.ts";
import { MediaStore } from "../../base/media/media-store.ts";
import { openDatabase } from "../../base/store/database.ts";
import { ImportTables } from "../../base/store/sqlite/import.ts";
import type { sessionsImport } from "../definitions/agent.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";
import type { Output } from "../output.ts";
import { withStateLock } from "../state-lock.ts";

/** A list of sessions holds whole prompts of each, in bytes. */
const MOST_LIST_BYTES = 128 * 1024 * 1024;
/** So many files are named, and the others counted. */
const MOST_NAMED = 5;

export async function run({ values, context, output }: Invocation<typeof sessionsImport>): Promise<number> {
  const { paths } = context;
  const from = values.from === undefined ? paths.stateDir : resolve(values.from);
  const histories = await findHistories(from, (file) => readJson5Object(file, MOST_LIST_BYTES));
  if (histories.sources.length === 0 && histories.unreadable.length === 0) {
    throw new SetupError("NOT_FOUND", advice`There are no histories in ${from}.`, {
      fix: advice`name the state directory that has them: ${ours`sessions import --from <path>`}`,
    });
  }
  const isDryRun = values["dry-run"];
  const work = isDryRun ? importHistories(histories, undefined) : importInto(context, from, histories);
  const report = await output.during(advice`Reading ${tildePath(from, paths.home)}`, work);
  tell(report, isDryRun, output);
  output.document({ ok: report.unreadable.length === 0, from, dryRun: isDryRun, ...report });
  return report.unreadable.length === 0 ? EXIT.ok : EXIT.failure;
}

function importInto({ paths }: ProfileContext, from: string, histories: Histories): Promise<ImportReport> {
  return withStateLock(paths, async () => {
    const database = await openDatabase(paths.storeFile);
    // Much is written at once: pages are kept for it, and put in their place less often.
    database.exec("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384");
    const store = new ImportTables(database);
    try {
      const report = await importHistories(histories, {
        store,
        media: new MediaStore(join(paths.stateDir, "media")),
      });
      const { entries, conversations } = report;
      // What could not be read is worth another try.
      if (report.unreadable.length === 0)
        await store.noteImport(from, { conversations, entries }, Date.now());
      return report;
    } finally {
      store.close();
    }
  });
}

function tell(report: ImportReport, isDryRun: boolean, output: Output): void {
  const { conversations, entries, added, former, offPath, deliveries, images } = report;
  if (isDryRun) {
    output.say(advice`Found ${conversations} conversations with ${entries} entries; nothing was written.`);
  } else {
    output.tick(
      advice`${conversations} conversations with ${entries} entries; ${added} are new, ${entries - added} were here already`,
    );
  }
  if (former > 0)
    output.say(advice`${former} of them are former conversations: they are kept, and stand in no list.`);
  if (offPath > 0) output.say(advice`${offPath} entries stand on branches that were left; they are kept.`);
  if (deliveries > 0)
    output.say(advice`${deliveries} entries only repeat what was sent; they are kept as records.`);
  if (images > 0 && !isDryRun) output.say(advice`${images} images are in the media folder now.`);
  for (const key of report.beside.slice(0, MOST_NAMED))
    output.say(
      advice`${foreignLine(key)} has another conversation here; the imported one is kept as a former one.`,
    );
  named(report.torn, output, (file) => advice`The last line of ${file} breaks off and was left out.`);
  for (const { file, lines } of report.damaged.slice(0, MOST_NAMED))
    output.note(advice`${foreignLine(file)}: ${lines} damaged lines were left out.`);
  for (const { file, reason } of report.unreadable)
    output.note(advice`${foreignLine(file)} cannot be read: ${reason}`);
  if (report.withoutTranscript.length > 0) {
    const keys = report.withoutTranscript.slice(0, MOST_NAMED).map((key) => foreignLine(key));
    output.say(advice`Without a transcript: ${joined(keys, ", ")}`);
  }
  if (report.putAside > 0)
    output.say(advice`${report.putAside} files that were deleted or put aside there were left alone.`);
}

function named(
  files: readonly { file: string }[],
  output: Output,
  sentence: (file: string) => ReturnType<typeof advice>,
): void {
  for (const { file } of files.slice(0, MOST_NAMED)) output.note(sentence(foreignLine(file)));
}
