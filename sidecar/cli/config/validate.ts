/** `clawdbot config validate`: everything that is wrong with the configuration file, and where. */

import { notServedFindings } from "../../../shared/config/not-served.ts";
import { findingLines } from "../../../shared/config/validate.ts";
import { SetupError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import { advice } from "../../../shared/remedy.ts";
import type { Invocation } from "../invocation.ts";

export async function run({ context: { env, paths }, output }: Invocation): Promise<number> {
  const reading = readConfig(paths.configFile, env);
  if (reading.state === "missing") {
    throw new SetupError("CONFIG_MISSING", `No configuration yet (${reading.path}).`, {
      details: { path: reading.path },
    });
  }
  if (reading.state === "valid") {
    for (const line of findingLines(reading.warnings, reading.more)) output.note(advice`Warning: ${line}`);
    const { issues: notServed, more } = notServedFindings(reading.resolved);
    for (const line of findingLines(notServed, more)) output.note(advice`Warning: ${line}`);
    output.tick(`${reading.path} is valid`);
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
  const { path, issues, more } = reading;
  output.document({
    ok: false,
    path,
    valid: false,
    issues,
    more,
    error: output.describe(configError(reading)),
  });
  output.say(output.mark("failed", `${path} is invalid`));
  for (const line of findingLines(issues, more)) output.say(advice`  ${line}`);
  return EXIT.failure;
}
