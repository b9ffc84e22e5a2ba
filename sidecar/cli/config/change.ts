/** What the commands that change the configuration have in common: how they write, and what they tell. */
import type { ConfigIssue, ConfigVerdict } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import { isSameProcess } from "../../../shared/node/process-identity.ts";
import { readFacts } from "../../../shared/node/run-state.ts";
import { changeConfigFile, valuesIn } from "../../base/config/config-file.ts";
import type { Invocation } from "../invocation.ts";

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
  let remaining: ConfigIssue[] = [];
  let losesComments = false;
  await changeConfigFile(
    file,
    (reading) => {
      const { next, verdict } = change(valuesIn(reading));
      remaining = acceptable(reading, path, verdict);
      losesComments = reading.state !== "missing" && !isPlainJson(reading.raw ?? "");
      return next;
    },
    Date.now(),
  );
  for (const issue of remaining) output.note(`Warning: ${issue.path}: ${issue.message}`);
  output.tick(`${done} ${file}`);
  if (losesComments) output.note(`Comments are not kept; the previous file is ${file}.bak`);
  const gatewayRunning = noteRunningGateway(invocation);
  output.document({ ok: true, path, file, gatewayRunning });
}

/** The error for a change that would leave an invalid file; `place` stands for findings without a path. */
export function refuseChange(place: string, issues: readonly ConfigIssue[]): RequestError {
  const findings = issues.map((issue) => `${issue.path || place}: ${issue.message}`).join("\n");
  return new RequestError("CONFIG_INVALID", `Nothing was written: ${findings}`, {
    details: { path: place, issues },
  });
}

/** Says that a gateway runs and takes the change over by itself. False when none does. */
export function noteRunningGateway({ surroundings: { paths }, output }: Invocation): boolean {
  const facts = readFacts(paths.factsFile);
  if (facts === undefined || !isSameProcess(facts.pid, facts.startId)) return false;
  output.note(`The running gateway (PID ${facts.pid}) takes it over; its log says what changed.`);
  return true;
}

/** What is worth saying of the new values. One mistake after the other can be taken out of a file that has several. */
function acceptable(reading: ConfigReading, path: string, verdict: ConfigVerdict): ConfigIssue[] {
  const [section] = path.split(".");
  if (verdict.valid) return verdict.warnings.filter((issue) => issue.path === section);
  const isBetter = reading.state === "invalid" && verdict.issues.length < reading.issues.length;
  if (isBetter) return verdict.issues;
  throw refuseChange(path, verdict.issues);
}

function isPlainJson(raw: string): boolean {
  try {
    JSON.parse(raw);
    return true;
  } catch {
    return false; // JSON5 with comments, single quotes or trailing commas.
  }
}
