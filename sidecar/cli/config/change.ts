/** What the commands that change the configuration have in common: how they write, and what they tell. */

import { setTimeout as delay } from "node:timers/promises";
import { type ConfigIssue, findingLines } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { configInForce } from "../../../shared/node/gateway/config-in-force.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { type ConfigChange, changeConfigFile } from "../../base/config/config-file.ts";
import { parsePath } from "../../base/config/dotted-path.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { refuseIncluded } from "../../base/config/included.ts";
import type { Invocation } from "../invocation.ts";

/** The section that every write changes. */
const STAMP = "meta";

/** The change of one value, and what the file would be with it. */
export interface CheckedEdit {
  edit: TextEdit;
  next: ConfigReading;
}

type Preview = Parameters<ConfigChange>[1];

/**
 * Changes the value at `path`, a dotted path, in the text of the configuration, and reports `done`. Fails with `CONFIG_INVALID`
 * when the file cannot be parsed or would be invalid, unless it was invalid before in more places, and with `USAGE` when the value
 * stands in another file.
 */
export async function changeValue(
  invocation: Invocation,
  path: string,
  done: string,
  change: (reading: ConfigReading, preview: Preview) => CheckedEdit,
): Promise<void> {
  const { surroundings, output } = invocation;
  const { env, paths } = surroundings;
  const file = paths.configFile;
  const keys = parsePath(path);
  if (keys[0] === STAMP) {
    throw new RequestError("USAGE", `${path}: the program itself writes ${STAMP}; it cannot be changed`);
  }
  let remaining: string[] = [];
  await changeConfigFile(
    { file, env },
    (reading, preview) => {
      refuseIncluded(keys, reading);
      const { edit, next } = change(reading, preview);
      remaining = acceptable(reading, path, next);
      return [edit];
    },
    Date.now(),
  );
  for (const line of remaining) output.note(`Warning: ${line}`);
  output.tick(`${done} ${file}`);
  const gateway = await noteRunningGateway(invocation);
  output.document({ ok: true, path, file, gateway });
}

/** The error for a change that would leave an invalid file; `place` stands for findings without a path. */
export function refuseChange(place: string, issues: readonly ConfigIssue[], more?: number): RequestError {
  const placed = issues.map((issue) => ({ ...issue, path: issue.path || place }));
  const findings = findingLines(placed, more).join("\n");
  return new RequestError("CONFIG_INVALID", `Nothing was written: ${findings}`, {
    details: { path: place, issues },
  });
}

/** What a running gateway made of a change. */
export type TakenOver = "not running" | "took it over" | "keeps the old values";

/** A gateway needs about half a second to notice a change, and a restart in place comes on top. */
const TAKE_OVER_MS = 3_000;

/** Waits until a running gateway has taken the file over, and says so, or that it has not. */
export async function noteRunningGateway({
  surroundings: { env, paths },
  output,
}: Invocation): Promise<TakenOver> {
  const facts = liveGateway(paths);
  if (facts === undefined) return "not running";
  const deadline = performance.now() + TAKE_OVER_MS;
  while (configInForce(paths, readConfig(paths.configFile, env)) !== "this") {
    if (performance.now() > deadline) {
      output.note(
        advice`The running gateway (PID ${facts.pid}) keeps the old values; ${ours`logs`} says why.`,
      );
      return "keeps the old values";
    }
    await delay(50);
  }
  output.note(`The running gateway (PID ${facts.pid}) took it over.`);
  return "took it over";
}

/** What is worth saying of the new values. One mistake after the other can be taken out of a file that has several. */
function acceptable(reading: ConfigReading, path: string, next: ConfigReading): string[] {
  if (next.state === "missing") return [];
  const [section] = path.split(".");
  if (next.state === "valid") return findingLines(next.warnings.filter((issue) => issue.path === section));
  const isBetter = reading.state === "invalid" && countOf(next) < countOf(reading);
  if (isBetter) return findingLines(next.issues, next.more);
  throw refuseChange(path, next.issues, next.more);
}

function countOf({ issues, more = 0 }: Extract<ConfigReading, { state: "invalid" }>): number {
  return issues.length + more;
}
