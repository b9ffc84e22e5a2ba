/** `clawdbot config get [path]`: the configuration as it stands in the file, without its secrets unless one is asked for. */
import { isSecretPath, redactSecrets } from "../../../shared/config/secrets.ts";
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { configError, readConfig } from "../../../shared/node/config-source.ts";
import { parsePath, valueAt } from "../../base/config/dotted-path.ts";
import type { Invocation } from "../invocation.ts";

export async function run({ arguments: [path], surroundings, output }: Invocation): Promise<number> {
  const { paths, env } = surroundings;
  const reading = readConfig(paths.configFile);
  // An invalid file is still shown as far as it could be parsed: that is how one finds the mistake.
  if (reading.state === "invalid" && Object.keys(reading.parsed).length === 0) throw configError(reading);
  const parsed = reading.state === "missing" ? {} : reading.parsed;
  const asksForSecret = path !== undefined && isSecretPath(parsePath(path));
  const mayShow = env.CLAWDBOT_SHOW_SECRETS === "1" || (asksForSecret && !output.json);
  const config = mayShow ? parsed : redactSecrets(parsed);
  if (reading.state === "invalid") {
    for (const issue of reading.issues) output.note(`Warning: ${issue.path}: ${issue.message}`);
  }
  const value = path === undefined ? config : valueAt(config, parsePath(path));
  if (value === undefined) throw new RequestError("NOT_FOUND", `${path} is not set in ${paths.configFile}`);
  output.say(typeof value === "string" ? value : JSON.stringify(value, null, 2));
  output.document(value);
  return EXIT.ok;
}
