/**
 * `clawdbot config get [path]`: the configuration with what it includes, or what holds at one path: what the environment of a
 * gateway says, what the file says, else the default. Without secrets unless one is asked for. Variables stay names, as they stand
 * there, until a single value is asked for.
 */

import { DEFAULTS } from "../../../shared/config/defaults.ts";
import { findingLines } from "../../../shared/config/findings.ts";
import { unknownIn } from "../../../shared/config/keys.ts";
import { overrideOf } from "../../../shared/config/overrides.ts";
import { isSecretPath, REDACTED, redactSecrets } from "../../../shared/config/secrets.ts";
import { unknownKey } from "../../../shared/config/validate.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { type ConfigReading, configError, readConfig } from "../../../shared/node/config-source.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import { parsePath, valueAt, withValueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";

/** One value, and who says it. `variable` is the one of the environment that does. */
interface Effective {
  value: unknown;
  source: "environment" | "file" | "default";
  variable?: string;
}

export async function run({ arguments: [path], context, output }: Invocation): Promise<number> {
  const { paths, env } = context;
  const reading = readConfig(paths.configFile, env);
  // An invalid file is still shown as far as it could be parsed: that is how one finds the mistake.
  if (reading.state === "invalid" && Object.keys(reading.parsed).length === 0) throw configError(reading);
  if (reading.state === "invalid") {
    for (const line of findingLines(reading.issues, reading.more))
      output.note(advice`Warning: ${whole(line)}`);
  }
  const keys = path === undefined ? [] : parsePath(path);
  const showsAll = env.CLAWDBOT_SHOW_SECRETS === "1";
  const mayShow = showsAll || (isSecretPath(keys) && !output.json);
  // Whoever wants one value wants what holds; in a report a variable may be somebody's secret.
  const written = writtenAt(reading, keys, { mayShow, resolves: showsAll || !output.json });
  const found = effective(keys, written, env);
  if (found === undefined) throw notSet(keys, paths.configFile);
  const value = found.source === "environment" && isSecretPath(keys) && !mayShow ? REDACTED : found.value;
  output.repeat(typeof value === "string" ? value : JSON.stringify(value, null, 2));
  output.document(path === undefined ? value : { ...found, value, path, file: paths.configFile });
  return EXIT.ok;
}

/** What the file says there. `resolves` puts its variables into a single text. */
function writtenAt(
  reading: ConfigReading,
  keys: readonly string[],
  { mayShow, resolves }: { mayShow: boolean; resolves: boolean },
): unknown {
  const { merged, resolved } = reading.state === "missing" ? { merged: {}, resolved: {} } : reading;
  const written = valueAt(mayShow ? merged : redactSecrets(merged), keys);
  const isSingle = typeof written === "string" || mayShow;
  return resolves && isSingle ? (valueAt(resolved, keys) ?? written) : written;
}

function effective(keys: readonly string[], written: unknown, env: Environment): Effective | undefined {
  const path = keys.join(".");
  const variable = overrideOf(path)?.variable;
  const given = variable === undefined ? undefined : env[variable]?.trim();
  if (variable !== undefined && given) return { value: shaped(path, given), source: "environment", variable };
  if (written !== undefined) return { value: written, source: "file" };
  const byDefault = Object.hasOwn(DEFAULTS, path) ? DEFAULTS[path as keyof typeof DEFAULTS] : undefined;
  return byDefault === undefined ? undefined : { value: byDefault, source: "default" };
}

/** A variable is a text; a number is meant where the key takes one. */
function shaped(path: string, text: string): string | number {
  return path === "gateway.port" && /^\d+$/.test(text) ? Number(text) : text;
}

function notSet(keys: readonly string[], file: string): RequestError {
  const path = keys.join(".");
  const [unknown] = unknownIn(withValueAt({}, keys, ""));
  const hint = unknown === undefined ? "" : advice`: ${whole(unknownKey(unknown)[1])}`;
  return new RequestError("NOT_FOUND", advice`${path} is not set in ${file}${hint}`);
}
