/** `clawdbot config validate`: everything that is wrong with the configuration file, and where. */
import type { ConfigIssue } from "../../../shared/config/validate.ts";
import { SetupError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import type { Invocation } from "../invocation.ts";
import { describeError } from "../output.ts";

export async function run({ surroundings: { paths }, output }: Invocation): Promise<number> {
  const reading = readConfig(paths.configFile);
  if (reading.state === "missing") {
    throw new SetupError("CONFIG_MISSING", `No configuration yet (${reading.path}).`, {
      details: { path: reading.path },
    });
  }
  if (reading.state === "valid") {
    for (const warning of reading.warnings) output.note(`Warning: ${findingLine(warning)}`);
    output.tick(`${reading.path} is valid`);
    output.document({ ok: true, path: reading.path, valid: true, issues: [], warnings: reading.warnings });
    return EXIT.ok;
  }
  const { path, issues } = reading;
  output.document({ ok: false, path, valid: false, issues, error: describeError(configError(reading)) });
  output.say(output.mark("failed", `${path} is invalid`));
  for (const issue of issues) output.say(`  ${findingLine(issue)}`);
  return EXIT.failure;
}

/** `gateway.port: expected …`; a finding about the file as a whole brings its line and column along. */
export function findingLine({ path, message }: ConfigIssue): string {
  return path === "" ? message : `${path}: ${message}`;
}
