/**
 * `clawdbot config get [path]`: the configuration with what it includes, without its secrets unless one is asked for. Variables
 * stay names, as they stand there, until a single value is asked for.
 */
import { isSecretPath, redactSecrets } from "../../../shared/config/secrets.ts";
import { findingLines } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import { parsePath, valueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";

export async function run({ arguments: [path], surroundings, output }: Invocation): Promise<number> {
  const { paths, env } = surroundings;
  const reading = readConfig(paths.configFile, env);
  // An invalid file is still shown as far as it could be parsed: that is how one finds the mistake.
  if (reading.state === "invalid" && Object.keys(reading.parsed).length === 0) throw configError(reading);
  const { merged, resolved } = reading.state === "missing" ? { merged: {}, resolved: {} } : reading;
  const keys = path === undefined ? [] : parsePath(path);
  const showsAll = env.CLAWDBOT_SHOW_SECRETS === "1";
  const mayShow = showsAll || (isSecretPath(keys) && !output.json);
  const written = valueAt(mayShow ? merged : redactSecrets(merged), keys);
  // Whoever wants one value wants what holds; in a report a variable may be somebody's secret.
  const isOne = typeof written === "string" && !output.json;
  const value = showsAll || isOne ? (valueAt(resolved, keys) ?? written) : written;
  if (reading.state === "invalid") {
    for (const line of findingLines(reading.issues, reading.more)) output.note(`Warning: ${line}`);
  }
  if (value === undefined) throw new RequestError("NOT_FOUND", `${path} is not set in ${paths.configFile}`);
  output.say(typeof value === "string" ? value : JSON.stringify(value, null, 2));
  output.document(value);
  return EXIT.ok;
}
