/** `clawdbot config validate`: everything that is wrong with the configuration file, and where. */

import { findingLines } from "../../../shared/config/findings.ts";
import { notServedFindings } from "../../../shared/config/not-served.ts";
import { unknownSections } from "../../../shared/config/validate.ts";
import { SetupError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import { advice, ours, whole } from "../../../shared/remedy.ts";
import type { Invocation } from "../invocation.ts";

export async function run({ context: { env, paths }, output }: Invocation): Promise<number> {
  const reading = readConfig(paths.configFile, env);
  if (reading.state === "missing") {
    throw new SetupError("CONFIG_MISSING", advice`No configuration yet (${reading.path}).`, {
      fix: ours`onboard`,
      details: { path: reading.path },
    });
  }
  if (reading.state === "valid") {
    for (const line of findingLines(reading.warnings, reading.more))
      output.note(advice`Warning: ${whole(line)}`);
    const { issues: notServed, more } = notServedFindings(reading.resolved);
    for (const line of findingLines(notServed, more)) output.note(advice`Warning: ${whole(line)}`);
    output.tick(advice`${reading.path} is valid`);
    output.document({
      ok: true,
      path: reading.path,
      valid: true,
      issues: [],
      warnings: reading.warnings,
      notServed,
    });
    return EXIT.ok;
  }
  const { path, issues, more, resolved } = reading;
  const unknown = unknownSections(resolved);
  output.document({
    ok: false,
    path,
    valid: false,
    issues,
    more,
    warnings: unknown.warnings,
    error: output.describe(configError(reading)),
  });
  output.say(output.mark("failed", advice`${path} is invalid`));
  for (const line of findingLines(issues, more)) output.say(advice`  ${whole(line)}`);
  for (const line of findingLines(unknown.warnings, unknown.more))
    output.note(advice`Warning: ${whole(line)}`);
  return EXIT.failure;
}
