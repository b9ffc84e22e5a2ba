/** What the commands that change the configuration have in common: how they write, and what they tell. */

import { setTimeout as delay } from "node:timers/promises";
import type { ConfigIssue, ConfigVerdict } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { changeConfigFile, hasComments, valuesIn } from "../../base/config/config-file.ts";
import { parsePath } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";

/** The section that every write replaces. */
const STAMP = "meta";

/** New values, and what the schema says of them. */
export interface CheckedChange {
  next: Record<string, unknown>;
  verdict: ConfigVerdict;
}

/**
 * Changes the values of the file at `path`, a dotted path, and reports `done`. Fails with `CONFIG_INVALID` when the file cannot
 * be parsed or would be invalid, unless it was invalid before in more places.
 */
export async function changeValue(
  invocation: Invocation,
  path: string,
  done: string,
  change: (values: Record<string, unknown>) => CheckedChange,
): Promise<void> {
  const { surroundings, output } = invocation;
  const file = surroundings.paths.configFile;
  if (parsePath(path)[0] === STAMP) {
    throw new RequestError("USAGE", `${path}: the program itself writes ${STAMP}; it cannot be changed`);
  }
  let remaining: ConfigIssue[] = [];
  let losesComments = false;
  await changeConfigFile(
    file,
    (reading) => {
      const { next, verdict } = change(valuesIn(reading));
      remaining = acceptable(reading, path, verdict);
      losesComments = reading.state !== "missing" && hasComments(reading.raw ?? "");
      return next;
    },
    Date.now(),
  );
  for (const issue of remaining) output.note(`Warning: ${issue.path}: ${issue.message}`);
  output.tick(`${done} ${file}`);
  if (losesComments) output.note(`Comments are not kept; the previous file is ${file}.bak`);
  const gateway = await noteRunningGateway(invocation);
  output.document({ ok: true, path, file, gateway });
}

/** The error for a change that would leave an invalid file; `place` stands for findings without a path. */
export function refuseChange(place: string, issues: readonly ConfigIssue[]): RequestError {
  const findings = issues.map((issue) => `${issue.path || place}: ${issue.message}`).join("\n");
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
  surroundings: { paths },
  output,
}: Invocation): Promise<TakenOver> {
  const facts = liveGateway(paths);
  if (facts === undefined) return "not running";
  const deadline = performance.now() + TAKE_OVER_MS;
  // The gateway keeps a copy of each configuration once it is in force.
  while (readConfig(paths.configFile).hash !== readConfig(paths.lastGoodConfigFile).hash) {
    if (performance.now() > deadline) {
      output.note(`The running gateway (PID ${facts.pid}) keeps the old values; clawdbot logs says why.`);
      return "keeps the old values";
    }
    await delay(50);
  }
  output.note(`The running gateway (PID ${facts.pid}) took it over.`);
  return "took it over";
}

/** What is worth saying of the new values. One mistake after the other can be taken out of a file that has several. */
function acceptable(reading: ConfigReading, path: string, verdict: ConfigVerdict): ConfigIssue[] {
  const [section] = path.split(".");
  if (verdict.valid) return verdict.warnings.filter((issue) => issue.path === section);
  const isBetter = reading.state === "invalid" && verdict.issues.length < reading.issues.length;
  if (isBetter) return verdict.issues;
  throw refuseChange(path, verdict.issues);
}
