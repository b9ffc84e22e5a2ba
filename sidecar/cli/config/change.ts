/** What the commands that change the configuration have in common: how they write, and what they tell. */

import { type ConfigIssue, findingLines } from "../../../shared/config/findings.ts";
import { notServedFindings } from "../../../shared/config/not-served.ts";
import { RequestError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { advice, joined, type Remedy, whole } from "../../../shared/remedy.ts";
import { type ConfigChange, changeConfigFile, previewEdits } from "../../base/config/config-file.ts";
import { parsePath } from "../../base/config/dotted-path.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { refuseIncluded } from "../../base/config/included.ts";
import type { Invocation } from "../invocation.ts";
import { noteRunningGateway } from "./taken-over.ts";

/** The section that every write changes. */
const STAMP = "meta";

/** The change of one value, and what the file would be with it. */
export interface CheckedEdit {
  edit: TextEdit;
  /** Changes that belong to it, made after it. */
  also?: readonly TextEdit[];
  next: ConfigReading;
  /** What is wrong with the names of keys in it, which may be so. */
  allowed?: readonly ConfigIssue[];
  /** What a program is told besides. */
  told?: Record<string, unknown>;
}

type Preview = Parameters<ConfigChange>[1];

/**
 * Changes the value at `path`, a dotted path, in the text of the configuration, and reports what `done` says of the file. Fails with `CONFIG_INVALID`
 * when the file cannot be parsed or would be invalid, unless it was invalid before in more places, and with `USAGE` when the value
 * stands in another file.
 */
export async function changeValue(
  invocation: Invocation,
  path: string,
  done: (file: string) => Remedy,
  change: (reading: ConfigReading, preview: Preview) => CheckedEdit,
): Promise<void> {
  const { context, output } = invocation;
  const { env, paths } = context;
  const file = paths.configFile;
  const keys = parsePath(path);
  if (keys[0] === STAMP) {
    throw new RequestError(
      "USAGE",
      advice`${path}: the program itself writes ${STAMP}; it cannot be changed`,
    );
  }
  let remaining: Remedy[] = [];
  let besides: Record<string, unknown> = {};
  const checked = (reading: ConfigReading, preview: Preview): TextEdit[] => {
    refuseIncluded(keys, reading);
    const { edit, also = [], next, allowed = [], told = {} } = change(reading, preview);
    besides = told;
    remaining = [...acceptable(reading, path, next, allowed), ...notServedLines(next, path)];
    return [edit, ...also];
  };
  const first = readConfig(file, env);
  // Where nothing is yet, what is refused leaves nothing, not even the lock of the writers.
  if (first.state === "missing") checked(first, (edits) => previewEdits(first, edits, env));
  await changeConfigFile({ file, env }, checked, Date.now());
  for (const line of remaining) output.note(advice`Warning: ${whole(line)}`);
  output.tick(done(file));
  const gateway = await noteRunningGateway(invocation, keys.join("."));
  output.document({ ok: true, path, file, gateway, ...besides });
}

/** The error for a change that would leave an invalid file; `place` stands for findings without a path, `remedy` follows the first one. */
export function refuseChange(
  place: string,
  issues: readonly ConfigIssue[],
  { more, remedy = "" }: { more?: number | undefined; remedy?: Remedy } = {},
): RequestError {
  const placed = issues.map((issue) => ({ ...issue, path: issue.path || place }));
  const lines = findingLines(placed, more).map(whole);
  const findings = joined(
    lines.map((line, index) => (index === 0 ? advice`${line}${remedy}` : line)),
    "\n",
  );
  return new RequestError("CONFIG_INVALID", advice`Nothing was written: ${findings}`, {
    details: { path: place, issues },
  });
}

/** What is worth saying of the new values. One mistake after the other can be taken out of a file that has several. */
function acceptable(
  reading: ConfigReading,
  path: string,
  next: ConfigReading,
  allowed: readonly ConfigIssue[],
): Remedy[] {
  if (next.state === "missing") return [];
  if (next.state === "invalid" && allowed.length > 0 && countOf(next) === allowed.length) {
    return [...findingLines(allowed), advice`the gateway does not start with unknown keys in gateway`];
  }
  const [section] = path.split(".");
  if (next.state === "valid") return findingLines(next.warnings.filter((issue) => issue.path === section));
  const isBetter = reading.state === "invalid" && countOf(next) < countOf(reading);
  if (isBetter) return findingLines(next.issues, next.more);
  throw refuseChange(path, next.issues, next);
}

/** Whoever sets such a key expects something of it. */
function notServedLines(next: ConfigReading, path: string): Remedy[] {
  if (next.state !== "valid") return [];
  const { issues } = notServedFindings(next.resolved);
  const isMeant = (each: string) =>
    each === path || each.startsWith(`${path}.`) || path.startsWith(`${each}.`);
  return findingLines(issues.filter((issue) => isMeant(issue.path)));
}

function countOf({ issues, more = 0 }: Extract<ConfigReading, { state: "invalid" }>): number {
  return issues.length + more;
}
